"""Work: one part of a collection scored, by whichever process is at hand."""

from __future__ import annotations

import gzip
import hashlib
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from themes import __version__
from themes.errors import InputError, ModelError, ThemesError
from themes.inputs.parts import Part, read_part
from themes.inputs.reading import Document, Reading
from themes.runs.formats import Layout
from themes.runs.journal import Done
from themes.runs.storage import folder_beside
from themes.scoring.classify import Classifier, load
from themes.scoring.model import default_model_path
from themes.scoring.results import Result

_ONE_AT_A_TIME = threading.Lock()
_SPOOLED = 1 << 20


@dataclass(frozen=True, slots=True)
class Job:
    """All that a process must know to score any part of a run.

    Attributes
    ----------
    target : str
        The output, absolute or a URL.
    token : str
        Names the run in the names of its parts.
    model : str, optional
        The model folder; by default the model that comes with the package, wherever that is installed.
    digest : str
        That of the model folder's list of digests.
    thresholds : tuple of (str, float)
        Thresholds to use instead of the model's.
    unit, explain, only_coded
        As in `themes.scoring.classify.Classifier.classify_documents`; whether to leave out units without
        a theme.
    form : str
        How to write: ``jsonl``, ``csv``, ``tsv`` or ``parquet``.
    packed : bool
        Whether to compress by gzip.
    layout : Layout
        Columns of tables.
    reading : Reading
        How to read documents, without its listener.
    skip_bad : bool
        Whether to leave out bad rows.
    version : str
        Of the package that planned the run.
    """

    target: str
    token: str
    model: str | None
    digest: str
    thresholds: tuple[tuple[str, float], ...]
    unit: str
    explain: int | None
    only_coded: bool
    form: str
    packed: bool
    layout: Layout
    reading: Reading
    skip_bad: bool
    version: str = __version__


@dataclass(frozen=True, slots=True)
class Failed:
    """A part that cannot be done, and why."""

    part: int
    error: ThemesError


@dataclass
class _Tally:
    documents: int = 0
    texts: int = 0
    sentences: int = 0
    bad: int = 0
    themes: dict[str, int] = field(default_factory=dict)


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
    tally = _Tally(themes=dict.fromkeys(machine.keys, 0))
    with SpooledTemporaryFile(_SPOOLED, "w+b") as bad:

        def note(error: InputError) -> None:
            tally.bad += 1
            bad.write(" ".join(str(error).split()).encode("utf-8", "replace") + b"\n")

        reading = replace(job.reading, on_bad=note if job.skip_bad else None)
        documents = _counted(read_part(part, reading), tally)
        results = machine.classify_documents(documents, unit=job.unit, explain=job.explain)
        with folder.write(name) as raw:
            watched = _Watched(raw)
            rows = write(_chosen(results, job.only_coded, tally), cast("IO[bytes]", watched), job)
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


def _counted(documents: Iterator[Document], tally: _Tally) -> Iterator[Document]:
    for document in documents:
        tally.documents += 1
        tally.texts += bool(document.text.strip())
        yield document


def _chosen(results: Iterator[Result], only_coded: bool, tally: _Tally) -> Iterator[Result]:
    for result in results:
        if result.counts is None:
            tally.sentences += 1
            for key in result.themes:
                tally.themes[key] += 1
        else:
            tally.sentences += result.sentences or 0
            for key, count in result.counts.items():
                tally.themes[key] += count
        if result.themes or not only_coded:
            yield result


def write(results: Iterator[Result], stream: IO[bytes], job: Job) -> int:
    """Write results in a run's format, tables without the names of their columns.

    Parameters
    ----------
    results : iterator of Result
        Classified units.
    stream : binary stream
        Where to.
    job : Job
        The run.

    Returns
    -------
    int
        The number of rows.
    """
    if job.form == "parquet":
        from themes.runs.columnar import write_parquet

        return write_parquet(results, stream, job.layout)
    from themes.runs import output

    with as_text(stream, packed=job.packed) as text:
        if job.form == "jsonl":
            return output.write_jsonl(results, text)
        return output.write_table(results, text, job.layout, "\t" if job.form == "tsv" else ",", header=False)


@contextmanager
def as_text(stream: IO[bytes], *, packed: bool) -> Iterator[IO[str]]:
    """Give a binary stream as one of UTF-8 text, compressed where wanted, and leave it open."""
    # Without a time and a name, the same rows give the same bytes.
    inner = gzip.GzipFile("", "wb", 6, stream, 0) if packed else stream
    text = io.TextIOWrapper(cast("Any", inner), encoding="utf-8", newline="\n", write_through=False)
    yield text
    text.flush()
    text.detach()
    if packed:
        inner.close()


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
