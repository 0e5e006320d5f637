"""Tables: documents from the rows of CSV and JSON lines, one after the other, in flat memory."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import IO, Any

from themes.errors import InputError
from themes.inputs.encoding import BOM, codec, invalid, sniff
from themes.inputs.reading import TEXT_COLUMNS, Document, Reading, refuse_twins
from themes.inputs.records import records
from themes.inputs.sources import READ_ERRORS

HEADER_SIZE = 1 << 18
"""Bytes within which a table's header must end."""

DELIMITERS = {"csv": (b",", b";", b"\t"), "tsv": (b"\t", b",", b";")}
"""What cells may be parted by; the first that shows the text's column counts."""

_SKIPPED = 1 << 20
_DECODER = json.JSONDecoder()

csv.field_size_limit(2**31 - 1)


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a table.

    Attributes
    ----------
    columns : tuple of str
        The columns' names.
    text : int
        The place of the text among them.
    delimiter : bytes
        Between cells.
    end : int
        Bytes up to its end.
    line : int
        The number of the line behind it.
    """

    columns: tuple[str, ...]
    text: int
    delimiter: bytes
    end: int
    line: int


def read_header(head: bytes, kind: str, name: str, reading: Reading, encoding: str) -> Header | None:
    """Read the header at the beginning of a table.

    Parameters
    ----------
    head : bytes
        The first `HEADER_SIZE` bytes of the file, or all of it.
    kind : str
        ``csv`` or ``tsv``.
    name : str
        How to call the file in an error.
    reading : Reading
        Which column holds the text.
    encoding : str
        A name from `themes.inputs.encoding.codec`.

    Returns
    -------
    Header, optional
        None where there are blank lines only.

    Raises
    ------
    InputError
        When there is no readable header, or no column for the text in it.
    """
    sniff(head, encoding, name)
    found = [_header(head, sign, name, encoding) for sign in DELIMITERS[kind]]
    for header in found:
        if not isinstance(header, tuple):
            continue
        at = reading.find_text(header[0])
        if at is not None:
            break
    else:
        header = found[0]
    if header is None:
        return None
    if isinstance(header, InputError):
        raise header
    columns, line, end, behind = header
    at = reading.text_at(columns, name, line)
    refuse_twins(columns, name, line)
    sign = DELIMITERS[kind][found.index(header)]
    return Header(tuple(columns), at, sign, end, behind)


def _header(
    head: bytes, sign: bytes, name: str, encoding: str
) -> tuple[list[str], int, int, int] | InputError | None:
    mark = len(BOM) if encoding == "utf-8" and head.startswith(BOM) else 0
    end = mark
    for line, row in records(io.BytesIO(), sign, HEADER_SIZE, head=head[mark:]):
        if row is None:
            break
        end += len(row)
        if end >= HEADER_SIZE:
            break
        if row in (b"\n", b"\r\n", b"\r"):
            continue
        try:
            cells = parse(row, sign, name, line, encoding)
        except InputError as error:
            return error
        if cells:
            return cells, line, end, line + max(1, len(row.splitlines()))
    if len(head) < HEADER_SIZE:
        return None
    return InputError(f"has no header in its first {HEADER_SIZE:,} bytes", name, 1)


def parse(row: bytes, delimiter: bytes, name: str, line: int, encoding: str) -> list[str]:
    """Give the cells of one row; none for a blank line.

    Parameters
    ----------
    row : bytes
        From `themes.inputs.records.records`.
    delimiter : bytes
        Between cells.
    name, line : str, int
        Where the row stands, for an error.
    encoding : str
        A name from `themes.inputs.encoding.codec`.

    Returns
    -------
    list of str

    Raises
    ------
    InputError
        When the bytes do not fit the encoding or the row is broken.
    """
    try:
        text = row.decode(encoding)
    except UnicodeError:
        raise invalid(encoding, name, line) from None
    if '"' not in text:
        bare = text.rstrip("\r\n")
        return bare.split(delimiter.decode()) if bare else []
    try:
        return next(csv.reader((text,), _dialect(delimiter)), [])
    except csv.Error as error:
        raise InputError(f"is not a readable row ({error})", name, line) from None


@lru_cache(maxsize=len(DELIMITERS["csv"]))
def _dialect(delimiter: bytes) -> Any:
    return csv.reader((), delimiter=delimiter.decode(), strict=True).dialect


def csv_rows(
    stream: IO[bytes], head: bytes, header: Header, name: str, line: int, reading: Reading, encoding: str
) -> Iterator[Document]:
    """Read the rows of CSV behind its header.

    Parameters
    ----------
    stream : binary file object
        What to read, from the beginning of a row.
    head : bytes
        What was read of it already.
    header : Header
        The header.
    name : str
        How to call the file.
    line : int
        The number of the first line.
    reading : Reading
        Bounds and what to do with bad rows.
    encoding : str
        A name from `themes.inputs.encoding.codec`.

    Yields
    ------
    Document
    """
    here = line
    try:
        for here, row in records(stream, header.delimiter, reading.max_size, line, head):
            try:
                if row is None:
                    raise reading.too_large(name, here)
                cells = parse(row, header.delimiter, name, here, encoding)
                if len(cells) != len(header.columns) and cells:
                    fault = f"has {len(cells)} cells where the header has {len(header.columns)}"
                    raise InputError(fault, name, here)
            except InputError as error:
                reading.bad(error)
                continue
            if cells:
                metadata = dict(zip(header.columns, cells, strict=True))
                del metadata[header.columns[header.text]]
                yield Document(f"{name}:{here}", cells[header.text], metadata)
    except READ_ERRORS as error:
        raise InputError(f"cannot be read to its end ({error})", name) from error
    except UnicodeError:
        raise invalid(codec(reading.encoding), name, here + 1) from None


def json_rows(stream: IO[bytes], name: str, line: int, reading: Reading, encoding: str) -> Iterator[Document]:
    """Read JSON lines.

    Parameters
    ----------
    stream : binary file object
        What to read, from the beginning of a line.
    name : str
        How to call the file.
    line : int
        The number of the first line.
    reading : Reading
        Text column, bounds and what to do with bad rows.
    encoding : str
        A name from `themes.inputs.encoding.codec`.

    Yields
    ------
    Document
    """
    number = line - 1
    try:
        while raw := stream.readline(reading.max_size + 1):
            number += 1
            try:
                if len(raw) > reading.max_size:
                    _skip_line(stream, raw)
                    raise reading.too_large(name, number)
                document = _json_row(raw, name, number, reading, encoding)
            except InputError as error:
                reading.bad(error)
                continue
            if document is not None:
                yield document
    except READ_ERRORS as error:
        raise InputError(f"cannot be read to its end ({error})", name) from error
    except UnicodeError:
        raise invalid(codec(reading.encoding), name, number + 1) from None


def _skip_line(stream: IO[bytes], raw: bytes) -> None:
    while raw and not raw.endswith(b"\n"):
        raw = stream.readline(_SKIPPED)


def _json_row(raw: bytes, name: str, number: int, reading: Reading, encoding: str) -> Document | None:
    try:
        line = (raw.removeprefix(BOM) if encoding == "utf-8" else raw).decode(encoding).strip()
    except UnicodeError:
        raise invalid(encoding, name, number) from None
    if not line:
        return None
    try:
        row, end = _DECODER.raw_decode(line)
        if end != len(line):
            json.loads(line)
        if "\\u" in line:
            row = _without_surrogates(row)
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not JSON ({error})", name, number) from None
    if not isinstance(row, dict):
        raise InputError("is not a JSON object", name, number)
    column = TEXT_COLUMNS[0] if reading.text_column is None else reading.text_column
    if column not in row:
        columns = list(row)
        column = columns[reading.text_at(columns, name, number)]
    text = row.pop(column)
    if not isinstance(text, str):
        raise InputError(f"{column!r} is not a string", name, number)
    return Document(f"{name}:{number}", text, row)


def _without_surrogates(value: Any) -> Any:
    """Replace halves of surrogate pairs, which JSON can hold and no file can, one for one."""
    data = json.dumps(value, ensure_ascii=False).encode("utf-16", "surrogatepass")
    return json.loads(data.decode("utf-16", "replace"))
