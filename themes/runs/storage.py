"""Storage: the folder of parts on a disk, or behind a URL that fsspec opens."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any, cast
from uuid import uuid4

from themes.inputs.sources import filesystem, is_url
from themes.runs.folder import LOCK, Folder, LocalFolder, held_by, holder


def folder_beside(target: str) -> Folder:
    """Give the folder of parts of an output, which need not exist yet.

    Parameters
    ----------
    target : str
        The output: a path, or a URL that fsspec knows.

    Returns
    -------
    Folder

    Raises
    ------
    InputError
        When nothing installed opens such a URL.
    """
    return RemoteFolder(target) if is_url(target) else LocalFolder(target)


class RemoteFolder(Folder):
    """A folder behind a URL that fsspec opens; its lock is best effort."""

    def __init__(self, target: str) -> None:
        self.target = target
        self._files, path = filesystem(target)
        parent, _, name = path.rpartition("/")
        self._target = path
        self._path = f"{parent}/.{name}.parts"

    def _place(self, name: str) -> str:
        return f"{self._path}/{name}"

    @contextmanager
    def locked(self) -> Iterator[None]:  # noqa: D102
        place = self._place(LOCK)
        self._files.invalidate_cache(self._path)
        try:
            self._files.makedirs(self._path, exist_ok=True)
            if self._files.exists(place):
                held = self._files.cat_file(place)
                if not _is_dead(held):
                    raise held_by(self.target, held, f"; if that run is dead, remove {place}")
                self._files.rm_file(place)
            data = json.dumps(holder() | {"token": uuid4().hex}).encode()
            self._claim(place, data)
            # Two that came at once where creation is not exclusive: the later one has it.
            if self._files.cat_file(place) != data:
                raise held_by(self.target, self._files.cat_file(place))
        except OSError as error:
            raise self._refusal(error) from error
        try:
            yield
        finally:
            with suppress(OSError):
                self._files.rm_file(place)

    def _claim(self, place: str, data: bytes) -> None:
        try:
            self._files.pipe_file(place, data, mode="create")
        except FileExistsError:
            raise held_by(self.target, self._files.cat_file(place)) from None
        except (NotImplementedError, TypeError, ValueError):
            self._files.pipe_file(place, data)

    def sizes(self) -> dict[str, int]:  # noqa: D102
        self._files.invalidate_cache(self._path)
        try:
            entries = self._files.ls(self._path, detail=True)
        except FileNotFoundError:
            return {}
        return {entry["name"].rpartition("/")[2]: entry["size"] or 0 for entry in entries}

    def open(self, name: str) -> IO[bytes]:  # noqa: D102
        # What other processes wrote stands in no listing that this one keeps.
        self._files.invalidate_cache(self._path)
        return cast("IO[bytes]", self._files.open(self._place(name), "rb"))

    def append(self, name: str, data: bytes) -> bool:  # noqa: D102
        return False

    def remove(self, name: str) -> None:  # noqa: D102
        self._files.rm_file(self._place(name))

    def publish(self, name: str, suffix: str = "") -> None:  # noqa: D102
        try:
            self._files.mv(self._place(name), self._target + suffix)
        except OSError as error:
            raise self._refusal(error) from error

    def clear(self) -> None:  # noqa: D102
        with suppress(OSError):
            self._files.rm(self._path, recursive=True)

    def _create(self, name: str, lasting: bool) -> Any:
        return self._files.open(self._place(name), "wb")

    def _rename(self, old: str, new: str) -> None:
        self._files.mv(self._place(old), self._place(new))


def _is_dead(data: bytes) -> bool:
    """Tell whether the holder of a lock ran on this machine and does so no more."""
    try:
        held = json.loads(data)
        if held["host"] != socket.gethostname():
            return False
        os.kill(int(held["process"]), 0)
    except ProcessLookupError:
        return True
    except (ValueError, KeyError, TypeError, OSError):
        return False
    return False
