"""Run: a collection classified part by part into one output, going on where an earlier run stopped."""

from __future__ import annotations

import json
from collections.abc import Container, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from themes.errors import InputError, ThemesError
from themes.inputs.parts import PART_SIZE, Part, plan
from themes.inputs.sources import is_url, kind
from themes.runs.cluster import check_cluster, scored
from themes.runs.folder import Folder
from themes.runs.job import Failed, Job
from themes.runs.join import JOINED, DamagedError, is_whole, join
from themes.runs.journal import NAME, Done, Journal
from themes.runs.manifest import SUFFIX, Summary, input_states, manifest, summarise
from themes.runs.order import Settings, about_model, about_settings, order
from themes.runs.progress import Progress
from themes.runs.storage import folder_beside
from themes.runs.work import bad_file
from themes.scoring.scored import compiles_first

_MANIFEST = "manifest"
_WORKERS = 32
"""Processes that a cluster is taken to have; nobody knows how many it will have."""

_UNPACKED = 4
"""Bytes of text in a byte of a compressed file, about."""


def run(
    paths: Iterable[str | Path],
    target: str,
    settings: Settings,
    *,
    jobs: int = 1,
    cluster: str | None = None,
    restart: bool = False,
    size: int = PART_SIZE,
    progress: Progress | None = None,
) -> Summary:
    """Classify a collection into one file, and write a manifest beside it.

    Whenever it is stopped, the same call goes on where it was, and the output is the same, byte for byte, as
    that of a run that was not stopped, with whatever number of processes.

    Parameters
    ----------
    paths : iterable of str or Path
        As for `themes.inputs.parts.expand`.
    target : str
        The output: a path or a URL. An existing one is replaced at the end.
    settings : Settings
        How.
    jobs : int
        Processes to use.
    cluster : str, optional
        Address of a running cluster to use instead.
    restart : bool
        Give up what an earlier run has done.
    size : int
        Bytes of input a part has at most, where documents allow.
    progress : Progress, optional
        Told how far the run is.

    Returns
    -------
    Summary

    Raises
    ------
    InputError
        When an input, an option or the output cannot be used. Parts that are done are kept.
    """
    names = [str(path) for path in paths]
    progress = progress or Progress(quiet=True)
    if cluster is not None:
        check_cluster(cluster, names)
        if not is_url(target):
            target = str(Path(target).absolute())
        if settings.model is not None:
            settings = replace(settings, model=str(Path(settings.model).absolute()))
    reading = replace(settings.reading, on_bad=None)
    parts = plan(names, reading, size=size)
    inputs = input_states(parts)
    _refuse_overwriting(inputs, target)
    job, head = order(target, settings, parts, inputs)
    folder = folder_beside(target)
    with folder.locked():
        journal = Journal(folder, head)
        if not restart:
            journal.resume()
        there = folder.sizes()
        journal.forget([n for n, done in journal.done.items() if not _holds(done, settings, there, folder)])
        files = [done.file for done in journal.done.values()]
        folder.tidy({NAME, *files, *map(bad_file, files)})
        try:
            summary = _finish(job, parts, inputs, folder, journal, jobs, cluster, progress)
        except BaseException:
            progress.clear()
            journal.close()
            if not journal.done:
                folder.clear()
            raise
        folder.clear()
    progress.summary(summary.documents, summary.sentences, target)
    return summary


def _refuse_overwriting(inputs: list[dict[str, Any]], target: str) -> None:
    for row in inputs:
        path = row["path"]
        same = path == target
        if not same and not is_url(path) and not is_url(target) and Path(target).exists():
            same = Path(path).samefile(target)
        if same:
            raise InputError("is read and cannot be written at once; name another output", target)


def _holds(done: Done, settings: Settings, files: Container[str], folder: Folder) -> bool:
    """Tell whether a part is on the disk as it was written, and would come out so under today's settings."""
    limit = settings.reading.max_size
    if done.bad:
        same = settings.skip_bad and done.limit == limit and bad_file(done.file) in files
    else:
        same = done.limit <= limit
    return same and is_whole(done, folder)


def _finish(
    job: Job,
    parts: Sequence[Part],
    inputs: list[dict[str, Any]],
    folder: Folder,
    journal: Journal,
    jobs: int,
    cluster: str | None,
    progress: Progress,
) -> Summary:
    done_before = sum(part.bytes for part in parts if part.number in journal.done)
    progress.begin(sum(part.bytes for part in parts), done_before)
    try:
        with closing(_scored(job, parts, folder, journal, jobs, cluster, progress)) as done:
            # What this machine has written needs no second look.
            output = join(job, done, folder, check=cluster is not None)
    except DamagedError as damaged:
        journal.forget([damaged.part])
        error = InputError("a part on the disk was damaged", job.target)
        raise _kept(error, job, journal, parts) from damaged
    except ThemesError as error:
        raise _kept(error, job, journal, parts) from error
    if input_states(parts) != inputs:
        raise InputError("its input was changed while it was read; add --restart", job.target)
    summary = summarise((journal.done[part.number] for part in parts), job.wanted.layout.keys)
    if not summary.texts:
        journal.forget(list(journal.done))
        raise InputError("there is no text in the input")
    try:
        data = manifest(about_model(job), about_settings(job), inputs, output, summary)
        with folder.write(_MANIFEST) as stream:
            stream.write((json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace"))
        folder.publish(JOINED)
        folder.publish(_MANIFEST, SUFFIX)
    except InputError as error:
        raise _kept(error, job, journal, parts) from error
    return summary


def _scored(
    job: Job,
    parts: Sequence[Part],
    folder: Folder,
    journal: Journal,
    jobs: int,
    cluster: str | None,
    progress: Progress,
) -> Generator[Done]:
    """Score what is not done yet, telling of bad rows, and give all parts, in the order of the input."""
    ready = {part.number: part for part in parts}
    todo = [part for part in parts if part.number not in journal.done]
    told = _tell(folder, journal, len(parts), progress)
    next(told)
    waiting = {part.number for part in todo}
    failures: list[Failed] = []
    given = 0
    job = replace(job, expected=_expected(todo, jobs if cluster is None else _WORKERS))
    if cluster is None and compiles_first(job.expected):
        progress.note("compiling what makes large runs fast, once; that takes a quarter of a minute or so")
    with closing(scored(job, todo, jobs=jobs, cluster=cluster)) as outcomes:
        for outcome in outcomes:
            waiting.remove(outcome.part)
            if isinstance(outcome, Failed):
                failures.append(outcome)
            else:
                journal.add(outcome)
                next(told)
                progress.step(ready[outcome.part].bytes, outcome.sentences)
            # Of several parts that fail the first one is told, however many processes there are.
            if failures and min(waiting, default=len(parts)) > min(failed.part for failed in failures):
                break
            while not failures and given in journal.done:
                yield journal.done[given]
                given += 1
    if failures:
        raise min(failures, key=lambda failed: failed.part).error
    for number in range(given, len(parts)):
        yield journal.done[number]


def _expected(parts: Sequence[Part], processes: int) -> int:
    """Tell about how many characters each process will be given."""
    total = 0
    for part in parts:
        form, packing = kind(part.pieces[0].path)
        total += part.bytes * (_UNPACKED if packing or form == "parquet" else 1)
    return total // max(1, min(processes, len(parts)))


def _kept(error: ThemesError, job: Job, journal: Journal, parts: Sequence[Part]) -> ThemesError:
    """Add to an error what is kept and how to go on, where going on is possible."""
    if not journal.done or "--restart" in str(error):
        return error
    path = error.path if isinstance(error, InputError) else None
    hint = ", also with --skip-bad" if path not in (None, job.target) and not job.skip_bad else ""
    done = f"{len(journal.done)} of {len(parts)} parts are kept"
    return InputError(f"{error}; {done}, and the same command goes on from there{hint}")


def _tell(folder: Folder, journal: Journal, parts: int, progress: Progress) -> Iterator[None]:
    """Tell of bad rows as far as all parts before them are done; to be asked again after each part."""
    for number in range(parts):
        while number not in journal.done:
            yield
        done = journal.done[number]
        if done.bad:
            with folder.open(bad_file(done.file)) as stream:
                for line in stream:
                    progress.note(f"skipped: {line.decode().rstrip()}", always=True)
    while True:
        yield
