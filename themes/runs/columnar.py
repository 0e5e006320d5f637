"""Columnar: results as Parquet, by pyarrow."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import chain
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from themes.runs.formats import Layout
from themes.runs.output import metadata_cells, to_json
from themes.scoring.results import Result

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


def write_parquet(results: Iterable[Result], stream: IO[bytes], layout: Layout) -> int:
    """Write results as Parquet, holding some thousands of rows at a time.

    Parameters
    ----------
    results : iterable of Result
        Classified units.
    stream : binary stream
        Where to.
    layout : Layout
        The columns.

    Returns
    -------
    int
        The number of rows.
    """
    columns = schema(layout)
    count = signs = 0
    rows: list[tuple[Any, ...]] = []
    with pq.ParquetWriter(stream, columns, compression="zstd") as writer:
        for result in results:
            rows.append(_row(result, layout))
            count += 1
            signs += len(result.text)
            if len(rows) >= _MOST_ROWS or signs >= _MOST_SIGNS:
                writer.write_table(_table(rows, columns))
                rows, signs = [], 0
        if rows:
            writer.write_table(_table(rows, columns))
    return count


def _row(result: Result, layout: Layout) -> tuple[Any, ...]:
    counts = result.counts or {}
    return (
        result.document,
        result.index,
        result.start,
        result.end,
        result.text,
        result.themes,
        *(result.probabilities[key] for key in layout.keys),
        *((result.sentences, *(counts[key] for key in layout.keys)) if layout.counts else ()),
        *((json.dumps(to_json(result)["explanation"], ensure_ascii=False),) if layout.explained else ()),
        *metadata_cells(result, layout),
    )


def _table(rows: list[tuple[Any, ...]], columns: pa.Schema) -> pa.Table:
    cells = zip(*rows, strict=True)
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(cells, columns, strict=True)], columns
    )


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
    columns = schema(layout)
    waiting: list[pa.Table] = []
    rows = size = 0
    with pq.ParquetWriter(target, columns, compression="zstd") as writer:
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
