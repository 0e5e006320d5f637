"""Work: one part of a collection scored, by whichever process is at hand."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from themes import __version__
from themes.errors import InputError, ModelError, ThemesError
from themes.inputs.parts import Part, read_part
from themes.inputs.reading import Document
from themes.runs.job import Failed, Job, Tally
from themes.runs.journal import Done
from themes.runs.storage import folder_beside
from themes.runs.writing import write
from themes.scoring.classify import Classifier, load
from themes.scoring.model import default_model_path

_ONE_AT_A_TIME = threading.Lock()
_SPOOLED = 1 << 20


def model_digest(folder: str) -> str:
    """Give the digest of a model folder's list of digests, which stands for all of the model.

    Parameters
    ----------
    folder : str
        The model folder.

    Returns
    -------
    str

    Raises
    ------
    ModelError
        When it cannot be read.
    """
    try:
        return hashlib.sha256((Path(folder) / "SHA256SUMS").read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(f"{folder}: holds no model that can be read ({error.strerror})") from None


@lru_cache(maxsize=1)
def classifier(model: str | None, digest: str, thresholds: tuple[tuple[str, float], ...]) -> Classifier:
    """Load a model once a process.

    Raises
    ------
    ModelError
        When the folder holds another model than the one meant, or none.
    """
    folder = model or str(default_model_path())
    if model_digest(folder) != digest:
        raise ModelError(f"{folder}: holds another model here than where the run was started")
    return load(model, dict(thresholds))


def prepare(job: Job) -> None:
    """Load what scoring the parts of a job takes, the model and, for many of them, compiled code."""
    machine = classifier(job.model, job.digest, job.thresholds)
    machine.expect(job.expected)
    if machine.compiled:
        # Compiled code is loaded when it is first called.
        groups = machine.scored([Document("", "He left.")], job.wanted.unit)
        write(machine, groups, io.BytesIO(), job.wanted)


def score(job: Job, part: Part) -> Done | Failed:
    """Score a part and write its results to the run's folder of parts.

    Parameters
    ----------
    job : Job
        What the run is about.
    part : Part
        What to score.

    Returns
    -------
    Done or Failed
        Never raises what a user can mend, so that other parts are not lost with it.
    """
    try:
        if job.version != __version__:
            raise InputError(f"a worker has version {__version__} of themes, the run {job.version}")
        # Dask may give a process several threads, and a classifier keeps notes that they must not share.
        with _ONE_AT_A_TIME:
            return _score(job, part)
    except ThemesError as error:
        return Failed(part.number, error)
    except MemoryError:
        return Failed(part.number, InputError("there is not enough memory; try with fewer --jobs"))


def _score(job: Job, part: Part) -> Done:
    machine = classifier(job.model, job.digest, job.thresholds)
    folder = folder_beside(job.target)
    name = f"{job.token}-{part.number:06d}"
    tally = Tally(themes=dict.fromkeys(machine.keys, 0))
    with SpooledTemporaryFile(_SPOOLED, "w+b") as bad:

        def note(error: InputError) -> None:
            tally.bad += 1
            bad.write(" ".join(str(error).split()).encode("utf-8", "replace") + b"\n")

        reading = replace(job.reading, on_bad=note if job.skip_bad else None)
        machine.expect(job.expected)
        groups = machine.scored(_counted(read_part(part, reading), tally), job.wanted.unit)
        with folder.write(name, lasting=False) as raw:
            watched = _Watched(raw)
            rows = write(machine, groups, cast("IO[bytes]", watched), job.wanted, tally)
        if tally.bad:
            bad.seek(0)
            with folder.write(bad_file(name)) as raw:
                while chunk := bad.read(_SPOOLED):
                    raw.write(chunk)
    return Done(
        part=part.number,
        file=name,
        size=watched.size,
        sha256=watched.digest.hexdigest(),
        rows=rows,
        documents=tally.documents,
        texts=tally.texts,
        sentences=tally.sentences,
        bad=tally.bad,
        themes=tally.themes,
        limit=job.reading.max_size,
    )


def bad_file(name: str) -> str:
    """Name the file of a part's bad rows, a line each."""
    return f"{name}.bad"


def _counted(documents: Iterator[Document], tally: Tally) -> Iterator[Document]:
    for document in documents:
        tally.documents += 1
        tally.texts += bool(document.text.strip())
        yield document


class _Watched(io.RawIOBase):
    """A stream that counts and digests what is written to it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.size = 0
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._stream.write(data)
        self.digest.update(data)
        size = len(data)
        self.size += size
        return size

    def tell(self) -> int:
        return self.size
