"""Joining: the parts of a run, in order, as one file."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import IO, Any, cast

from themes.runs.folder import Folder
from themes.runs.job import Job
from themes.runs.journal import Done
from themes.runs.writing import as_text

JOINED = "joined"
"""Name of the whole in the folder of parts."""

_CHUNK = 1 << 18


class DamagedError(Exception):
    """A part whose file is not what was written."""

    def __init__(self, part: int) -> None:
        super().__init__(part)
        self.part = part


def is_whole(part: Done, folder: Folder) -> bool:
    """Tell whether a part's file is what was written, byte for byte."""
    with folder.open(part.file) as stream:
        return _digested(stream)[0] == part.sha256


def join(job: Job, parts: Iterable[Done], folder: Folder, *, check: bool) -> dict[str, Any]:
    """Write all parts behind one another, holding little of them in memory.

    Parameters
    ----------
    job : Job
        The run.
    parts : iterable of Done
        All parts in order; may still be at work.
    folder : Folder
        Where they are; the whole becomes the file `JOINED` there.
    check : bool
        Whether to see first that each part is what was written.

    Returns
    -------
    dict
        Format, size in bytes and SHA-256 digest of the whole.

    Raises
    ------
    DamagedError
        When a part's file has another digest than when it was written.
    """
    if job.wanted.form == "parquet":
        from themes.runs.columnar import join_parquet

        with folder.write(JOINED) as raw:
            join_parquet(_files(parts, folder, check), raw, job.wanted.layout)
        with folder.open(JOINED) as stream:
            digest, size = _digested(stream)
        return {"format": job.wanted.form, "size": size, "sha256": digest}
    header = _header(job)
    whole = hashlib.sha256(header)
    size = len(header)
    with folder.write(JOINED) as raw:
        raw.write(header)
        for chunk in _chunks(_files(parts, folder, check)):
            raw.write(chunk)
            _hasten(raw, size, len(chunk))
            whole.update(chunk)
            size += len(chunk)
    return {"format": job.wanted.form, "size": size, "sha256": whole.hexdigest()}


def _hasten(stream: IO[bytes], start: int, size: int) -> None:
    """Let the disk begin with a stretch of a file, so that there is little to wait for at the end."""
    # What is said to be needed no more is written at once; not every system or stream can be told.
    with suppress(OSError, AttributeError):
        os.posix_fadvise(stream.fileno(), start, size, os.POSIX_FADV_DONTNEED)


def _files(parts: Iterable[Done], folder: Folder, check: bool) -> Iterator[IO[bytes]]:
    """Open one part after the other."""
    for done in parts:
        if check and not is_whole(done, folder):
            raise DamagedError(done.part)
        with folder.open(done.file) as stream:
            yield stream


def _chunks(streams: Iterable[IO[bytes]]) -> Iterator[memoryview]:
    """Read one stream after the other; what is given is overwritten when the next is asked for."""
    room = memoryview(bytearray(_CHUNK))
    for stream in streams:
        while size := cast("Any", stream).readinto(room):
            yield room[:size]


def _header(job: Job) -> bytes:
    if job.wanted.form == "jsonl":
        return b""
    from themes.runs.tables import TableWriter

    raw = io.BytesIO()
    with as_text(raw, packed=job.wanted.packed) as text:
        TableWriter(text, job.wanted.layout, "\t" if job.wanted.form == "tsv" else ",").header()
    return raw.getvalue()


def _digested(stream: IO[bytes]) -> tuple[str, int]:
    digest = hashlib.sha256()
    size = 0
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size
