"""Documents: texts read from files, tables and streams, each with its name and metadata."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from themes.errors import InputError
from themes.files import MAX_DOCUMENT_SIZE, READ_ERRORS, decode, open_bytes, read_bytes

TEXT_COLUMNS = ("text", "sentence")
"""Columns taken for the text, in this order, when none is named."""

BadRow = Callable[[InputError], None]


@dataclass(frozen=True, slots=True)
class Document:
    """A text with a name.

    Attributes
    ----------
    name : str
        The file's path as given, ``<path>:<line>`` for a row of a table, ``<stdin>`` or ``<text>``.
    text : str
        The whole text.
    metadata : mapping
        The other columns of the row it came from; empty for plain text.
    """

    name: str
    text: str
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """How documents are to be read.

    Attributes
    ----------
    text_column : str, optional
        The column or JSON key that holds the text; by default ``text``, else ``sentence``.
    encoding : str
        A Python codec name.
    max_size : int
        Largest document accepted, in bytes after decompression.
    on_bad : callable, optional
        Called with the error of each bad row, which is then left out; by default it is raised.
    """

    text_column: str | None = None
    encoding: str = "utf-8"
    max_size: int = MAX_DOCUMENT_SIZE
    on_bad: BadRow | None = None

    def bad(self, error: InputError) -> None:
        """Report a bad row, or raise its error where nobody listens."""
        if self.on_bad is None:
            raise error
        self.on_bad(error)


def read_documents(paths: Iterable[str | Path], reading: Reading | None = None) -> Iterator[Document]:
    """Read documents from ``.txt``, ``.csv``, ``.tsv`` and ``.jsonl`` files, also with ``.gz`` behind.

    Parameters
    ----------
    paths : iterable of str or Path
        Files in the order wanted. A file with any other ending is read as plain text.
    reading : Reading, optional
        Text column, encoding, bounds and what to do with bad rows.

    Yields
    ------
    Document
        One a plain-text file, one a row of a table.

    Raises
    ------
    InputError
        When a file or a row cannot be used; names the file and the line.
    """
    reading = reading or Reading()
    for path in paths:
        kind = _kind(Path(path))
        if kind == "text":
            yield Document(_name(path), decode(read_bytes(path, reading.max_size), reading.encoding, path))
        elif kind == "jsonl":
            yield from _jsonl_file(path, reading)
        else:
            yield from _table(path, "\t" if kind == "tsv" else ",", reading)


def _name(path: str | Path) -> str:
    """Give a path as text that can be written, also where its bytes are no UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace")


def _kind(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    last = suffixes[-1] if suffixes else ""
    return {".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl"}.get(last, "text")


def _jsonl_file(path: str | Path, reading: Reading) -> Iterator[Document]:
    if _has_plain_newlines(reading.encoding):
        with open_bytes(path) as stream:
            yield from _jsonl(stream, _name(path), reading)
        return
    import io

    # Bytes of such an encoding, UTF-16 for one, cannot be parted at newline bytes.
    text = decode(read_bytes(path, max(reading.max_size, MAX_DOCUMENT_SIZE)), reading.encoding, path)
    stream = io.BytesIO(text.encode("utf-8", "replace"))
    yield from _jsonl(stream, _name(path), replace(reading, encoding="utf-8"))


def _has_plain_newlines(encoding: str) -> bool:
    try:
        return "\n".encode(encoding) == b"\n"
    except (LookupError, UnicodeError):
        return True


def _jsonl(stream: IO[bytes], name: str, reading: Reading) -> Iterator[Document]:
    try:
        number = 0
        while raw := stream.readline(reading.max_size + 1):
            number += 1
            if len(raw) > reading.max_size:
                raise _too_large(reading, name, number)
            try:
                document = _jsonl_row(raw, name, number, reading)
            except InputError as error:
                reading.bad(error)
            else:
                if document is not None:
                    yield document
    except READ_ERRORS as error:
        raise InputError(f"cannot be read to its end ({error})", name) from error


def _jsonl_row(raw: bytes, name: str, number: int, reading: Reading) -> Document | None:
    try:
        line = decode(raw, reading.encoding, name)
    except InputError as error:
        raise InputError(error.reason, name, number) from None
    if not line.strip():
        return None
    try:
        row = _without_surrogates(json.loads(line)) if "\\u" in line else json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not JSON ({error})", name, number) from None
    if not isinstance(row, dict):
        raise InputError("is not a JSON object", name, number)
    column = _text_column(row, reading, name, number)
    text = row.pop(column)
    if not isinstance(text, str):
        raise InputError(f"{column!r} is not a string", name, number)
    return Document(f"{name}:{number}", text, row)


def _without_surrogates(value: Any) -> Any:
    """Replace halves of surrogate pairs, which JSON can hold and no file can, one for one."""
    data = json.dumps(value, ensure_ascii=False).encode("utf-16", "surrogatepass")
    return json.loads(data.decode("utf-16", "replace"))


def _table(path: str | Path, delimiter: str, reading: Reading) -> Iterator[Document]:
    import csv
    import io

    csv.field_size_limit(2**31 - 1)
    text = decode(read_bytes(path, max(reading.max_size, MAX_DOCUMENT_SIZE)), reading.encoding, path)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows = _rows(reader, path, reading)
    line, header = next(rows, (1, []))
    if not header:
        return
    column = _text_column(header, reading, path, line)
    at = header.index(column)
    for line, cells in rows:
        if len(cells) != len(header):
            fault = f"has {len(cells)} cells where the header has {len(header)}"
            reading.bad(InputError(fault, path, line))
        elif len(cells[at]) > reading.max_size:
            reading.bad(_too_large(reading, path, line))
        else:
            row = dict(zip(header, cells, strict=True))
            del row[column]
            yield Document(f"{_name(path)}:{line}", cells[at], row)


def _rows(reader: Any, path: str | Path, reading: Reading) -> Iterator[tuple[int, list[str]]]:
    """Give each row that is not blank with the line it begins on."""
    import csv

    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            reading.bad(InputError(f"is not a readable row ({error})", path, line))
            continue
        if cells is None:
            return
        if cells:
            yield line, cells


def _too_large(reading: Reading, path: str | Path, line: int) -> InputError:
    reason = (
        f"holds more than {reading.max_size:,} bytes in one row; raise --max-document-size if that is meant"
    )
    return InputError(reason, path, line)


def _text_column(columns: Iterable[str], reading: Reading, name: str | Path, line: int) -> str:
    present = list(columns)
    wanted = (reading.text_column,) if reading.text_column is not None else TEXT_COLUMNS
    for column in wanted:
        if column in present:
            return column
    listed = ", ".join(repr(column) for column in present[:12]) or "none"
    hint = "" if reading.text_column is not None else "; name it with --text-column"
    raise InputError(f"has no column {wanted[0]!r} (columns: {listed}){hint}", name, line)
