import os

import pytest

from themes.errors import InputError
from themes.inputs.places import expand


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in (
        "d/b.csv",
        "d/a.txt",
        "d/.hidden.txt",
        "d/.git/x.txt",
        "d/e/c.JSONL.gz",
        "d/e/n.png",
        "top.md",
    ):
        place = tmp_path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("x")
    return tmp_path


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        (["top.md", "./top.md"], ["top.md", "top.md"]),
        (["d"], ["d/a.txt", "d/b.csv", "d/e/c.JSONL.gz"]),
        (["d/e", "d/b.csv"], ["d/e/c.JSONL.gz", "d/b.csv"]),
        (["*.md", "d/?.csv"], ["top.md", "d/b.csv"]),
        (["d/*"], ["d/a.txt", "d/b.csv", "d/e/c.JSONL.gz"]),
        (["**/*.txt"], ["d/a.txt"]),
    ],
)
def test_folders_and_patterns_stand_for_their_files(folder, paths, found):
    assert expand(paths) == found


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("none.txt", r"none\.txt: no such file"),
        ("*.zip", r"\*\.zip: no file matches this pattern"),
        ("empty", r"empty: holds no files with known endings \(\.txt, \.csv"),
        ("a\0b", "a\ufffdb: no such file"),
        ("memory://none.csv", r"memory://none\.csv: no such file"),
        ("klingon://a/b.csv", "klingon://a/b.csv: cannot be reached"),
    ],
)
def test_what_stands_for_nothing_is_named(folder, path, message):
    (folder / "empty").mkdir()
    with pytest.raises(InputError, match=f"^{message}"):
        expand([path])


def test_a_file_whose_name_looks_like_a_pattern_is_itself(folder):
    (folder / "a[1].txt").write_text("x")
    assert expand(["a[1].txt"]) == ["a[1].txt"]


def test_links_that_go_in_circles_do_no_harm(folder):
    (folder / "d" / "loop").symlink_to(folder / "d")
    (folder / "d" / "self.txt").symlink_to("self.txt")
    (folder / "d" / "linked.txt").symlink_to("a.txt")
    assert expand(["d"]) == ["d/a.txt", "d/b.csv", "d/e/c.JSONL.gz", "d/linked.txt"]


def test_a_name_that_is_not_utf_8_is_found(folder):
    name = os.fsdecode(b"d/caf\xe9.txt")
    try:
        (folder / name).write_text("x")
    except OSError:
        pytest.skip("the file system takes only UTF-8 names")
    assert name in expand(["d"])
