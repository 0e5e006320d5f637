"""Cuts: places between the rows of a table, found in one fast pass over its bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from themes.inputs.records import BROKEN, FIELD, QUOTE, QUOTED, START, after

_BLOCK = 1 << 18


def cuts(
    stream: IO[bytes], begin: int, line: int, end: int, size: int, delimiter: bytes | None
) -> Iterator[tuple[int, int]]:
    """Find places to cut a table, each behind a line feed that ends a row.

    Parameters
    ----------
    stream : binary file object
        The table, standing at `begin`.
    begin : int
        The first byte behind the header.
    line : int
        The number of the line there.
    end : int
        The table's size in bytes.
    size : int
        Bytes between cuts at least.
    delimiter : bytes, optional
        Between cells of CSV; without it every line is a row and only a line feed ends one.

    Yields
    ------
    (int, int)
        The byte behind a row, and the number of the line that begins there.
    """
    at, state = begin, START
    target = size
    returned = False
    while at < end and (block := stream.read(min(_BLOCK, end - at))):
        scan = _Block(block, state, delimiter)
        counted = 0
        if returned and block.startswith(b"\n"):
            line -= 1
        while target <= at + len(block):
            cut = scan.row_end(max(0, target - at - 1, counted))
            if cut is None or at + cut >= end:
                break
            line += _lines(block, counted, cut, delimiter)
            counted = cut
            yield at + cut, line
            target = at + cut + size
        line += _lines(block, counted, len(block), delimiter)
        returned = delimiter is not None and block.endswith(b"\r")
        state = scan.state
        at += len(block)


def _lines(block: bytes, start: int, end: int, delimiter: bytes | None) -> int:
    count = block.count(b"\n", start, end)
    if delimiter is not None and block.find(b"\r", start, end) >= 0:
        count += block.count(b"\r", start, end) - block.count(b"\r\n", start, end)
    return count


class _Block:
    """A block of a table: the state behind it, and where rows end in it.

    Most blocks are regular: each quotation mark stands where it opens or closes a cell, or is doubled
    inside one, so that a line feed ends a row exactly where the marks before it are even in number.
    All others are gone through line by line.
    """

    def __init__(self, block: bytes, state: int, delimiter: bytes | None) -> None:
        import numpy as np

        self._block = block
        self._ends: list[int] | None = None
        self._odd = 0
        self._marks = np.zeros(0, dtype=np.int64)
        self.state = START
        if delimiter is None:
            return
        quoted = state == QUOTED
        if b'"' in block:
            self._marks = np.flatnonzero(np.frombuffer(block, dtype=np.uint8) == ord('"'))
        if not self._regular(state, delimiter):
            self._walk(state, delimiter)
            return
        self._odd = int(quoted)
        if (len(self._marks) + quoted) % 2:
            self.state = QUOTED
        elif block.endswith((b"\n", b"\r", delimiter)):
            self.state = START
        elif block.endswith(b'"'):
            self.state = QUOTE
        else:
            self.state = FIELD

    def _regular(self, state: int, delimiter: bytes) -> bool:
        import numpy as np

        block, marks = self._block, self._marks
        edges = np.frombuffer(b'\r\n"' + delimiter, dtype=np.uint8)
        if state == BROKEN or (state == QUOTE and block[0] not in edges):
            return False
        if state == FIELD and block.startswith(b'"'):
            return False
        data = np.frombuffer(block, dtype=np.uint8)
        opening, closing = marks[state == QUOTED :: 2], marks[state != QUOTED :: 2]
        before = data[opening[opening > 0] - 1]
        behind = data[closing[closing < len(block) - 1] + 1]
        edge = np.zeros(256, dtype=bool)
        edge[edges] = True
        return bool(edge[before].all() and edge[behind].all())

    def _walk(self, state: int, delimiter: bytes) -> None:
        self._ends = []
        at = 0
        for line in self._block.splitlines(keepends=True):
            state = after(line, state, delimiter)
            at += len(line)
            if line.endswith((b"\n", b"\r")) and state != QUOTED:
                state = START
                if line.endswith(b"\n"):
                    self._ends.append(at)
        self.state = state

    def row_end(self, start: int) -> int | None:
        """Give the place behind the first line feed, from a place on, that ends a row."""
        if self._ends is not None:
            from bisect import bisect_right

            index = bisect_right(self._ends, start)
            return self._ends[index] if index < len(self._ends) else None
        while (found := self._block.find(b"\n", start)) >= 0:
            before = int(self._marks.searchsorted(found))
            if (before + self._odd) % 2 == 0:
                return found + 1
            if before == len(self._marks):
                return None
            start = int(self._marks[before])
        return None
