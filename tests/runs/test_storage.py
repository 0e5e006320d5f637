import json
import os
import socket
import subprocess
import sys
from typing import ClassVar
from uuid import uuid4

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from themes.errors import InputError
from themes.runs.folder import LocalFolder
from themes.runs.storage import RemoteFolder, folder_beside


@pytest.fixture(params=["memory", "file"])
def target(request, tmp_path):
    return f"memory://{uuid4().hex}/out.csv" if request.param == "memory" else f"file://{tmp_path}/out.csv"


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


def test_a_url_and_a_path_have_their_kinds_of_folder(target):
    assert isinstance(folder_beside(target), RemoteFolder)
    assert isinstance(folder_beside("out.csv"), LocalFolder)


def test_files_are_written_whole_listed_published_and_removed(target):
    folder = folder_beside(target)
    with folder.locked():
        put(folder, "a", b"old")
        with pytest.raises(RuntimeError):
            give_up(folder, "a")
        put(folder, "b", b"12345")
        assert folder.sizes() | {"lock": 0} == {"a": 3, "b": 5, "lock": 0}
        assert content(folder, "a") == b"old"
        folder.tidy({"b"})
        assert set(folder.sizes()) == {"b", "lock"}
        assert not folder.append("b", b"")
        folder.publish("b")
        folder.clear()
    files, path = folder._files, folder._target
    assert files.cat_file(path) == b"12345"
    assert [entry.rpartition("/")[2] for entry in files.ls(path.rpartition("/")[0], detail=False)] == [
        "out.csv"
    ]
    assert folder.sizes() == {}


def test_two_runs_on_one_output_refuse_each_other(target):
    with (
        folder_beside(target).locked(),
        pytest.raises(InputError, match=rf"by another run \(process {os.getpid()} on .*remove .*lock"),
        folder_beside(target).locked(),
    ):
        pass
    with folder_beside(target).locked():
        pass


@pytest.mark.parametrize(("here", "free"), [(True, True), (False, False)])
def test_a_lock_is_free_when_its_holder_ran_here_and_is_dead(target, here, free):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    holder = {"process": dead.pid, "host": socket.gethostname() if here else "elsewhere"}
    folder = folder_beside(target)
    folder._files.makedirs(folder._path, exist_ok=True)
    folder._files.pipe_file(folder._place("lock"), json.dumps(holder).encode())
    if free:
        with folder.locked():
            pass
    else:
        with pytest.raises(InputError, match=f"process {dead.pid} on elsewhere"), folder.locked():
            pass


def test_unknown_kinds_of_url_are_told_in_one_line():
    with pytest.raises(InputError, match=r"nowhere://a/out\.csv: "):
        folder_beside("nowhere://a/out.csv")


class Listing(MemoryFileSystem):
    """A store that believes its last listing of a folder, as some do to save requests."""

    protocol = "listing"
    store: ClassVar[dict] = {}
    pseudo_dirs: ClassVar[list] = [""]
    listed: ClassVar[dict] = {}

    def ls(self, path, detail=True, **kwargs):
        found = super().ls(path, detail=True, **kwargs)
        self.listed[path.strip("/")] = {entry["name"] for entry in found}
        return found if detail else [entry["name"] for entry in found]

    def _open(self, path, mode="rb", **kwargs):
        names = self.listed.get(path.strip("/").rpartition("/")[0])
        if mode == "rb" and names is not None and path not in names:
            raise FileNotFoundError(path)
        return super()._open(path, mode, **kwargs)

    def invalidate_cache(self, path=None):
        self.listed.clear()


def test_what_another_process_wrote_is_found_though_the_folder_was_listed_before():
    fsspec.register_implementation("listing", Listing, clobber=True)
    ours, theirs = (folder_beside("listing://there/out.csv") for _ in range(2))
    with ours.locked():
        ours.sizes()
        with theirs._create("a", True) as stream:
            stream.write(b"12345")
        assert content(ours, "a") == b"12345"
