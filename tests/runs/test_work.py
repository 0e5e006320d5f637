import io
import json
from dataclasses import replace

import pytest

from themes.inputs.documents import Reading
from themes.inputs.parts import plan
from themes.runs.formats import Layout, Wanted
from themes.runs.job import Failed, Job
from themes.runs.journal import Done
from themes.runs.storage import folder_beside
from themes.runs.work import bad_file, model_digest, score
from themes.runs.writing import as_text


@pytest.fixture
def job(gym, tmp_path):
    return Job(
        target=str(tmp_path / "out.jsonl"),
        token="0123",
        model=str(gym.folder),
        digest=model_digest(str(gym.folder)),
        thresholds=(),
        wanted=Wanted("jsonl", Layout(tuple(gym.model.keys)), only_coded=True),
        reading=Reading(),
        skip_bad=True,
    )


@pytest.fixture
def part(tmp_path):
    texts = ["The fee doubled. My sister stayed.", " ", None, "The hall was packed every evening."]
    lines = ["[" if text is None else json.dumps({"text": text}) for text in texts]
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    (part,) = plan([tmp_path / "in.jsonl"], Reading())
    return part


def test_a_part_is_scored_counted_and_written_with_its_bad_rows_beside(job, part):
    folder = folder_beside(job.target)
    with folder.locked():
        done = score(job, part)
        assert isinstance(done, Done)
        assert (done.rows, done.documents, done.texts, done.sentences, done.bad) == (2, 3, 2, 3, 1)
        assert done.themes == {"cost": 1, "crowding": 1}
        assert folder.sizes()[done.file] == done.size
        with folder.open(bad_file(done.file)) as stream:
            assert b"in.jsonl, line 3: is not" in stream.read()
        assert score(job, part) == done


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"version": "0.0"}, "a worker has version"),
        ({"digest": "0"}, "holds another model here"),
        ({"model": "nowhere"}, "holds no model"),
        ({"skip_bad": False}, "line 3: is not"),
        ({"target": "none/out.jsonl"}, "cannot be written"),
    ],
)
def test_what_a_user_can_mend_is_given_back_and_not_raised(job, part, change, reason):
    with folder_beside(job.target).locked():
        failed = score(replace(job, **change), part)
    assert isinstance(failed, Failed)
    assert failed.part == part.number
    assert reason in str(failed.error)


def test_want_of_memory_is_told(job, part, monkeypatch):
    def exhausted(*args):
        raise MemoryError

    monkeypatch.setattr("themes.runs.work.read_part", exhausted)
    with folder_beside(job.target).locked():
        assert "not enough memory" in str(score(job, part).error)


@pytest.mark.parametrize("packed", [False, True])
def test_text_is_written_to_bytes_that_stay_open_and_hold_no_time(packed):
    streams = [io.BytesIO(), io.BytesIO()]
    for stream in streams:
        with as_text(stream, packed=packed) as text:
            text.write("né\n")
    first, second = (stream.getvalue() for stream in streams)
    assert first == second
    assert (first[:2] == b"\x1f\x8b") is packed
