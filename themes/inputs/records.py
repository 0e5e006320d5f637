"""Records: where the rows of CSV begin and end, in bytes, by the rules of Python's own reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import IO

START, FIELD, QUOTED, QUOTE, BROKEN = range(5)
"""Where a stretch of a row can end: before a cell, in a bare one, in a quoted one, behind a quotation
mark in a quoted one, and behind a fault, after which the line counts no more."""

_CHUNK = 1 << 18
_INSIDE = re.compile(rb'[^"]*+(?:""[^"]*+)*+')
_QUOTE = ord('"')


def after(data: bytes, state: int, delimiter: bytes) -> int:
    r"""Give the state behind a stretch of one line.

    Parameters
    ----------
    data : bytes
        The stretch; its only line end is at its end.
    state : int
        The state before it.
    delimiter : bytes
        Between cells, one byte.

    Returns
    -------
    int
        A line that does not end in `QUOTED` ends its row.

    Examples
    --------
    >>> after(b'1,"a\n', START, b",") == QUOTED, after(b'5" x,"b"\n', START, b",") == QUOTED
    (True, False)
    """
    at = 0
    while at < len(data):
        if state == QUOTED:
            at = _INSIDE.match(data, at).end() + 1  # type: ignore[union-attr]
            if at > len(data):
                return QUOTED
            state = QUOTE
        elif state == QUOTE:
            sign = data[at : at + 1]
            if sign not in (b'"', delimiter, b"\r", b"\n"):
                return BROKEN
            state = QUOTED if sign == b'"' else START
            at += 1
        elif state == BROKEN:
            return BROKEN
        elif state == START and data[at] == _QUOTE:
            state = QUOTED
            at += 1
        else:
            # Elsewhere than at the beginning of a cell, a quotation mark is a sign like any other.
            found = data.find(delimiter + b'"', at)
            if found < 0:
                return START if data.endswith((delimiter, b"\n", b"\r")) else FIELD
            state = QUOTED
            at = found + 2
    return state


@lru_cache(maxsize=8)
def _closed(delimiter: bytes) -> Callable[[bytes], object]:
    """Make a quick test for lines that are whole rows and have no stray quotation marks."""
    cell = rb'(?:"[^"]*+(?:""[^"]*+)*+"|[^"\r\n%b]*+)' % re.escape(delimiter)
    return re.compile(cell + rb"(?:%b%b)*+[\r\n]++" % (re.escape(delimiter), cell)).fullmatch


def pieces(stream: IO[bytes], head: bytes = b"") -> Iterator[bytes]:
    r"""Give a stream's lines with their ends; a line of more than a chunk comes in several pieces.

    Parameters
    ----------
    stream : binary file object
        What to read.
    head : bytes
        What was read of it already.

    Yields
    ------
    bytes
        Lines end in ``\n``, ``\r\n`` or ``\r``.
    """
    # read() would lose what it had read when it comes to a damaged place.
    read = getattr(stream, "read1", stream.read)
    held = head
    while True:
        lines = held.splitlines(keepends=True)
        held = b""
        # A "\r" at the very end may be half of a line end.
        if lines and not lines[-1].endswith(b"\n"):
            held = lines.pop()
        if not lines and len(held) > _CHUNK and not held.endswith(b"\r"):
            lines, held = [held], b""
        yield from lines
        block = read(_CHUNK)
        if not block:
            break
        held += block
    if held:
        yield held


def records(
    stream: IO[bytes], delimiter: bytes, largest: int, line: int = 1, head: bytes = b""
) -> Iterator[tuple[int, bytes | None]]:
    r"""Give the rows of CSV as bytes, in flat memory.

    Parameters
    ----------
    stream : binary file object
        What to read, from the beginning of a row.
    delimiter : bytes
        Between cells, one byte.
    largest : int
        Bytes of the largest row that is wanted.
    line : int
        The number of the first line.
    head : bytes
        What was read of the stream already.

    Yields
    ------
    (int, bytes)
        The number of the row's first line, and the row with its line end; None in place of a row that
        is too large.

    Examples
    --------
    >>> import io
    >>> list(records(io.BytesIO(b'a,"b\nc"\n\nd'), b",", 100))
    [(1, b'a,"b\nc"\n'), (3, b'\n'), (4, b'd')]
    """
    closed = _closed(delimiter)
    row = bytearray()
    size = 0
    state = START
    first = line
    for piece in pieces(stream, head):
        ended = piece.endswith((b"\n", b"\r"))
        if ended and not size and (b'"' not in piece or closed(piece)):
            yield line, piece if len(piece) <= largest else None
            line += 1
            first = line
            continue
        state = after(piece, state, delimiter)
        size += len(piece)
        if size <= largest:
            row += piece
        elif row:
            row = bytearray()
        if not ended:
            continue
        line += 1
        if state != QUOTED:
            yield first, bytes(row) if size <= largest else None
            row, size, state, first = bytearray(), 0, START, line
    if size:
        yield first, bytes(row) if size <= largest else None
