"""Runs in this process and in several, stopped in every way; clusters are in test_cluster."""

import csv
import errno
import gzip
import io
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import lru_cache, partial
from types import SimpleNamespace
from uuid import uuid4

import pytest

import themes.runs.folder
import themes.runs.work
from themes.errors import InputError
from themes.inputs.documents import Reading
from themes.runs.order import Settings
from themes.runs.progress import Progress
from themes.runs.run import run
from themes.runs.work import score

SENTENCES = ("The fee doubled in spring.", "The hall was packed every evening.", "My sister stayed.")
SIZE = 2000


def row(number):
    text = " ".join(SENTENCES[(number + i) % 3] for i in range(1 + number % 4))
    return {"text": f"{text} Row {number}.", "id": number} | ({"tag": "é"} if number % 5 == 0 else {})


@pytest.fixture
def given(gym, tmp_path):
    """A collection of two files of JSON lines and one of text, and ways to classify it."""
    rows = [row(number) for number in range(240)]
    rows[200]["late"] = {"a": 1}
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.jsonl").write_text("".join(lines[:150]), encoding="utf-8")
    (tmp_path / "in/b.jsonl").write_text("".join(lines[150:]), encoding="utf-8")
    (tmp_path / "in/c.txt").write_text("The fee doubled. It was packed.")

    def settings(form="jsonl", **others):
        return Settings(form, str(gym.folder), **others)

    def classify(name="out.jsonl", *, form="jsonl", size=SIZE, said=None, paths=None, **options):
        others = {key: options.pop(key) for key in ("jobs", "restart", "cluster") if key in options}
        run(
            paths or [tmp_path / "in"],
            name if "://" in name else str(tmp_path / name),
            settings(form, **options),
            size=size,
            progress=Progress(stream=said or io.StringIO()),
            **others,
        )
        return None if "://" in name else (tmp_path / name).read_bytes()

    def stop_after(monkeypatch, parts, error):
        """Let writing fail once some parts are written."""
        create = themes.runs.folder.LocalFolder._create

        def failing(self, name, lasting):
            if name.split(".")[1].endswith(f"-{parts:06d}"):
                raise error
            return create(self, name, lasting)

        monkeypatch.setattr(themes.runs.folder.LocalFolder, "_create", failing)

    return SimpleNamespace(folder=tmp_path, settings=settings, classify=classify, stop_after=stop_after)


def no_classifier_is_kept(monkeypatch):
    """Let the next run load its classifier anew, and give what loads it."""
    machine = lru_cache(maxsize=1)(themes.runs.work.classifier.__wrapped__)
    for module in ("work", "order"):
        monkeypatch.setattr(f"themes.runs.{module}.classifier", machine)
    return machine


def left(folder):
    """Name what a run left beside its input."""
    return sorted(path.name for path in folder.iterdir() if path.name != "in")


@pytest.mark.parametrize("form", ["jsonl", "csv", "tsv"])
@pytest.mark.parametrize(
    "options",
    [[], ["--unit", "document"], ["--only-coded"], ["--unit", "document", "--explain", "2", "--only-coded"]],
)
def test_both_routes_give_the_same_bytes_however_the_input_is_cut(run, gym, given, form, options):
    direct = run("classify", given.folder / "in", "--model", gym.folder, "--format", form, *options)
    for size in (700, 1_000_000):
        out = given.folder / f"out{size}.{form}"
        command = ["classify", given.folder / "in", "--model", gym.folder, "--output", out, "--jobs", "1"]
        result = run(*command, "--part-size", size, *options)
        assert result.exit_code == 0, result.output
        assert out.read_bytes() == direct.stdout_bytes


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_several_processes_give_the_same_bytes_and_manifest(given, form):
    name = f"out.{form}"
    whole = given.classify(name, form=form, jobs=1)
    manifest = (given.folder / f"{name}.manifest.json").read_bytes()
    assert given.classify(name, form=form, jobs=2) == whole
    assert (given.folder / f"{name}.manifest.json").read_bytes() == manifest
    assert left(given.folder) == [name, f"{name}.manifest.json"]


def test_processes_that_load_for_themselves_give_the_same_bytes(given, monkeypatch):
    whole = given.classify(jobs=1)
    monkeypatch.setattr("themes.runs.forks.can_fork", lambda: False)
    assert given.classify(jobs=2) == whole


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz", "out.csv", "out.tsv.gz", "out.parquet"])
@pytest.mark.parametrize(
    "options", [{}, {"only_coded": True}, {"unit": "line"}, {"unit": "document"}, {"explain": 1}]
)
def test_compiled_code_writes_the_same_bytes(given, monkeypatch, name, options):
    form = name.split(".")[1]
    plain = given.classify(name, form=form, **options)
    manifest = (given.folder / f"{name}.manifest.json").read_bytes()
    machine = no_classifier_is_kept(monkeypatch)
    monkeypatch.setattr("themes.scoring.scored._MANY", 1)
    assert given.classify(name, form=form, **options) == plain
    assert (given.folder / f"{name}.manifest.json").read_bytes() == manifest
    assert machine.cache_info().misses


def test_copies_of_a_process_that_has_loaded_compiled_code_give_the_same_bytes(given, gym):
    whole = given.classify(jobs=1)
    program = (
        "import themes.scoring.scored; themes.scoring.scored._MANY = 1; from themes.cli import main; main()"
    )
    command = [sys.executable, "-c", program, "classify", given.folder / "in", "--model", gym.folder]
    command += ["--output", given.folder / "two.jsonl", "--jobs", "2", "--part-size", SIZE, "--quiet"]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert (given.folder / "two.jsonl").read_bytes() == whole


def test_packed_output_holds_the_same_rows_and_is_reproducible(given):
    packed = given.classify("out.csv.gz", form="csv")
    assert gzip.decompress(packed) == given.classify("out.csv", form="csv")
    assert given.classify("out.csv.gz", form="csv") == packed


def test_metadata_that_comes_late_is_kept(given):
    rows = list(csv.DictReader(io.StringIO(given.classify("out.csv", form="csv").decode())))
    assert [name for name in rows[0] if name.startswith("meta_")] == [
        "meta_id",
        "meta_tag",
        "meta_late",
        "meta_other",
    ]
    many = "".join(
        json.dumps({"text": "The fee."} | ({"y": number} if number > 110 else {"x": 1})) + "\n"
        for number in range(120)
    )
    (given.folder / "in/a.jsonl").write_text(many)
    paths = [given.folder / "in/a.jsonl"]
    found = list(csv.DictReader(io.StringIO(given.classify("two.csv", form="csv", paths=paths).decode())))
    assert [(row["meta_x"], row["meta_other"]) for row in found[110:112]] == [("1", ""), ("", '{"y": 111}')]


def test_parquet_holds_the_rows_of_json_lines(given):
    import pyarrow.parquet as pq

    lines = [json.loads(line) for line in given.classify(explain=1).splitlines()]
    packed = given.classify("out.parquet", form="parquet", explain=1, jobs=2)
    rows = pq.read_table(given.folder / "out.parquet").to_pylist()
    assert len(rows) == len(lines)
    for flat, full in zip(rows, lines, strict=True):
        assert flat["themes"] == full["themes"]
        assert {key: round(flat[f"p_{key}"], 10) for key in full["probabilities"]} == full["probabilities"]
        assert json.loads(flat["explanation"]) == full["explanation"]
        metadata = full.get("metadata", {})
        assert flat["meta_id"] == (str(metadata["id"]) if metadata else None)
    assert given.classify("out.parquet", form="parquet", explain=1) == packed


def test_the_manifest_tells_what_made_the_output(given):
    given.classify(thresholds={"cost": 1.0})
    found = json.loads((given.folder / "out.jsonl.manifest.json").read_text())
    rows = [json.loads(line) for line in (given.folder / "out.jsonl").read_text().splitlines()]
    crowded = sum("crowding" in row["themes"] for row in rows)
    assert found["sentences_with_theme"] == {"cost": 0, "crowding": crowded}
    assert (found["documents"], found["sentences"], found["bad_rows"]) == (241, len(rows), 0)
    assert found["output"]["rows"] == len(rows)
    assert found["output"]["size"] == (given.folder / "out.jsonl").stat().st_size
    assert found["settings"]["thresholds"]["cost"] == 1.0
    assert found["model"]["codebook_version"] == "0.1"
    paths = [str(given.folder / "in" / name) for name in ("a.jsonl", "b.jsonl", "c.txt")]
    assert [state["path"] for state in found["inputs"]] == paths
    os.utime(paths[0], ns=(0, 1_000_000_007))
    given.classify()
    again = json.loads((given.folder / "out.jsonl.manifest.json").read_text())
    assert again["inputs"][0]["modified"] == "1970-01-01T00:00:01.000000007Z"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_full_disk_keeps_what_is_done_and_the_same_call_goes_on(given, monkeypatch, number):
    whole = given.classify("whole.jsonl")
    (given.folder / "out.jsonl").write_text("old")
    with monkeypatch.context() as patch:
        given.stop_after(patch, 5, OSError(number, os.strerror(number)))
        kept = r"5 of \d+ parts are kept, and the same command goes on"
        with pytest.raises(InputError, match=rf"cannot be written \({os.strerror(number)}\); {kept}"):
            given.classify()
    assert (given.folder / "out.jsonl").read_text() == "old"
    said = io.StringIO()
    assert given.classify(said=said) == whole
    assert "going on where the run stopped" in said.getvalue()


def test_a_run_of_other_settings_is_refused_until_restarted(given, monkeypatch):
    with monkeypatch.context() as patch:
        given.stop_after(patch, 5, OSError(errno.ENOSPC, "full"))
        with pytest.raises(InputError, match="5 of"):
            given.classify()
    for options, named in (
        ({"unit": "line"}, '--unit ("sentence" then, "line" now)'),
        ({"only_coded": True}, "--only-coded (false then, true now)"),
        ({"thresholds": {"cost": 0.5}}, '--threshold ({} then, {"cost": 0.5} now)'),
        ({"size": 900}, "how the input is cut into parts"),
        ({"paths": [given.folder / "in/a.jsonl"]}, "b.jsonl was among them"),
    ):
        with pytest.raises(InputError) as refusal:
            given.classify(**options)
        assert named in str(refusal.value)
    assert given.classify(unit="line", restart=True) == given.classify("other.jsonl", unit="line")


def test_changed_input_is_noticed_between_and_within_runs(given, monkeypatch):
    with monkeypatch.context() as patch:
        given.stop_after(patch, 5, OSError(errno.ENOSPC, "full"))
        with pytest.raises(InputError, match="5 of"):
            given.classify()
    os.utime(given.folder / "in/a.jsonl", ns=(0, 0))
    with pytest.raises(InputError, match=r"a.jsonl has been changed since"):
        given.classify()

    class Touching(Progress):
        def step(self, size, sentences):
            os.utime(given.folder / "in/a.jsonl", ns=(0, sentences * 1000 + 1))

    arguments = [given.folder / "in"], str(given.folder / "out.jsonl"), given.settings()
    with pytest.raises(InputError, match="was changed while it was read"):
        run(*arguments, size=SIZE, restart=True, progress=Touching(stream=io.StringIO()))
    assert not (given.folder / "out.jsonl").exists()


def broken(given, *numbers):
    """Break rows of the first file; gives its path."""
    path = given.folder / "in/a.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    for number in numbers:
        lines[number - 1] = "{\n"
    path.write_text("".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("jobs", [1, 2])
def test_bad_rows_stop_a_run_at_the_first_and_can_be_left_out_from_there(given, jobs):
    path = broken(given, 60, 110, 140)
    said = io.StringIO()
    with pytest.raises(
        InputError, match=r"a\.jsonl, line 60: is not JSON.*; \d+ of \d+ parts are kept"
    ) as stop:
        given.classify(jobs=jobs)
    assert "\n" not in str(stop.value)
    found = given.classify(jobs=jobs, skip_bad=True, said=said)
    bad = [line for line in said.getvalue().splitlines() if "skipped" in line]
    assert [line.split(": is")[0] for line in bad] == [
        f"themes: skipped: {path}, line {n}" for n in (60, 110, 140)
    ]
    assert json.loads((given.folder / "out.jsonl.manifest.json").read_text())["bad_rows"] == 3
    again = io.StringIO()
    assert given.classify("again.jsonl", skip_bad=True, said=again) == found
    assert [line for line in again.getvalue().splitlines() if "skipped" in line] == bad


def test_parts_with_bad_rows_are_done_again_when_these_are_no_longer_left_out(given, monkeypatch):
    broken(given, 5)
    with monkeypatch.context() as patch:
        given.stop_after(patch, 5, OSError(errno.ENOSPC, "full"))
        with pytest.raises(InputError, match="5 of"):
            given.classify(skip_bad=True)
    with pytest.raises(InputError, match=r"line 5: is not JSON"):
        given.classify()
    whole = given.classify("whole.jsonl", skip_bad=True)
    assert given.classify(skip_bad=True, reading=Reading(max_size=10**6)) == whole


def test_nothing_to_read_leaves_nothing_behind(given):
    (given.folder / "in/empty.jsonl").write_text('{"text": " "}\n' * 300)
    (given.folder / "out.jsonl").write_text("old")
    with pytest.raises(InputError, match="there is no text in the input"):
        given.classify(paths=[given.folder / "in/empty.jsonl"])
    assert left(given.folder) == ["out.jsonl"]
    assert (given.folder / "out.jsonl").read_text() == "old"


def test_the_input_is_never_overwritten(given):
    for name, paths in (("in/a.jsonl", None), ("in/a.jsonl", [given.folder / "in/*.jsonl"])):
        with pytest.raises(InputError, match="cannot be written at once"):
            given.classify(name, paths=paths)


def test_a_part_damaged_on_the_disk_is_done_again(given, monkeypatch):
    whole = given.classify("whole.jsonl")
    with monkeypatch.context() as patch:
        given.stop_after(patch, 5, OSError(errno.ENOSPC, "full"))
        with pytest.raises(InputError, match="5 of"):
            given.classify()
    (part,) = (given.folder / ".out.jsonl.parts").glob("*-000002")
    part.write_bytes(part.read_bytes()[::-1])
    assert given.classify() == whole


def test_a_part_damaged_on_its_way_from_a_cluster_is_told_and_kept_from_the_output(given, monkeypatch):
    def scored(job, todo, **_):
        for part in todo:
            done = score(job, part)
            yield replace(done, sha256="0" * 64) if part.number == 2 else done

    with monkeypatch.context() as patch:
        patch.setattr("themes.runs.run.scored", scored)
        patch.setattr("themes.runs.run.check_cluster", lambda *_: None)
        with pytest.raises(
            InputError, match=r"a part on the disk was damaged; \d+ of \d+ parts are kept, and the same"
        ):
            given.classify(cluster="dask://nowhere:1")
    assert given.classify() == given.classify("whole.jsonl")


def test_a_url_can_be_written_to(given):
    import fsspec

    target = f"memory://{uuid4().hex}/out.csv"
    given.classify(target, form="csv")
    files = fsspec.filesystem("memory")
    folder = target.removeprefix("memory:/").rpartition("/")[0]
    assert files.cat_file(f"{folder}/out.csv") == given.classify("out.csv", form="csv")
    names = {entry.rpartition("/")[2] for entry in files.ls(folder, detail=False)}
    assert names == {"out.csv", "out.csv.manifest.json"}


@pytest.fixture
def slow(collection, tmp_path):
    """The command as a process, and how far it is."""
    out, parts = tmp_path / "out.jsonl", tmp_path / ".out.jsonl.parts"

    def start(*options):
        command = [*collection.command, "--output", str(out), *map(str, options)]
        # A shell lets its background commands ignore Ctrl-C, and so do all that they start.
        hear = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
        return subprocess.Popen(
            command, stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=hear
        )

    def done():
        try:
            return len((parts / "journal.jsonl").read_bytes().splitlines()) - 1
        except FileNotFoundError:
            return -1

    def wait_for(process, count):
        while process.poll() is None and done() < count:
            time.sleep(0.002)
        return process.poll() is None

    return SimpleNamespace(
        start=start, done=done, wait_for=wait_for, whole=collection.whole, out=out, parts=parts
    )


@pytest.mark.parametrize(("jobs", "counts"), [(1, (0, 9)), (2, (1, 7, 13))])
def test_killed_again_and_again_a_run_goes_on_and_ends_with_the_same_bytes(slow, jobs, counts):
    kills = 0
    for count in counts:
        process = slow.start("--jobs", jobs)
        if slow.wait_for(process, count):
            time.sleep(0.01 * count)
            process.kill()
            kills += 1
        process.communicate()
        assert slow.done() >= count or slow.out.exists()
    assert kills >= 2
    process = slow.start("--jobs", jobs)
    assert "going on where the run stopped" in process.communicate()[1]
    assert process.returncode == 0
    assert slow.out.read_bytes() == slow.whole
    assert not slow.parts.exists()


@pytest.mark.parametrize("room", [4, 2000])
def test_a_file_system_that_takes_no_more_is_told_in_one_line(collection, slow, room):
    """With so little room for a file that a part does not fit, and then that the whole does not."""
    command = shlex.join([*collection.command, "--output", str(slow.out), "--jobs", "2"])
    limited = ["bash", "-c", f"ulimit -f {room}; exec {command}"]
    stopped = subprocess.run(limited, capture_output=True, text=True, check=False)
    assert (stopped.returncode, stopped.stderr.count("\n")) == (2, 1)
    assert f"{slow.out}: cannot be written (File too large)" in stopped.stderr
    assert ("the same command goes on" in stopped.stderr) is (room == 2000)
    process = slow.start("--jobs", 1)
    assert ("going on" in process.communicate()[1]) is (room == 2000)
    assert slow.out.read_bytes() == slow.whole


@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_stops_with_one_line_and_the_same_command_goes_on(slow, jobs):
    process = slow.start("--jobs", jobs)
    assert slow.wait_for(process, 3)
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate()[1] == "themes: stopped; the same command goes on where it was\n"
    assert process.returncode == 130
    again = slow.start("--jobs", jobs, "--quiet")
    assert again.communicate()[1] == ""
    assert slow.out.read_bytes() == slow.whole


def test_a_killed_worker_is_told_in_one_line_and_the_same_command_goes_on(slow):
    psutil = pytest.importorskip("psutil")
    process = slow.start("--jobs", 2)
    assert slow.wait_for(process, 2)
    psutil.Process(process.pid).children()[0].kill()
    error = process.communicate()[1]
    assert (process.returncode, error.count("\n")) == (2, 1)
    assert "a worker process was killed" in error
    assert "the same command goes on" in error
    slow.start("--jobs", 1).communicate()
    assert slow.out.read_bytes() == slow.whole
