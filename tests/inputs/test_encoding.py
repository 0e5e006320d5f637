import io

import pytest

from themes.errors import InputError
from themes.inputs.encoding import Recoded, codec, is_plain


@pytest.mark.parametrize(
    "name",
    [
        "klingon", "unicode_escape", "raw_unicode_escape", "idna", "punycode", "utf-7", "rot13", "hex",
        "base64", "zlib", "undefined", "", "a\0b", "../x",
    ],
)  # fmt: skip
def test_what_is_no_encoding_of_text_is_refused_in_one_line(name):
    with pytest.raises(InputError, match=r"encoding .*; try utf-8, latin-1 or windows-1252$") as caught:
        codec(name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("utf-8", True),
        ("UTF8", True),
        ("utf-8-sig", True),
        ("latin-1", True),
        ("gb18030", True),
        ("shift_jis", True),
        ("utf-16", False),
        ("utf-32-le", False),
        ("iso2022_jp", False),
        ("cp500", False),
        ("hz", False),
    ],
)
def test_encodings_whose_rows_can_be_found_in_bytes(name, plain):
    assert is_plain(codec(name)) == plain


@pytest.mark.parametrize("name", ["utf-16", "utf-32", "iso2022_jp", "cp500"])
def test_text_is_read_as_utf_8(name):
    text = "plain, and more\n" * 9000 + ("語" if name != "cp500" else "é")
    assert io.BufferedReader(Recoded(io.BytesIO(text.encode(name)), name)).read().decode() == text


def test_what_comes_before_bad_bytes_is_read():
    stream = Recoded(io.BytesIO("ab".encode("utf-16") + b"\x00\xdc\x00\x00"), "utf-16")
    assert stream.read(9) == b"ab"
    for _ in range(2):
        with pytest.raises(UnicodeDecodeError):
            stream.read(9)
