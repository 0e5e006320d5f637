"""Runs on a cluster of real processes that speak over TCP on this machine."""

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from themes.errors import InputError
from themes.runs.cluster import check_cluster

DASK = [sys.executable, "-m", "dask"]
LOCAL = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


@contextmanager
def cluster(folder, workers, **settings):
    """Start a scheduler and workers; gives its address and their processes."""
    about = folder / "scheduler.json"
    env = os.environ | {f"DASK_DISTRIBUTED__SCHEDULER__{name}": value for name, value in settings.items()}
    scheduler = [
        "scheduler",
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--no-dashboard",
        "--scheduler-file",
        about,
    ]
    processes = [subprocess.Popen([*DASK, *map(str, scheduler)], env=env, **LOCAL)]
    try:
        address = None
        for _ in range(600):
            try:
                address = json.loads(about.read_text())["address"]
                break
            except (OSError, ValueError):
                time.sleep(0.05)
        worker = [*DASK, "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        worker += ["--local-directory", str(folder)]
        processes += [subprocess.Popen(worker, **LOCAL) for _ in range(workers)]
        yield address.replace("tcp://", "dask://"), processes
    finally:
        for process in processes:
            process.kill()
            process.wait()


def start(collection, target, address):
    # So many parts that the run is not over before it is disturbed.
    command = [*collection.command, "--part-size", "1500", "--output", str(target), "--cluster", address]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def wait_for_parts(process, folder, count):
    while process.poll() is None and len(list(folder.glob(".out.jsonl.parts/*-??????"))) < count:
        time.sleep(0.005)
    assert process.poll() is None


def test_a_worker_killed_in_the_middle_costs_nothing(collection, tmp_path):
    with cluster(tmp_path, 2) as (address, processes):
        process = start(collection, f"file://{tmp_path}/out.jsonl", address)
        wait_for_parts(process, tmp_path, 2)
        processes[1].kill()
        error = process.communicate()[1]
        assert process.returncode == 0, error
    assert (tmp_path / "out.jsonl").read_bytes() == collection.whole
    assert not (tmp_path / ".out.jsonl.parts").exists()
    assert "1,200 documents" in error


@pytest.mark.parametrize(
    ("killed", "reason"), [(0, "the connection to the Dask scheduler was lost"), (1, "Dask gave a part up")]
)
def test_a_cluster_that_breaks_ends_the_run_and_the_same_command_goes_on(
    collection, tmp_path, killed, reason
):
    with cluster(tmp_path, 1, ALLOWED_FAILURES="0") as (address, processes):
        process = start(collection, tmp_path / "out.jsonl", address)
        journal = tmp_path / ".out.jsonl.parts/journal.jsonl"
        while process.poll() is None and not (journal.exists() and journal.read_bytes().count(b"\n") > 2):
            time.sleep(0.005)
        processes[killed].kill()
        error = process.communicate(timeout=60)[1]
        assert (process.returncode, error.count("\n")) == (2, 1)
        assert reason in error
        assert "the same command goes on" in error
    command = [
        *collection.command,
        "--part-size",
        "1500",
        "--output",
        str(tmp_path / "out.jsonl"),
        "--jobs",
        "1",
    ]
    assert "going on" in subprocess.run(command, capture_output=True, text=True, check=True).stderr
    assert (tmp_path / "out.jsonl").read_bytes() == collection.whole


@pytest.mark.parametrize(
    "address", ["ray://127.0.0.1:1", "spark://a:7077", "127.0.0.1:8786", "dask://", "dask://host"]
)
def test_other_kinds_of_cluster_are_refused_with_what_is_supported(address):
    with pytest.raises(InputError, match=r"only dask://HOST:PORT is supported$"):
        check_cluster(address, [])


def test_inputs_must_be_found_from_anywhere():
    check_cluster("dask://a:1", ["/a.csv", "s3://bucket/a.csv"])
    with pytest.raises(InputError, match=r"^b/a.csv: give the whole path or a URL"):
        check_cluster("dask://a:1", ["/a.csv", "b/a.csv"])


def test_a_scheduler_that_does_not_answer_is_told_in_one_line(run, gym, tmp_path, monkeypatch):
    monkeypatch.setattr("themes.runs.cluster._PATIENCE", 0.2)
    (tmp_path / "a.txt").write_text("The fee doubled.")
    command = ["classify", tmp_path / "a.txt", "--model", gym.folder, "--output", tmp_path / "out.csv"]
    result = run(*command, "--cluster", "dask://127.0.0.1:1")
    assert (result.exit_code, result.stderr) == (
        2,
        "themes: no Dask scheduler answers at dask://127.0.0.1:1\n",
    )
    assert not (tmp_path / "out.csv").exists()
