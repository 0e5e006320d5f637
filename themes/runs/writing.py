"""Writing: the results of a part as bytes in a run's format."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, cast

from themes.runs.job import Job, Tally
from themes.scoring.classify import Classifier
from themes.scoring.results import Result
from themes.scoring.scored import Scored
from themes.scoring.scorer import probabilities

if TYPE_CHECKING:
    from themes.runs.rows import RowWriter


def write(machine: Classifier, groups: Iterator[Scored], stream: IO[bytes], job: Job, tally: Tally) -> int:
    """Write results in a run's format, tables without the names of their columns.

    Parameters
    ----------
    machine : Classifier
        What gave the groups.
    groups : iterator of Scored
        Documents, split and scored.
    stream : binary stream
        Where to.
    job : Job
        The run.
    tally : Tally
        Sentences and themes are added to it.

    Returns
    -------
    int
        The number of rows.
    """
    if job.form == "parquet":
        from themes.runs.columnar import write_parquet

        return write_parquet(_results(machine, groups, job, tally), stream, job.layout)
    from themes.runs import output

    if job.form == "jsonl":
        with packing(stream, packed=job.packed) as inner:
            return _write_lines(machine, groups, inner, job, tally)
    with as_text(stream, packed=job.packed) as text:
        results = _results(machine, groups, job, tally)
        return output.write_table(results, text, job.layout, "\t" if job.form == "tsv" else ",", header=False)


def _results(machine: Classifier, groups: Iterator[Scored], job: Job, tally: Tally) -> Iterator[Result]:
    for group in groups:
        yield from _chosen(machine.results(group, unit=job.unit, explain=job.explain), job.only_coded, tally)


def _chosen(results: Iterator[Result], only_coded: bool, tally: Tally) -> Iterator[Result]:
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


def _write_lines(
    machine: Classifier, groups: Iterator[Scored], stream: IO[bytes], job: Job, tally: Tally
) -> int:
    """Write JSON lines, by compiled code as soon as it is loaded and where it can."""
    from themes.runs.output import json_line

    count = 0
    writer: RowWriter | None = None
    for group in groups:
        if machine.compiled and job.unit != "document" and job.explain is None:
            if writer is None:
                from themes.runs.rows import RowWriter

                writer = RowWriter(machine.keys, only_coded=job.only_coded)
            scores = probabilities(group.logits)
            marks = scores >= machine.thresholds
            for rows in writer.write(group, scores, marks):
                stream.write(rows)
            tally.sentences += len(marks)
            for key, number in zip(machine.keys, marks.sum(axis=0).tolist(), strict=True):
                tally.themes[key] += number
            count += int(marks.any(axis=1).sum()) if job.only_coded else len(marks)
            continue
        results = machine.results(group, unit=job.unit, explain=job.explain)
        lines = list(map(json_line, _chosen(results, job.only_coded, tally)))
        stream.write("".join(lines).encode())
        count += len(lines)
    return count


@contextmanager
def packing(stream: IO[bytes], *, packed: bool) -> Iterator[IO[bytes]]:
    """Give a binary stream as it is or, where wanted, as one that compresses, and leave it open."""
    if not packed:
        yield stream
        return
    # Without a time and a name, the same rows give the same bytes.
    inner = gzip.GzipFile("", "wb", 6, stream, 0)
    yield cast("IO[bytes]", inner)
    inner.close()


@contextmanager
def as_text(stream: IO[bytes], *, packed: bool) -> Iterator[IO[str]]:
    """Give a binary stream as one of UTF-8 text, compressed where wanted, and leave it open."""
    with packing(stream, packed=packed) as inner:
        text = io.TextIOWrapper(cast("Any", inner), encoding="utf-8", newline="\n", write_through=False)
        yield text
        text.flush()
        text.detach()
