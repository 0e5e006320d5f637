import subprocess
import sys
from pathlib import Path

import pytest

import themes.__main__
import themes.cli

ROOT = Path(__file__).parents[1]


def program(*args, text=None):
    command = [sys.executable, "-m", "themes", *args]
    return subprocess.run(command, input=text, capture_output=True, encoding="utf-8", cwd=ROOT, check=False)


@pytest.mark.parametrize(
    ("args", "code"), [(("--version",), 0), (("classify", "no-such-file.txt"), 2), (("nonsense",), 2)]
)
def test_exit_codes_come_through(args, code):
    assert program(*args).returncode == code


def test_all_that_was_printed_comes_out():
    lines = 3000
    result = program("classify", "--unit", "line", text="There was no bread for weeks.\n" * lines)
    assert result.returncode == 0
    rows = result.stdout.splitlines()
    assert len(rows) == lines
    assert all(row.endswith("}}") for row in rows)


@pytest.mark.parametrize(("code", "left"), [(None, 0), (1, 1), (141, 141)])
def test_it_leaves_at_once_where_nothing_else_runs(monkeypatch, code, left):
    left_with = []
    monkeypatch.setattr(themes.cli, "main", lambda **_: sys.exit(code))
    monkeypatch.setattr(themes.__main__.os, "_exit", left_with.append)
    monkeypatch.setattr(themes.__main__.gc, "set_threshold", lambda _: None)
    monkeypatch.setattr(themes.__main__.threading, "active_count", lambda: 1)
    monkeypatch.delitem(sys.modules, "joblib", raising=False)
    themes.__main__.start()
    assert left_with == [left]


@pytest.mark.parametrize("busy", ["processes", "threads", "a message"])
def test_it_leaves_in_order_where_something_else_may_run(monkeypatch, busy):
    monkeypatch.setattr(themes.cli, "main", lambda **_: sys.exit("why" if busy == "a message" else 0))
    monkeypatch.setattr(themes.__main__.os, "_exit", pytest.fail)
    monkeypatch.setattr(themes.__main__.gc, "set_threshold", lambda _: None)
    monkeypatch.setattr(themes.__main__.threading, "active_count", lambda: 2 if busy == "threads" else 1)
    if busy == "processes":
        monkeypatch.setitem(sys.modules, "joblib", sys)
    else:
        monkeypatch.delitem(sys.modules, "joblib", raising=False)
    with pytest.raises(SystemExit):
        themes.__main__.start()
