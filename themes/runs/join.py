"""Joining: the parts of a run, in order, as one file."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from typing import IO, Any

from themes.runs.folder import Folder
from themes.runs.job import Job
from themes.runs.journal import Done
from themes.runs.writing import as_text

JOINED = "joined"
"""Name of the whole in the folder of parts."""

_CHUNK = 1 << 20


class DamagedError(Exception):
    """A part whose file is not what was written."""

    def __init__(self, part: int) -> None:
        super().__init__(part)
        self.part = part


def join(job: Job, parts: Iterable[Done], folder: Folder) -> dict[str, Any]:
    """Write all parts behind one another, holding little of them in memory.

    Parameters
    ----------
    job : Job
        The run.
    parts : iterable of Done
        All parts in order.
    folder : Folder
        Where they are; the whole becomes the file `JOINED` there.

    Returns
    -------
    dict
        Format, size in bytes and SHA-256 digest of the whole.

    Raises
    ------
    DamagedError
        When a part's file has another digest than when it was written.
    """
    files = _files(parts, folder)
    with folder.write(JOINED) as raw:
        if job.form == "parquet":
            from themes.runs.columnar import join_parquet

            join_parquet(files, raw, job.layout)
        else:
            _write_header(job, raw)
            for stream in files:
                shutil.copyfileobj(stream, raw, _CHUNK)
    with folder.open(JOINED) as stream:
        digest, size = _digested(stream)
    return {"format": job.form, "size": size, "sha256": digest}


def _files(parts: Iterable[Done], folder: Folder) -> Iterator[IO[bytes]]:
    """Open one part after the other, each found whole."""
    for done in parts:
        with folder.open(done.file) as stream:
            if _digested(stream)[0] != done.sha256:
                raise DamagedError(done.part)
            stream.seek(0)
            yield stream


def _write_header(job: Job, raw: IO[bytes]) -> None:
    if job.form == "jsonl":
        return
    from themes.runs.output import write_table

    with as_text(raw, packed=job.packed) as text:
        write_table([], text, job.layout, "\t" if job.form == "tsv" else ",")


def _digested(stream: IO[bytes]) -> tuple[str, int]:
    digest = hashlib.sha256()
    size = 0
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size
