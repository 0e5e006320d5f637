import errno
import gzip
import io

import pytest

from themes.errors import InputError
from themes.inputs.files import atomic_write, decode, open_bytes, read_bytes, read_stream, require_writable


def names(folder):
    return [path.name for path in folder.iterdir()]


@pytest.mark.parametrize("old", [None, "old"])
def test_a_file_is_written_whole_or_not_at_all(tmp_path, old):
    target = tmp_path / "out.txt"
    if old is not None:
        target.write_text(old)
    with atomic_write(target) as stream:
        stream.write("né\n")
        stream.flush()
        assert (target.read_text() if target.exists() else None) == old
    assert target.read_bytes() == b"n\xc3\xa9\n"
    assert names(tmp_path) == ["out.txt"]


@pytest.mark.parametrize("failure", [ValueError("no"), KeyboardInterrupt(), InputError("bad row")])
def test_a_failure_keeps_the_old_file_and_leaves_nothing_beside(tmp_path, failure):
    target = tmp_path / "out.txt"
    target.write_text("old")

    def write():
        with atomic_write(target) as stream:
            stream.write("half")
            raise failure

    with pytest.raises(type(failure)) as caught:
        write()
    assert caught.value is failure
    assert target.read_text() == "old"
    assert names(tmp_path) == ["out.txt"]


def test_a_full_disk_is_named_and_leaves_nothing(tmp_path):
    target = tmp_path / "out.txt"

    def write():
        with atomic_write(target):
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(InputError, match=r"out\.txt: cannot be written \(No space left on device\)"):
        write()
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("none/out.txt", "No such file or directory"),
        ("", "not a regular file"),
        ("x" * 255, "File name too long"),
        ("x" * 256, "File name too long"),
    ],
)
def test_a_place_that_cannot_be_written_to_is_named(tmp_path, place, reason):
    with pytest.raises(InputError, match=rf"cannot be written \({reason}\)"), atomic_write(tmp_path / place):
        pytest.fail("opened")
    assert names(tmp_path) == []


@pytest.mark.parametrize("place", ["/dev/null", "/"])
def test_a_device_or_a_folder_is_never_replaced_by_a_file(place):
    with pytest.raises(InputError, match=rf"^{place}: cannot be written"), atomic_write(place):
        pytest.fail("opened")


def test_a_link_is_followed(tmp_path):
    target, link = tmp_path / "real.txt", tmp_path / "link.txt"
    target.write_text("old")
    link.symlink_to(target)
    with atomic_write(link) as stream:
        stream.write("new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_bytes_are_written_as_they_are(tmp_path):
    with atomic_write(tmp_path / "out.bin", binary=True) as stream:
        stream.write(b"\r\n\xff")
    assert (tmp_path / "out.bin").read_bytes() == b"\r\n\xff"


@pytest.mark.parametrize(("newline", "expected"), [("\n", b"a\nb\r\n"), ("\r\n", b"a\r\nb\r\r\n")])
def test_line_endings_are_those_asked_for(tmp_path, newline, expected):
    with atomic_write(tmp_path / "out.txt", newline=newline) as stream:
        stream.write("a\nb\r\n")
    assert (tmp_path / "out.txt").read_bytes() == expected


def test_gz_is_decompressed_by_its_name(tmp_path):
    (tmp_path / "a.txt").write_bytes(gzip.compress(b"packed"))
    (tmp_path / "a.txt.GZ").write_bytes(gzip.compress(b"packed"))
    assert read_bytes(tmp_path / "a.txt").startswith(b"\x1f\x8b")
    assert read_bytes(tmp_path / "a.txt.GZ") == b"packed"


def test_what_cannot_be_opened_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.txt: no such file"):
        open_bytes(tmp_path / "none.txt")
    with pytest.raises(InputError, match=r"cannot be read \(File name too long\)"):
        open_bytes(tmp_path / ("x" * 256))
    with pytest.raises(InputError, match="is a directory; name the files in it"):
        open_bytes(tmp_path)


def test_the_limit_is_the_largest_size_accepted():
    assert read_stream(io.BytesIO(b"12345"), 5, "five") == b"12345"
    with pytest.raises(InputError, match="six: holds more than 5 bytes; raise --max-document-size"):
        read_stream(io.BytesIO(b"123456"), 5, "six")


def test_a_gzip_bomb_is_read_only_up_to_the_limit(tmp_path):
    class Counting(io.BytesIO):
        taken = 0

        def read(self, size=-1):
            data = super().read(size)
            self.taken += len(data)
            return data

    packed = Counting(gzip.compress(b"0" * 50_000_000))
    with gzip.open(packed) as stream, pytest.raises(InputError, match="more than 1,000 bytes"):
        read_stream(stream, 1000, "bomb.gz")
    assert packed.taken < len(packed.getvalue())


def damaged(data):
    """Turn round the bits in the middle of compressed data."""
    middle = len(data) // 2
    return data[:middle] + bytes(255 - byte for byte in data[middle : middle + 9]) + data[middle + 9 :]


@pytest.mark.parametrize(
    "harm", [lambda data: data[:-9], damaged, lambda data: b"not gzip", lambda data: data + b"more"]
)
def test_a_damaged_gzip_file_is_named(tmp_path, harm):
    path = tmp_path / "a.txt.gz"
    path.write_bytes(harm(gzip.compress(bytes(range(256)) * 9)))
    with pytest.raises(InputError, match=r"a\.txt\.gz: cannot be read to its end"):
        read_bytes(path)


@pytest.mark.parametrize("encoding", ["utf-8", "UTF8", "utf_8"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_utf_8_is_decoded_with_and_without_its_mark(encoding, mark):
    assert decode(mark + "é\r\n語".encode(), encoding, "a") == "é\r\n語"


@pytest.mark.parametrize(
    ("data", "encoding", "message"),
    [
        (
            b"one\ntw\xe9",
            "utf-8",
            "a, line 2: is not valid UTF-8; .*--encoding windows-1252",
        ),
        (b"\xef\xbb\xbfa\n\xff", "utf-8", "a, line 2: is not valid UTF-8"),
        (b"\xe9", "ascii", "a, line 1: is not valid ASCII"),
        ("x".encode("utf-16"), "utf-8", "a: is UTF-16, not UTF-8; save it as UTF-8"),
        (b"\x89PNG\0\0", "utf-8", "a: looks like a binary file, not text"),
        (b"x", "klingon", "unknown encoding 'klingon'; try utf-8"),
        (b"x", "hex", "unknown encoding 'hex'"),
    ],
)
def test_what_cannot_be_decoded_is_named_with_a_way_out(data, encoding, message):
    with pytest.raises(InputError, match=f"^{message}"):
        decode(data, encoding, "a")


def test_the_encoding_offered_reads_the_file():
    assert decode("é".encode("utf-16"), "utf-16", "a") == "é"
    assert decode("é ’".encode("windows-1252"), "windows-1252", "a") == "é ’"


def test_a_place_that_cannot_be_written_is_refused_before_any_work(tmp_path):
    require_writable(tmp_path / "new.json")
    for place, reason in ((tmp_path, "not a regular file"), (tmp_path / "none" / "x.json", "does not exist")):
        with pytest.raises(InputError, match=reason):
            require_writable(place)
    assert list(tmp_path.iterdir()) == []
