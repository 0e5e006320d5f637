import json

import pytest

import themes.runs.journal as journal
from themes.errors import InputError
from themes.runs.folder import LocalFolder
from themes.runs.journal import NAME, Done, Journal, token
from themes.runs.storage import folder_beside

HEAD = {
    "--unit": "line",
    "inputs": [{"path": "a.csv", "size": 3}, {"path": "b.csv", "size": 4}],
    "columns": ["x"] * 40,
}


@pytest.fixture
def folder(tmp_path):
    folder = LocalFolder(str(tmp_path / "out.csv"))
    with folder.locked():
        yield folder


def done(folder, number, data=b"rows"):
    with folder.write(f"p{number}") as stream:
        stream.write(data)
    return Done(number, f"p{number}", len(data), "", 1, 1, 1, 1, 0, {"cost": 1}, 10)


def content(folder):
    with folder.open(NAME) as stream:
        return stream.read()


def resumed(folder, head=HEAD):
    again = Journal(folder, head)
    again.resume()
    return again.done


def test_parts_that_are_done_are_found_again(folder):
    first = Journal(folder, HEAD)
    first.resume()
    assert first.done == {}
    first.save()
    rows = {number: done(folder, number) for number in (2, 0)}
    for row in rows.values():
        first.add(row)
    assert resumed(folder) == rows
    first.forget([2])
    assert set(resumed(folder)) == {0}


def test_a_part_whose_file_is_gone_or_short_is_not_done(folder):
    first = Journal(folder, HEAD)
    first.save()
    for number in range(3):
        first.add(done(folder, number))
    folder.remove("p0")
    done(folder, 1, b"ro")
    assert set(resumed(folder)) == {2}


def test_a_line_cut_short_and_those_of_other_kinds_are_passed_over(folder):
    first = Journal(folder, HEAD)
    first.save()
    first.add(done(folder, 0))
    whole = content(folder)
    for cut in range(whole.index(b"\n") + 1, len(whole) - 1):
        with folder.write(NAME) as stream:
            stream.write(whole[:cut])
        assert resumed(folder) == {}
    folder.append(NAME, b'\n{"other": 1}\n')
    assert resumed(folder) == {}


@pytest.mark.parametrize("data", [b"", b"[", b"3\n", b"[]\n", b"\xff\n"])
def test_a_damaged_head_is_as_good_as_none(folder, data):
    folder.append(NAME, data)
    assert resumed(folder) == {}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"--unit": "sentence"}, r'--unit \("line" then, "sentence" now\)'),
        ({"columns": ["y"] * 40}, "columns;"),
        ({"inputs": [{"path": "a.csv", "size": 3}]}, r"inputs \(b.csv was among them\)"),
        ({"inputs": [*HEAD["inputs"], {"path": "c.csv"}]}, r"inputs \(c.csv was not among them\)"),
        (
            {"inputs": [{"path": "a.csv", "size": 5}, HEAD["inputs"][1]]},
            r"inputs \(a.csv has been changed since\)",
        ),
        ({"inputs": HEAD["inputs"][::-1]}, "order of its inputs"),
        ({"new": 1}, r"new \(null then, 1 now\)"),
    ],
)
def test_what_differs_from_an_earlier_run_is_named(folder, change, named):
    Journal(folder, HEAD).save()
    with pytest.raises(InputError, match=rf"out.csv: an unfinished run .* {named}.* --restart"):
        resumed(folder, HEAD | change)
    assert json.loads(content(folder).splitlines()[0])["--unit"] == "line"


def test_storage_that_cannot_append_is_written_at_most_every_few_seconds(tmp_path, monkeypatch):
    folder = folder_beside(f"file://{tmp_path}/out.csv")
    with folder.locked():
        first = Journal(folder, HEAD)
        first.save()
        first.add(done(folder, 0))
        assert set(resumed(folder)) == set()
        first.close()
        assert set(resumed(folder)) == {0}
        monkeypatch.setattr(journal, "_EVERY", -1.0)
        first.add(done(folder, 1))
        assert set(resumed(folder)) == {0, 1}


def test_a_run_is_named_by_what_it_is_about():
    assert token(HEAD) == token(dict(HEAD)) != token(HEAD | {"--unit": "sentence"})
    assert len(token(HEAD)) == 12
