"""Folder: where a run keeps its parts beside an output; files in it are written whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import socket
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from themes.errors import InputError

LOCK = "lock"
_UNFINISHED = ".tmp"
_TRIES = 5


class Folder(ABC):
    """A folder of files, each written whole or not at all.

    Attributes
    ----------
    target : str
        The output beside which it stands; errors name it.
    """

    target: str

    @contextmanager
    def write(self, name: str, *, lasting: bool = True) -> Iterator[IO[bytes]]:
        """Write a file under another name and rename it when all went well.

        Parameters
        ----------
        name : str
            The file's name in this folder.
        lasting : bool
            Whether it must outlast a loss of power. A part need not: it is checked when a run goes on and
            done again, and waiting for the disk would cost as much as scoring.

        Yields
        ------
        binary stream

        Raises
        ------
        InputError
            When the disk is full or the folder cannot be written to.
        """
        # No two writers share this name, be they those of a run that was thought dead.
        beside = f".{name}.{uuid4().hex}{_UNFINISHED}"
        try:
            with self._create(beside, lasting) as stream:
                yield stream
            self._rename(beside, name)
        except BaseException as error:
            with suppress(OSError):
                self.remove(beside)
            if isinstance(error, OSError):
                raise self._refusal(error) from error
            raise

    def _refusal(self, error: OSError) -> InputError:
        reason = error.strerror or str(error) or type(error).__name__
        return InputError(f"cannot be written ({reason})", self.target)

    def tidy(self, keep: set[str]) -> None:
        """Remove every file but the lock and those to keep."""
        for name in self.sizes():
            if name not in keep and name != LOCK:
                with suppress(FileNotFoundError):
                    self.remove(name)

    @abstractmethod
    def locked(self) -> Any:
        """Make the folder and hold it for this run alone, as a context manager."""

    @abstractmethod
    def sizes(self) -> dict[str, int]:
        """Give the size in bytes of each file, by name."""

    @abstractmethod
    def open(self, name: str) -> IO[bytes]:
        """Open a file for reading."""

    @abstractmethod
    def append(self, name: str, data: bytes) -> bool:
        """Add to the end of a file; say whether this storage can do that."""

    @abstractmethod
    def remove(self, name: str) -> None:
        """Remove a file."""

    @abstractmethod
    def publish(self, name: str, suffix: str = "") -> None:
        """Move a file to the place of the target, or beside it with a suffix."""

    @abstractmethod
    def clear(self) -> None:
        """Remove the folder with all that is in it."""

    @abstractmethod
    def _create(self, name: str, lasting: bool) -> Any: ...

    @abstractmethod
    def _rename(self, old: str, new: str) -> None: ...


class LocalFolder(Folder):
    """A folder on a disk."""

    def __init__(self, target: str) -> None:
        self.target = target
        self._target = Path(os.path.realpath(target))
        self._path = self._target.parent / f".{self._target.name}.parts"

    @contextmanager
    def locked(self) -> Iterator[None]:  # noqa: D102
        try:
            if self._target.exists() and not self._target.is_file():
                raise InputError("cannot be written (not a regular file)", self.target)
            stream = self._lock()
        except OSError as error:
            raise self._refusal(error) from error
        with stream:
            # A full disk is told of where it matters: the lock holds without saying who has it.
            with suppress(OSError):
                os.ftruncate(stream.fileno(), 0)
                os.write(stream.fileno(), json.dumps(holder()).encode())
            yield

    def _lock(self) -> IO[bytes]:
        import fcntl

        for _ in range(_TRIES):
            self._path.mkdir(exist_ok=True)
            place = self._path / LOCK
            try:
                stream = place.open("a+b")
            except FileNotFoundError:
                # A run that has just ended removed the folder.
                continue
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(stream.fileno()).st_ino == place.stat().st_ino:
                    return stream
            except FileNotFoundError:
                pass
            except BlockingIOError:
                with stream:
                    stream.seek(0)
                    raise held_by(self.target, stream.read(1000)) from None
            stream.close()
        raise InputError("is being written by other runs", self.target)

    def sizes(self) -> dict[str, int]:  # noqa: D102
        found = {}
        for entry in self._path.iterdir():
            with suppress(FileNotFoundError):
                found[entry.name] = entry.stat().st_size
        return found

    def open(self, name: str) -> IO[bytes]:  # noqa: D102
        return (self._path / name).open("rb")

    def append(self, name: str, data: bytes) -> bool:  # noqa: D102
        try:
            with (self._path / name).open("ab") as stream:
                stream.write(data)
        except OSError as error:
            raise self._refusal(error) from error
        return True

    def remove(self, name: str) -> None:  # noqa: D102
        (self._path / name).unlink()

    def publish(self, name: str, suffix: str = "") -> None:  # noqa: D102
        try:
            (self._path / name).replace(self._target.with_name(self._target.name + suffix))
            folder = os.open(self._target.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise self._refusal(error) from error

    def clear(self) -> None:  # noqa: D102
        for _ in range(_TRIES):
            self.tidy(set())
            with suppress(OSError):
                self.remove(LOCK)
            try:
                self._path.rmdir()
            except OSError as error:
                # A worker that outlived its run may have put a file here meanwhile.
                if error.errno == errno.ENOTEMPTY:
                    continue
            return

    @contextmanager
    def _create(self, name: str, lasting: bool) -> Iterator[IO[bytes]]:
        with (self._path / name).open("wb") as stream:
            yield stream
            if lasting:
                stream.flush()
                os.fsync(stream.fileno())

    def _rename(self, old: str, new: str) -> None:
        (self._path / old).replace(self._path / new)


def holder() -> dict[str, Any]:
    """Say who holds a lock: this process of this machine."""
    return {"process": os.getpid(), "host": socket.gethostname()}


def held_by(target: str, data: bytes, hint: str = "") -> InputError:
    """Make the error of an output that another run holds."""
    try:
        held = json.loads(data)
        who = f" (process {held['process']} on {held['host']})"
    except (ValueError, KeyError, TypeError):
        who = ""
    return InputError(
        f"is being written by another run{who}; wait for it or name another output{hint}", target
    )
