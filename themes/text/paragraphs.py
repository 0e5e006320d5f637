"""Paragraphs: which line breaks of a text end a sentence, and which only wrap a line."""

from __future__ import annotations

import re
from itertools import pairwise

_BREAK = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_FIRST_WORD = re.compile(r"\S+")
_TERMINAL = re.compile(r"""[.!?…:;]["'”’»)\]]*$""")

NARROWEST, WIDEST = 40, 132
"""Line widths, in characters, between which a text may be a wrapped one."""

WRAPPED_SHARE = 2 / 3
"""Share of the breaks inside blocks that must look like wrapping before any of them is taken for it."""

FEWEST_FULL = 3
"""Full lines needed before wrapping is believed of a text without any lower case."""


def paragraph_spans(text: str) -> list[tuple[int, int]]:
    r"""Find the paragraphs of a text written in either of two styles.

    In the one, every line is a paragraph. In the other, blank lines part paragraphs and lines are
    wrapped: a break is taken for wrapping where the next line's first word would not have fitted
    into the width of the widest line, or where it runs on in lower case. That width must lie between
    40 and 132 characters, and two thirds of the breaks between non-blank lines must be of this kind,
    among them one that runs on; three full lines will do in a text without lower case, such as an old
    cable or one in Arabic. (Headlines of like length, one a line, look full too, but none runs on.)

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    list of (int, int)
        Start and end of each paragraph, in order, without white space at either end.

    Examples
    --------
    >>> paragraph_spans("One line.\nAnother.\n\nA third.")
    [(0, 9), (10, 18), (20, 28)]
    """
    lines = _lines(text)
    wrapped = _soft_breaks(text, lines)
    spans: list[tuple[int, int]] = []
    previous = -1
    for number, (start, end) in enumerate(lines):
        if start == end:
            continue
        if spans and previous == number - 1 and wrapped[previous]:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
        previous = number
    return spans


def unwrap(paragraph: str) -> str:
    """Replace the line breaks inside a paragraph by spaces, one for one, so that offsets stay.

    Parameters
    ----------
    paragraph : str
        The text of one paragraph.

    Returns
    -------
    str
        Of the same length.
    """
    return _BREAK.sub(lambda match: " " * len(match.group()), paragraph)


def _lines(text: str) -> list[tuple[int, int]]:
    """Give each line's span, trimmed; a blank line has an empty one."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in [*_BREAK.finditer(text), None]:
        end = len(text) if match is None else match.start()
        line = text[start:end]
        left = start + len(line) - len(line.lstrip())
        spans.append((left, max(left, start + len(line.rstrip()))))
        if match is not None:
            start = match.end()
    return spans


def _soft_breaks(text: str, lines: list[tuple[int, int]]) -> list[bool]:
    """Say for each line whether the break behind it only wraps."""
    inner = [number for number, ((a, b), (c, d)) in enumerate(pairwise(lines)) if a < b and c < d]
    soft = [False] * len(lines)
    if not inner:
        return soft
    width = max(lines[n][1] - lines[n][0] for number in inner for n in (number, number + 1))
    if not NARROWEST <= width <= WIDEST:
        return soft
    running = 0
    for number in inner:
        (start, end), (next_start, next_end) = lines[number], lines[number + 1]
        first = _FIRST_WORD.match(text, next_start, next_end)
        room = width - (end - start) - 1
        full = first is not None and len(first.group()) > room
        runs_on = text[next_start].islower() and not _TERMINAL.search(text[start:end])
        running += runs_on
        soft[number] = full or runs_on
    believed = running or (sum(soft) >= FEWEST_FULL and text.upper() == text)
    if sum(soft) < WRAPPED_SHARE * len(inner) or not believed:
        return [False] * len(lines)
    return soft
