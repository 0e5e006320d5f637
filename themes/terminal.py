"""Terminal: width, colour, tables, and text made harmless for printing."""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections.abc import Sequence
from typing import TextIO

_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ud800-\udfff]"
)
_WORD = re.compile(r"( *)([^ ]+)")
_NARROWEST, _WIDEST = 30, 110


def use_colour(stream: TextIO | None = None) -> bool:
    """Say whether to colour what goes to a stream: a terminal, and neither ``NO_COLOR`` nor ``TERM=dumb``.

    Parameters
    ----------
    stream : text stream, optional
        Standard output by default.

    Returns
    -------
    bool
    """
    stream = stream or sys.stdout
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width() -> int:
    """Give the width to write in: the terminal's, between 30 and 110 columns.

    Returns
    -------
    int
    """
    # Imported here, for it costs more than all else of a short answer but numpy.
    import shutil

    return max(_NARROWEST, min(shutil.get_terminal_size((80, 24)).columns, _WIDEST))


def harmless(text: str) -> str:
    r"""Replace what could steer a terminal or turn its text round; white space becomes single spaces.

    Parameters
    ----------
    text : str
        Text from outside.

    Returns
    -------
    str

    Examples
    --------
    >>> harmless("a\x1b[31mb\n c")
    'a�[31mb c'
    """
    return _CONTROL.sub("�", " ".join(text.split()))


def counted(number: int, one: str, many: str = "", style: str = "") -> str:
    """Write a count with what is counted, in the singular or the plural.

    Parameters
    ----------
    number : int
        How many.
    one : str
        What to write behind 1.
    many : str
        What to write behind any other number; by default `one` with an s.
    style : str
        How to write the number, ``","`` for one; as in a format string.

    Returns
    -------
    str

    Examples
    --------
    >>> counted(1, "document"), counted(2000, "document", style=","), counted(2, "copy is", "copies are")
    ('1 document', '2,000 documents', '2 copies are')
    """
    return f"{number:{style}} {one if number == 1 else many or f'{one}s'}"


def columns(text: str) -> int:
    """Give the number of columns a text takes in a terminal.

    Parameters
    ----------
    text : str
        Without control characters.

    Returns
    -------
    int

    Examples
    --------
    >>> columns("abc"), columns("語")
    (3, 2)
    """
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
    )


def wrap(text: str, room: int) -> list[str]:
    """Break a text at spaces into lines of at most `room` columns; longer words are cut.

    Parameters
    ----------
    text : str
        Words parted by spaces, which stay as they are inside a line.
    room : int
        Columns; at least 2, where signs may be 2 wide.

    Returns
    -------
    list of str
        At least one line.

    Examples
    --------
    >>> wrap("one two  three fourteen", 6)
    ['one', 'two', 'three', 'fourte', 'en']
    """
    lines = [""]
    for gap, word in _WORD.findall(text.rstrip(" ")):
        whole = lines[-1] + gap * bool(lines[-1]) + word
        if columns(whole) <= room:
            lines[-1] = whole
            continue
        lines += _cut(word, room)
    return [line for line in lines if line] or [""]


def _cut(word: str, room: int) -> list[str]:
    """Cut a word into pieces of at most `room` columns."""
    pieces = []
    start = taken = 0
    for place, sign in enumerate(word):
        wide = columns(sign)
        if taken + wide > room:
            pieces.append(word[start:place])
            start, taken = place, 0
        taken += wide
    return [*pieces, word[start:]]


def table(rows: Sequence[Sequence[str]], *, left: int = 1) -> list[str]:
    """Lay out rows in columns.

    Parameters
    ----------
    rows : sequence of sequence of str
        All of the same length; the first is the heading.
    left : int
        How many columns, from the left, are set flush left; the others flush right.

    Returns
    -------
    list of str
        A line a row.

    Examples
    --------
    >>> table([["theme", "n"], ["cost", "12"]])
    ['theme   n', 'cost   12']
    """
    widths = [max(columns(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = []
        for i, (cell, room) in enumerate(zip(row, widths, strict=True)):
            pad = " " * (room - columns(cell))
            cells.append(cell + pad if i < left else pad + cell)
        lines.append("  ".join(cells).rstrip())
    return lines
