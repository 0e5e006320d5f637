"""Parquet: documents from its rows, a few at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from themes.errors import InputError
from themes.inputs.reading import Document, Reading, refuse_twins
from themes.inputs.sources import kind, open_raw, shown

_HELD = 8 << 20
"""Bytes of rows that are held at once, as far as the file says their size."""

_ROWS = 1024


@contextmanager
def opened(path: str | Path) -> Iterator[Any]:
    """Open a Parquet file.

    Parameters
    ----------
    path : str or Path
        A path or URL.

    Yields
    ------
    pyarrow.parquet.ParquetFile

    Raises
    ------
    InputError
        When pyarrow is missing, or the file is damaged or no Parquet.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise InputError("needs pyarrow; install it with: pip install 'themes[parquet]'", path) from None
    if kind(path)[1]:
        raise InputError("is Parquet in another packing; unpack it first", path)
    with open_raw(path) as stream:
        try:
            # Dictionaries stay dictionaries: a small file could else unfold to any size.
            leaves = pq.ParquetFile(stream).schema
            names = [
                leaf.path for leaf in leaves if leaf.physical_type == "BYTE_ARRAY" and leaf.path == leaf.name
            ]
            stream.seek(0)
            with pq.ParquetFile(stream, read_dictionary=names, buffer_size=1 << 20) as file:
                yield file
        except (pa.ArrowException, OSError, EOFError) as error:
            reason = (str(error).splitlines() or ["damaged"])[0][:200]
            raise InputError(f"is not readable as Parquet ({reason})", path) from error


def groups(path: str | Path) -> list[tuple[int, int]]:
    """Give the number of rows and of bytes of each row group.

    Parameters
    ----------
    path : str or Path
        A path or URL.

    Returns
    -------
    list of (int, int)

    Raises
    ------
    InputError
        When the file cannot be read.
    """
    with opened(path) as file:
        metadata = [file.metadata.row_group(index) for index in range(file.metadata.num_row_groups)]
        return [
            (group.num_rows, sum(group.column(i).total_compressed_size for i in range(group.num_columns)))
            for group in metadata
        ]


def column_names(path: str | Path, reading: Reading) -> list[str]:
    """Give the names of the columns other than the text's.

    Parameters
    ----------
    path : str or Path
        A path or URL.
    reading : Reading
        Which column holds the text.

    Returns
    -------
    list of str

    Raises
    ------
    InputError
        When the file cannot be read or has no column for the text.
    """
    with opened(path) as file:
        names = list(file.schema_arrow.names)
    at = reading.text_at(names, shown(path), None)
    return names[:at] + names[at + 1 :]


def read_groups(
    path: str | Path, reading: Reading, first: int = 0, end: int | None = None, row: int = 1
) -> Iterator[Document]:
    """Read the rows of some row groups.

    Parameters
    ----------
    path : str or Path
        A path or URL.
    reading : Reading
        Text column, bounds and what to do with bad rows.
    first, end : int
        The first row group and the one behind the last; all by default.
    row : int
        The number of the first row, from 1.

    Yields
    ------
    Document
        Named ``<path>:<row>``. Dates and decimal numbers in the metadata are strings.

    Raises
    ------
    InputError
        When the file or a row cannot be used.
    """
    name = shown(path)
    with opened(path) as file:
        columns = list(file.schema_arrow.names)
        at = reading.text_at(columns, name, None)
        refuse_twins(columns, name, None)
        kept = file.schema_arrow.field(at).type
        if not _is_text(kept):
            raise InputError(f"holds {kept} in {columns[at]!r}, not strings", name)
        last = file.metadata.num_row_groups if end is None else end
        for index in range(first, last):
            group = file.metadata.row_group(index)
            rows = max(1, min(_ROWS, group.num_rows * _HELD // max(1, group.total_byte_size)))
            for batch in file.iter_batches(batch_size=rows, row_groups=[index]):
                yield from _batch(batch, name, columns, at, reading, row)
                row += batch.num_rows


def _batch(
    batch: Any, name: str, columns: list[str], at: int, reading: Reading, row: int
) -> Iterator[Document]:
    sizes = [_sizes(array) for array in batch.columns]
    widest = [max(sizes_of_row) for sizes_of_row in zip(*sizes, strict=True)]
    cells = [_cells(array, sum(of)) for array, of in zip(batch.columns, sizes, strict=True)]
    for index, largest in enumerate(widest):
        try:
            if largest > reading.max_size:
                raise reading.too_large(name, row + index)
            values = {column: cell(index) for column, cell in zip(columns, cells, strict=True)}
            text = values.pop(columns[at])
            if not isinstance(text, str):
                raise InputError(f"{columns[at]!r} is not a string", name, row + index)
        except UnicodeError:
            reading.bad(InputError("holds bytes that are not UTF-8", name, row + index))
        except InputError as error:
            reading.bad(error)
        else:
            yield Document(f"{name}:{row + index}", text, values)


def _sizes(array: Any) -> list[int]:
    """Give the bytes of each string in a column; 0 for what is no string."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(array, pa.DictionaryArray):
        within = _sizes(array.dictionary)
        return [0 if place is None else within[place] for place in array.indices.to_pylist()]
    try:
        return [size or 0 for size in pc.binary_length(array).to_pylist()]
    except pa.ArrowNotImplementedError:
        return [0] * len(array)


def _cells(array: Any, size: int) -> Callable[[int], Any]:
    """Give a function from a row to its cell, prepared for all rows where they are small."""
    kept = array.type
    if size <= _HELD and (_is_text(kept) or str(kept).startswith(("int", "uint", "bool"))):
        try:
            values: list[Any] = array.to_pylist()
        except UnicodeError:
            pass
        else:
            return values.__getitem__
    return lambda index: _plain(array[index])


def _is_text(kept: Any) -> bool:
    import pyarrow.types as types

    if types.is_dictionary(kept):
        kept = kept.value_type
    return any(test(kept) for test in (types.is_string, types.is_large_string, types.is_string_view))


def _plain(value: Any) -> Any:
    """Give a cell as JSON can hold it."""
    import pyarrow as pa

    kept = value.type
    if pa.types.is_temporal(kept) or pa.types.is_decimal(kept):
        return str(value.cast(pa.string()).as_py()) if value.is_valid else None
    try:
        return _json(value.as_py())
    except UnicodeError:
        raise
    except ValueError:
        return str(value)


def _json(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, dict):
        return {str(key): _json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_json(inner) for inner in value]
    return str(value)
