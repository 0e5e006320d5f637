"""Columnar: results as Parquet, by pyarrow."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import chain
from typing import IO, Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from themes.runs.columns import Cells, columns, row
from themes.runs.formats import Layout
from themes.runs.output import to_json
from themes.scoring.judged import Judged
from themes.scoring.results import Result
from themes.scoring.scored import Numbers

# Arrow's own allocators keep a quarter more memory than the system's, and save no time here.
pa.set_memory_pool(pa.system_memory_pool())

_MOST_ROWS = 20_000
_MOST_SIGNS = 8_000_000
_GROUP_ROWS = 100_000
_GROUP_BYTES = 64_000_000


def schema(layout: Layout) -> pa.Schema:
    """Give the columns of a layout with their types.

    Parameters
    ----------
    layout : Layout
        The columns.

    Returns
    -------
    pyarrow.Schema
        Offsets and counts are 64-bit integers, ``themes`` a list of strings, ``p_<theme>`` doubles, and
        ``explanation`` and metadata strings: JSON, but for metadata that is text already.
    """
    kinds = {"themes": pa.list_(pa.string())}
    kinds |= dict.fromkeys(("index", "start", "end", "sentences"), pa.int64())
    kinds |= {f"p_{key}": pa.float64() for key in layout.keys}
    kinds |= {f"n_{key}": pa.int64() for key in layout.keys}
    return pa.schema([(name, kinds.get(name, pa.string())) for name in layout.columns("explanation")])


def _explanation(result: Result) -> str:
    return json.dumps(to_json(result)["explanation"], ensure_ascii=False)


_CELLS = Cells(str, list, list, _explanation, None)


class ParquetRows:
    """Writes Parquet, holding some thousands of rows at a time; to be closed, as by ``with``.

    Where one group of rows ends depends on the rows alone, not on how they are given.

    Parameters
    ----------
    stream : binary stream
        Where to.
    layout : Layout
        The columns.
    """

    def __init__(self, stream: IO[bytes], layout: Layout) -> None:
        self._layout = layout
        self._schema = schema(layout)
        self._waiting: list[list[Any]] = [[] for _ in self._schema]
        self._signs = 0
        self._writer = pq.ParquetWriter(stream, self._schema, compression="zstd")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *rest: object) -> None:
        with self._writer:
            if kind is None:
                self._flush()

    def units(self, judged: Judged, chosen: Numbers) -> None:
        """Write units of a group of documents, given by their numbers."""
        starts, ends = judged.units.spans[chosen].T
        signs = np.cumsum(ends - starts)
        at = 0
        while at < len(chosen):
            before = int(signs[at - 1]) if at else 0
            full = int(np.searchsorted(signs, before + _MOST_SIGNS - self._signs)) + 1
            behind = min(full, at + _MOST_ROWS - len(self._waiting[0]), len(chosen))
            some = columns(judged, chosen[at:behind], self._layout, _CELLS)
            for waiting, column in zip(self._waiting, some, strict=True):
                waiting += column
            self._held(int(signs[behind - 1]) - before)
            at = behind

    def results(self, results: Iterable[Result]) -> int:
        """Write results one by one, and count them."""
        count = 0
        for result in results:
            for waiting, cell in zip(self._waiting, row(result, self._layout, _CELLS), strict=True):
                waiting.append(cell)
            self._held(len(result.text))
            count += 1
        return count

    def _held(self, signs: int) -> None:
        self._signs += signs
        if len(self._waiting[0]) >= _MOST_ROWS or self._signs >= _MOST_SIGNS:
            self._flush()

    def _flush(self) -> None:
        if self._waiting[0]:
            arrays = [
                pa.array(cells, kind) for cells, kind in zip(self._waiting, self._schema.types, strict=True)
            ]
            self._writer.write_table(pa.table(arrays, self._schema))
        self._waiting = [[] for _ in self._schema]
        self._signs = 0


def join_parquet(streams: Iterable[IO[bytes]], target: IO[bytes], layout: Layout) -> None:
    """Write Parquet files of one layout behind one another, holding one row group at a time.

    Parameters
    ----------
    streams : iterable of binary streams
        What to join, in order.
    target : binary stream
        Where to.
    layout : Layout
        Their columns.
    """
    kinds = schema(layout)
    waiting: list[pa.Table] = []
    rows = size = 0
    with pq.ParquetWriter(target, kinds, compression="zstd") as writer:
        for group in chain.from_iterable(map(_groups, streams)):
            waiting.append(group)
            rows += group.num_rows
            size += group.nbytes
            if rows >= _GROUP_ROWS or size >= _GROUP_BYTES:
                writer.write_table(pa.concat_tables(waiting))
                waiting, rows, size = [], 0, 0
        if waiting:
            writer.write_table(pa.concat_tables(waiting))


def _groups(stream: IO[bytes]) -> Iterable[pa.Table]:
    file = pq.ParquetFile(stream)
    return map(file.read_row_group, range(file.num_row_groups))
