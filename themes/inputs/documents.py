"""Documents: texts read from files, tables and streams, each with its name and metadata."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, cast

from themes.errors import InputError
from themes.inputs.encoding import SNIFFED, Recoded, codec, invalid, is_plain, sniff
from themes.inputs.files import decode, read_stream
from themes.inputs.reading import Document, Reading
from themes.inputs.sources import READ_ERRORS, Stretch, kind, open_raw, shown, size, unpacked
from themes.inputs.tables import HEADER_SIZE, Header, csv_rows, json_rows, read_header

__all__ = ["Document", "Reading", "read_documents", "read_input", "read_stretch"]

_BUFFER = 1 << 18


def read_documents(paths: Iterable[str | Path], reading: Reading | None = None) -> Iterator[Document]:
    """Read documents from text, CSV, TSV, JSON lines (``.gz`` and ``.zst`` too) and Parquet.

    Parameters
    ----------
    paths : iterable of str or Path
        Files in the order wanted. A file with any other ending is read as plain text.
    reading : Reading, optional
        Text column, encoding, bounds and what to do with bad rows and files.

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
        yield from read_stretch(path, reading)


def read_input(stream: IO[bytes], form: str, reading: Reading, name: str = "<stdin>") -> Iterator[Document]:
    r"""Read documents from a stream that is no file, standard input for one.

    Parameters
    ----------
    stream : binary file object
        What to read, to its end.
    form : str
        One of `themes.inputs.reading.FORMATS`.
    reading : Reading
        Text column, encoding, bounds and what to do with bad rows.
    name : str
        How to call the stream; rows are called ``<name>:<line>``.

    Yields
    ------
    Document

    Raises
    ------
    InputError
        When the stream or a row cannot be used.

    Examples
    --------
    >>> import io
    >>> next(read_input(io.BytesIO(b"text,id\nHe left.,7"), "csv", Reading()))
    Document(name='<stdin>:2', text='He left.', metadata={'id': '7'})
    """
    if form == "text":
        yield Document(name, decode(read_stream(stream, reading.max_size, name), reading.encoding, name))
    else:
        yield from _rows(stream, form, name, reading, 0, None, 1)


def read_stretch(
    path: str | Path,
    reading: Reading,
    start: int = 0,
    end: int | None = None,
    line: int = 1,
    planned: int | None = None,
) -> Iterator[Document]:
    """Read the documents in a stretch of a file.

    Parameters
    ----------
    path : str or Path
        A path or URL.
    reading : Reading
        Text column, encoding, bounds and what to do with bad rows and files.
    start, end : int
        First byte and the one behind the last, at the beginning of rows; row groups for Parquet. A
        stretch to the end of the file by default.
    line : int
        The number of the line, or in Parquet of the row, at `start`.
    planned : int, optional
        The file's size in bytes when the stretch was planned.

    Yields
    ------
    Document

    Raises
    ------
    InputError
        When the file has another size than planned; when the file or a row cannot be used and
        ``reading.on_bad`` is not set.
    """
    codec(reading.encoding)
    # A run that goes on must not mix two states of a file, so this is never only reported.
    if planned is not None and size(path) != planned:
        raise InputError("has changed since the run began; start over with --restart", path)
    form, packing = kind(path)
    try:
        if form == "text":
            with unpacked(open_raw(path), packing, path) as stream:
                data = read_stream(stream, reading.max_size, path)
            yield Document(shown(path), decode(data, reading.encoding, path))
        elif form == "parquet":
            from themes.inputs.parquet import read_groups

            yield from read_groups(path, reading, start, end, line)
        else:
            with unpacked(open_raw(path), packing, path) as stream:
                whole = None if packing else size(path, stream) or None
                yield from _rows(stream, form, shown(path), reading, start, end or whole, line)
    except InputError as error:
        reading.bad(error)


def _rows(
    stream: IO[bytes], form: str, name: str, reading: Reading, start: int, end: int | None, line: int
) -> Iterator[Document]:
    encoding = codec(reading.encoding)
    if not is_plain(encoding):
        # Rows cannot be found in bytes of such an encoding, UTF-16 for one.
        stream, encoding, end = io.BufferedReader(Recoded(stream, encoding), _BUFFER), "utf-8", None
    if form == "jsonl":
        if start:
            stream.seek(start)
        lines = io.BufferedReader(Stretch(stream, None if end is None else end - start), _BUFFER)
        if not start:
            _sniff_rows(lines, encoding, name)
        yield from json_rows(lines, name, line, reading, encoding)
        return
    head, header = read_head(stream, form, name, reading, encoding)
    if header is None:
        return
    if end is not None:
        begin = max(start, header.end)
        stream.seek(begin)
        stretch = cast("IO[bytes]", Stretch(stream, max(0, end - begin)))
        yield from csv_rows(stretch, b"", header, name, max(line, header.line), reading, encoding)
    else:
        yield from csv_rows(stream, head[header.end :], header, name, header.line, reading, encoding)


def read_head(
    stream: IO[bytes], form: str, name: str, reading: Reading, encoding: str
) -> tuple[bytes, Header | None]:
    """Read the beginning of a table and the header in it.

    Parameters
    ----------
    stream : binary file object
        What to read, from its beginning.
    form : str
        ``csv`` or ``tsv``.
    name : str
        How to call the stream in an error.
    reading : Reading
        Which column holds the text.
    encoding : str
        The stream's encoding, a name from `themes.inputs.encoding.codec`.

    Returns
    -------
    (bytes, Header or None)
        What was read, and the header in it.

    Raises
    ------
    InputError
        When the stream cannot be read or has no usable header.
    """
    # What comes before a damaged place is used; whoever reads on comes to it again.
    read = getattr(stream, "read1", stream.read)
    head, fault = b"", None
    try:
        while len(head) < HEADER_SIZE and (block := read(HEADER_SIZE - len(head))):
            head += block
    except READ_ERRORS as error:
        fault = InputError(f"cannot be read to its end ({error})", name)
    except UnicodeError:
        fault = invalid(codec(reading.encoding), name, 1)
    try:
        header = read_header(head, form, name, reading, encoding)
    except InputError as error:
        raise fault or error from None
    if header is None and fault is not None:
        raise fault
    return head, header


def _sniff_rows(lines: io.BufferedReader[Any], encoding: str, name: str) -> None:
    # A damaged place is met again, and told, where the rows are read.
    with suppress(*READ_ERRORS, UnicodeError):
        sniff(lines.peek(SNIFFED), encoding, name)
