"""Parts: a collection of files cut into stretches that can be read apart, each in flat memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from pathlib import Path

from themes.errors import InputError
from themes.inputs.cuts import cuts
from themes.inputs.documents import read_head, read_stretch
from themes.inputs.encoding import SNIFFED, codec, is_plain, sniff
from themes.inputs.places import expand
from themes.inputs.reading import Document, Reading
from themes.inputs.sources import READ_ERRORS, kind, open_raw, shown
from themes.inputs.sources import size as size_of

__all__ = ["PART_SIZE", "Part", "Piece", "columns", "expand", "plan", "read_part"]

PART_SIZE = 2 << 20
"""Bytes of input in a part, about."""

_LEAST = 4096
"""What the smallest file counts, so that no part has more than about a thousand of them."""

_KEYED = 100
"""Rows of JSON lines whose keys count as columns."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one file.

    Attributes
    ----------
    path : str
        A local path, or a URL that fsspec knows.
    start : int
        The first byte; for Parquet the first row group.
    end : int, optional
        Behind the last byte or row group; None for the end of a file that is read whole.
    line : int
        The number of the line, or in Parquet of the row, at `start`, from 1.
    size : int
        The size of the whole file in bytes when it was planned.
    """

    path: str
    start: int
    end: int | None
    line: int
    size: int


@dataclass(frozen=True, slots=True)
class Part:
    """Stretches of files that are read one after the other.

    Attributes
    ----------
    number : int
        Its place in the order of the input, from 0.
    pieces : tuple of Piece
        The stretches.
    bytes : int
        Bytes of input, packed as they are.
    """

    number: int
    pieces: tuple[Piece, ...]
    bytes: int


def plan(paths: Iterable[str | Path], reading: Reading, *, size: int = PART_SIZE) -> list[Part]:
    """Cut files into parts; the same files and size always give the same parts.

    Tables are cut between rows, Parquet between row groups. What is compressed, and tables in
    encodings such as UTF-16, stays in one piece. Small files are put together.

    Parameters
    ----------
    paths : iterable of str or Path
        What `expand` takes.
    reading : Reading
        Text column and encoding.
    size : int
        Bytes of input a part is to have, about.

    Returns
    -------
    list of Part
        Which together hold every document, in the order of the input.

    Raises
    ------
    InputError
        When a file is missing, unreadable or no regular file. What is wrong inside a file is found
        when it is read.
    """
    codec(reading.encoding)
    parts: list[Part] = []
    gathered: list[Piece] = []
    weight = taken = 0
    for path in expand(paths):
        for piece, count in _pieces(path, reading, size):
            if gathered and weight + count > size:
                parts.append(Part(len(parts), tuple(gathered), taken))
                gathered, weight, taken = [], 0, 0
            gathered.append(piece)
            taken += count
            weight += max(count, _LEAST)
    if gathered:
        parts.append(Part(len(parts), tuple(gathered), taken))
    return parts


def _pieces(path: str, reading: Reading, size: int) -> Iterator[tuple[Piece, int]]:
    whole = size_of(path)
    if whole is None:
        raise InputError("is no regular file; give it as standard input", path)
    form, packing = kind(path)
    if form != "text" and not packing and is_plain(codec(reading.encoding)) and whole:
        found = _groups(path, size) if form == "parquet" else _stretches(path, form, reading, size, whole)
        if found:
            for start, end, line, count in found:
                yield Piece(path, start, end, line, whole), count
            return
    yield Piece(path, 0, None, 1, whole), whole


def _groups(path: str, size: int) -> list[tuple[int, int, int, int]]:
    from themes.inputs.parquet import groups

    try:
        found = groups(path)
    except InputError:
        return []
    stretches = []
    start, row, rows, weight = 0, 1, 0, 0
    for index, (count, many) in enumerate(found, start=1):
        rows, weight = rows + count, weight + many
        if weight >= size or index == len(found):
            stretches.append((start, index, row, weight))
            start, row, rows, weight = index, row + rows, 0, 0
    return stretches


def _stretches(
    path: str, form: str, reading: Reading, size: int, whole: int
) -> list[tuple[int, int, int, int]]:
    name, encoding = shown(path), codec(reading.encoding)
    begin, line, delimiter = 0, 1, None
    with open_raw(path) as stream:
        try:
            if form == "jsonl":
                sniff(stream.read(SNIFFED), encoding, name)
            else:
                _, header = read_head(stream, form, name, reading, encoding)
                if header is None:
                    return []
                begin, line, delimiter = header.end, header.line, header.delimiter
        except InputError:
            # The one who reads the file tells what is wrong with it, once.
            return []
        try:
            stream.seek(begin)
            found = list(cuts(stream, begin, line, whole, size, delimiter))
        except READ_ERRORS as error:
            raise InputError(f"cannot be read to its end ({error})", path) from error
    places = [(0, 1), *found, (whole, 0)]
    return [(start, end, line, end - start) for (start, line), (end, _) in pairwise(places)]


def read_part(part: Part, reading: Reading) -> Iterator[Document]:
    """Read the documents of a part.

    Parameters
    ----------
    part : Part
        From `plan`, with the same reading.
    reading : Reading
        Text column, encoding, bounds and what to do with bad rows and files.

    Yields
    ------
    Document

    Raises
    ------
    InputError
        When a file has another size than planned; when a file or a row cannot be used and
        ``reading.on_bad`` is not set.
    """
    for piece in part.pieces:
        yield from read_stretch(piece.path, reading, piece.start, piece.end, piece.line, piece.size)


def columns(parts: Iterable[Part], reading: Reading) -> list[str]:
    """Give the names of all metadata columns: of headers, and of the first 100 rows of JSON lines.

    Parameters
    ----------
    parts : iterable of Part
        From `plan`, with the same reading.
    reading : Reading
        Text column and encoding.

    Returns
    -------
    list of str
        In the order in which they first appear, without the text's. Files that cannot be read add
        none; reading them tells why.
    """
    quiet = replace(reading, on_bad=lambda _error: None)
    names: dict[str, None] = {}
    seen: set[str] = set()
    for part in parts:
        for piece in part.pieces:
            if piece.path not in seen:
                seen.add(piece.path)
                names.update(dict.fromkeys(_columns(piece, quiet)))
    return list(names)


def _columns(piece: Piece, reading: Reading) -> list[str]:
    form = kind(piece.path)[0]
    try:
        if form == "text":
            return []
        if form == "parquet":
            from themes.inputs.parquet import column_names

            return column_names(piece.path, reading)
        # To the end of the file, so that the columns do not hang on the size of parts.
        rows = read_stretch(piece.path, reading, piece.start, None, piece.line)
        # Every row of a table has all of its columns.
        documents = islice(rows, _KEYED if form == "jsonl" else 1)
        return list(dict.fromkeys(key for document in documents for key in document.metadata))
    except InputError:
        return []
