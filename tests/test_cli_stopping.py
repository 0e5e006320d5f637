"""The installed command, ended by SIGTERM while it works."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

GOES_ON = "themes: stopped; the same command goes on where it was\n"
UNCHANGED = "themes: stopped; nothing was changed\n"


def start(*args, **how):
    command = [sys.executable, "-m", "themes", *map(str, args)]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, start_new_session=True, **how
    )


def wait_for(found, process):
    end = time.monotonic() + 60
    while process.poll() is None and not found():
        assert time.monotonic() < end
        time.sleep(0.005)
    assert process.poll() is None


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("end", [os.kill, os.killpg])
def test_a_run_says_that_it_goes_on_and_does(collection, tmp_path, jobs, end):
    out, journal = tmp_path / "out.jsonl", tmp_path / ".out.jsonl.parts/journal.jsonl"
    command = [*collection.command[3:], "--output", out, "--jobs", jobs]
    process = start(*command)
    wait_for(lambda: journal.exists() and journal.read_bytes().count(b"\n") > 3, process)
    end(process.pid, signal.SIGTERM)
    assert process.communicate(timeout=30) == ("", GOES_ON)
    assert process.returncode == 143
    again = start(*command)
    assert "going on where the run stopped" in again.communicate()[1]
    assert out.read_bytes() == collection.whole


def test_text_that_is_waited_for_leaves_no_half_written_file(gym, tmp_path):
    process = start("classify", "--model", gym.folder, "--output", tmp_path / "out.jsonl")
    wait_for(lambda: list(tmp_path.iterdir()), process)
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=30) == ("", UNCHANGED)
    assert process.returncode == 143
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_training_leaves_nothing_and_its_processes_end(gym_paths, tmp_path, jobs):
    common = ["--labels", gym_paths.labels, "--codebook", gym_paths.codebook]
    process = start("train", *common, "--output", tmp_path / "m", "--jobs", jobs)
    line = process.stderr.readline()
    assert line.startswith("training: fold")
    # Twice, as `timeout` has it.
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGTERM)
    errors = process.communicate(timeout=30)[1].splitlines(keepends=True)
    assert [line for line in errors if not line.startswith("training: ")] == [UNCHANGED]
    assert process.returncode == 143
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("then", ["time.sleep(30)", "raise RuntimeError('half-way')"])
def test_an_end_that_is_lost_in_a_library_comes_all_the_same(then):
    """An exception inside a finaliser goes nowhere."""
    program = f"""
import click, os, signal, sys, time
import themes.cli

themes.cli.stopping._GRACE = 0.2

class Careless:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.01)

@click.command()
def command():
    Careless()
    {then}

themes.cli._Group.get_command = lambda *_: command
themes.cli.main(["check"])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 143
    assert done.stderr.endswith(f"\n{UNCHANGED}")
    assert "half-way" not in done.stderr


def test_a_caller_who_ignores_the_signal_is_heeded(gym, tmp_path):
    def ignore():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)

    process = start("classify", "--model", gym.folder, "--output", tmp_path / "o.jsonl", preexec_fn=ignore)
    wait_for(lambda: list(tmp_path.iterdir()), process)
    process.send_signal(signal.SIGTERM)
    assert process.communicate("The fee doubled.", timeout=30)[1] == ""
    assert process.returncode == 0
    assert json.loads((tmp_path / "o.jsonl").read_text())["themes"] == ["cost"]


def test_a_command_that_is_done_leaves_the_signal_as_it_was(run):
    before = signal.getsignal(signal.SIGTERM)
    run("classify", "--text", "He left.")
    assert signal.getsignal(signal.SIGTERM) is before
