import pytest

from themes.errors import InputError
from themes.inputs.documents import Reading
from themes.inputs.parts import plan
from themes.runs.journal import Done
from themes.runs.manifest import Summary, input_states, manifest, summarise
from themes.runs.order import any_json


def test_parts_are_added_up_and_themes_that_none_has_are_there():
    parts = [Done(number, "", 0, "", 5, 4, 3, 2, 1, {"cost": 2}, 0) for number in range(2)]
    expected = Summary(documents=8, texts=6, sentences=4, rows=10, bad=2, themes={"cost": 4, "crowding": 0})
    assert summarise(parts, ("cost", "crowding")) == expected


def test_each_input_is_told_once_with_its_size_and_time(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "a"}\n' * 50)
    parts = plan([path], Reading(), size=50)
    assert len(parts) > 5
    (state,) = input_states(parts)
    assert (state["path"], state["size"]) == (str(path), 700)
    assert state["modified"].endswith("Z")
    path.unlink()
    with pytest.raises(InputError, match=r"a.jsonl: cannot be read"):
        input_states(parts)


def test_inputs_behind_urls_are_told_too(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"text": "a"}\n')
    (state,) = input_states(plan([f"file://{tmp_path}/a.jsonl"], Reading()))
    assert (state["size"], state["path"]) == (14, f"file://{tmp_path}/a.jsonl")
    assert state["modified"] == str((tmp_path / "a.jsonl").stat().st_mtime)


def test_a_manifest_is_laid_out_with_the_rows_beside_the_output():
    summary = Summary(1, 1, 2, 3, 4, {"cost": 1})
    found = manifest({"name": "m"}, {"unit": "line"}, [], {"format": "csv"}, summary)
    assert found["output"] == {"format": "csv", "rows": 3}
    assert (found["documents"], found["sentences"], found["bad_rows"]) == (1, 2, 4)


@pytest.mark.parametrize(
    ("paths", "found"), [([], False), (["a.csv", "b.txt"], False), (["a.csv", "s3://b/B.NDJSON.gz"], True)]
)
def test_json_lines_are_known_by_their_ending(paths, found):
    assert any_json(paths) is found
