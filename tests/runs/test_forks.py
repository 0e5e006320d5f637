"""When a process may be copied; what copies do is in test_run."""

import sys
import threading

import pytest

from themes.runs.forks import can_fork


def test_a_process_with_several_threads_is_not_copied():
    ended = threading.Event()
    thread = threading.Thread(target=ended.wait)
    thread.start()
    assert not can_fork()
    ended.set()
    thread.join()


@pytest.mark.parametrize(("platform", "able"), [("linux", True), ("darwin", False)])
def test_a_process_is_copied_on_linux_alone(monkeypatch, platform, able):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    assert can_fork() is able
