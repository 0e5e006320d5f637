"""Writing: the results of a part as bytes in a run's format."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, Protocol, cast

from themes.runs.formats import Wanted
from themes.runs.output import json_line
from themes.scoring.classify import Classifier
from themes.scoring.judged import Judged
from themes.scoring.results import Result
from themes.scoring.scored import Numbers, Scored

if TYPE_CHECKING:
    from themes.runs.job import Tally
    from themes.runs.rows import RowWriter, Shape


def write(
    machine: Classifier,
    groups: Iterable[Scored],
    stream: IO[bytes],
    wanted: Wanted,
    tally: Tally | None = None,
    *,
    header: bool = False,
) -> int:
    """Write results in the format wanted.

    Parameters
    ----------
    machine : Classifier
        What gave the groups.
    groups : iterable of Scored
        Documents, split and scored.
    stream : binary stream
        Where to.
    wanted : Wanted
        Which results are written, and how.
    tally : Tally, optional
        Sentences and themes are added to it.
    header : bool
        Whether CSV and TSV begin with the names of the columns.

    Returns
    -------
    int
        The number of rows.
    """
    rows = 0
    with _writer(machine, stream, wanted, header) as writer:
        for group in groups:
            judged = machine.judged(group, wanted.unit)
            if tally is not None:
                tally.sentences += int(group.ends[-1])
                for key, number in judged.found().items():
                    tally.themes[key] += number
            chosen = judged.chosen(only_coded=wanted.only_coded)
            rows += len(chosen)
            if wanted.explain is None:
                writer.units(judged, chosen)
            else:
                writer.results(machine.explained(judged, chosen, wanted.explain))
    return rows


class _Writer(Protocol):
    def units(self, judged: Judged, chosen: Numbers) -> None: ...

    def results(self, results: Iterable[Result]) -> int: ...


@contextmanager
def _writer(machine: Classifier, stream: IO[bytes], wanted: Wanted, header: bool) -> Iterator[_Writer]:
    """Give what writes in the format wanted, and finish what it writes."""
    if wanted.form == "parquet":
        from themes.runs.columnar import ParquetRows

        with ParquetRows(stream, wanted.layout) as rows:
            yield rows
    elif wanted.form == "jsonl":

        def shape() -> Shape:
            from themes.runs.rows import json_shape

            return json_shape(wanted.layout.keys)

        with packing(stream, packed=wanted.packed) as inner:
            yield _QuickWriter(machine, _LineWriter(inner), shape, inner.write)
    else:
        from themes.runs.tables import TableWriter, table_shape

        delimiter = "\t" if wanted.form == "tsv" else ","
        with as_text(stream, packed=wanted.packed) as text:
            plain = TableWriter(text, wanted.layout, delimiter)
            if header:
                plain.header()
            yield _QuickWriter(
                machine,
                plain,
                lambda: table_shape(wanted.layout, delimiter),
                lambda rows: text.write(str(rows, "utf-8")),
            )


class _LineWriter:
    """Writes JSON lines."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def units(self, judged: Judged, chosen: Numbers) -> None:
        self.results(judged.results(chosen))

    def results(self, results: Iterable[Result]) -> int:
        lines = list(map(json_line, results))
        self._stream.write("".join(lines).encode())
        return len(lines)


class _QuickWriter:
    """Writes units by compiled code as soon as that is loaded, and all else as another writer does."""

    def __init__(
        self,
        machine: Classifier,
        plain: _Writer,
        shape: Callable[[], Shape],
        put: Callable[[bytes | memoryview], object],
    ) -> None:
        self._machine = machine
        self._plain = plain
        self._shape = shape
        self._put = put
        self._compiled: RowWriter | None = None
        self.results = plain.results

    def units(self, judged: Judged, chosen: Numbers) -> None:
        if not self._machine.compiled:
            self._plain.units(judged, chosen)
            return
        if self._compiled is None:
            from themes.runs.rows import RowWriter

            self._compiled = RowWriter(self._shape())
        for rows in self._compiled.write(judged, chosen):
            self._put(rows)


@contextmanager
def packing(stream: IO[bytes], *, packed: bool) -> Iterator[IO[bytes]]:
    """Give a binary stream as it is or, where wanted, as one that compresses, and leave it open."""
    if not packed:
        yield stream
        return
    import gzip

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
