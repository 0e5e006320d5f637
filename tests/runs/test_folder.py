import errno
import os
import subprocess
import sys

import pytest

from themes.errors import InputError
from themes.runs.folder import LocalFolder


@pytest.fixture
def folder(tmp_path):
    folder = LocalFolder(str(tmp_path / "out.csv"))
    with folder.locked():
        yield folder


def put(folder, name, data):
    with folder.write(name) as stream:
        stream.write(data)


def give_up(folder, name):
    with folder.write(name) as stream:
        stream.write(b"half")
        raise RuntimeError


def content(folder, name):
    with folder.open(name) as stream:
        return stream.read()


def test_a_file_is_written_whole_or_not_at_all(folder):
    put(folder, "a", b"old")
    with pytest.raises(RuntimeError):
        give_up(folder, "a")
    assert content(folder, "a") == b"old"
    assert set(folder.sizes()) == {"a", "lock"}
    put(folder, "a", b"newer")
    assert folder.sizes()["a"] == 5


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_full_disk_is_told_in_one_line_that_names_the_output(folder, number):
    with (
        pytest.raises(InputError, match=rf"out.csv: cannot be written \({os.strerror(number)}\)$"),
        folder.write("a"),
    ):
        raise OSError(number, os.strerror(number))
    assert set(folder.sizes()) == {"lock"}


def test_appended_lines_stay(folder):
    assert folder.append("j", b"1\n")
    assert folder.append("j", b"2\n")
    assert content(folder, "j") == b"1\n2\n"


def test_tidying_keeps_what_is_named_and_the_lock(folder):
    for name in ("a", "b", ".c.0.tmp"):
        put(folder, name, b"")
    folder.tidy({"b"})
    assert set(folder.sizes()) == {"b", "lock"}


def test_the_whole_takes_the_targets_place_and_the_folder_goes(folder, tmp_path):
    (tmp_path / "out.csv").write_text("old")
    put(folder, "whole", b"new")
    put(folder, "about", b"{}")
    folder.publish("whole")
    folder.publish("about", ".json")
    folder.clear()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "out.csv": b"new",
        "out.csv.json": b"{}",
    }


def test_a_link_is_followed(tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "far/real.csv").touch()
    (tmp_path / "out.csv").symlink_to(tmp_path / "far/real.csv")
    folder = LocalFolder(str(tmp_path / "out.csv"))
    with folder.locked():
        put(folder, "whole", b"new")
        folder.publish("whole")
        folder.clear()
    assert (tmp_path / "out.csv").is_symlink()
    assert (tmp_path / "far/real.csv").read_bytes() == b"new"


def test_two_runs_on_one_output_refuse_each_other(folder, tmp_path):
    other = LocalFolder(str(tmp_path / "out.csv"))
    holder = rf"is being written by another run \(process {os.getpid()} on .+\)"
    with pytest.raises(InputError, match=holder), other.locked():
        pass


def test_the_lock_of_a_dead_run_is_free(tmp_path):
    code = f"""
import os
from themes.runs.folder import LocalFolder
with LocalFolder({str(tmp_path / "out.csv")!r}).locked():
    os.kill(os.getpid(), 9)
"""
    killed = subprocess.run([sys.executable, "-c", code], check=False)
    assert killed.returncode == -9
    with LocalFolder(str(tmp_path / "out.csv")).locked():
        pass


@pytest.mark.parametrize("place", ["none/out.csv", "."])
def test_a_place_that_cannot_be_written_is_refused(tmp_path, place):
    target = str(tmp_path / place)
    with pytest.raises(InputError, match="cannot be written"), LocalFolder(target).locked():
        pass
    assert list(tmp_path.iterdir()) == []
