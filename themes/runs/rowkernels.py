"""Row kernels: the JSON lines of `themes.runs.output` written by compiled code (Numba, extra ``fast``)."""

from __future__ import annotations

import numpy as np
from numba import njit

DIGITS = 10
"""Decimals of a probability."""

LARGEST_SIGN = 6
"""Bytes that one character takes at most, as ``\\u001f`` for one."""

_SCALE = 10.0**DIGITS
_NEAR = 1e-5
"""Closer than this to the middle between two decimals, a product of doubles says not on which side it is."""

_LONGEST_NUMBER = 20
_QUOTE, _BACKSLASH, _SPACE = 0x22, 0x5C, 0x20
_FIRST_HALF, _BEHIND_HALVES = 0xD800, 0xE000


@njit(cache=True, nogil=True, inline="always")
def _copy(source, start, end, out, at):  # type: ignore[no-untyped-def]
    for i in range(end - start):
        out[at + i] = source[start + i]
    return at + end - start


@njit(cache=True, nogil=True)
def _number(value, out, at):  # type: ignore[no-untyped-def]
    size = 1
    rest = value
    while rest >= 10:
        rest //= 10
        size += 1
    for i in range(size - 1, -1, -1):
        out[at + i] = 48 + value % 10
        value //= 10
    return at + size


@njit(cache=True, nogil=True)
def _text(codes, start, end, escapes, out, at):  # type: ignore[no-untyped-def]
    """Write characters as JSON has them, in UTF-8; -1 where one of them is half of a surrogate pair."""
    for i in range(start, end):
        code = codes[i]
        if code < 0x80:
            if code < _SPACE or code in (_QUOTE, _BACKSLASH):
                at = _copy(escapes[code], 1, 1 + escapes[code, 0], out, at)
            else:
                out[at] = code
                at += 1
        elif code < 0x800:
            out[at] = 0xC0 | code >> 6
            out[at + 1] = 0x80 | code & 0x3F
            at += 2
        elif code < 0x10000:
            if _FIRST_HALF <= code < _BEHIND_HALVES:
                return -1
            out[at] = 0xE0 | code >> 12
            out[at + 1] = 0x80 | code >> 6 & 0x3F
            out[at + 2] = 0x80 | code & 0x3F
            at += 3
        else:
            out[at] = 0xF0 | code >> 18
            out[at + 1] = 0x80 | code >> 12 & 0x3F
            out[at + 2] = 0x80 | code >> 6 & 0x3F
            out[at + 3] = 0x80 | code & 0x3F
            at += 4
    return at


@njit(cache=True, nogil=True)
def _probability(value, out, at):  # type: ignore[no-untyped-def]
    """Write a probability at its place; False where only Python can tell its last decimal."""
    if not 0 <= value <= 1:
        return False
    scaled = value * _SCALE
    whole = np.int64(scaled)
    rest = scaled - whole
    if abs(rest - 0.5) < _NEAR:
        return False
    if rest > 0.5:
        whole += 1
    # In halves of 32 bits, for which division is quick.
    high, low = np.uint32(whole // 100000), np.uint32(whole % 100000)
    for i in range(4, -1, -1):
        out[at + 2 + i] = 48 + high % np.uint32(10)
        out[at + 7 + i] = 48 + low % np.uint32(10)
        high //= np.uint32(10)
        low //= np.uint32(10)
    out[at] = 48 + high
    return True


@njit(cache=True, nogil=True)
def write_rows(group, judged, chosen, heads, tails, parts, escapes, first, out):  # type: ignore[no-untyped-def]
    """Write JSON lines of units until there is no room, or one is met that only Python can write.

    Parameters
    ----------
    group : (codes, offsets, spans, ends)
        As in `themes.scoring.scored.Scored`.
    judged : (ndarray of float64, ndarray of bool), each of shape (units, themes)
        The probabilities, and which themes are given.
    chosen : ndarray of int64
        Numbers of the units to write, rising.
    heads, tails : (ndarray of uint8, ndarray of int64)
        What opens and what closes the rows of each document: bytes, and where each document's begin and the
        last one's end.
    parts : (ndarray of uint8, ndarray of int64, ndarray of int64)
        What stands before the start, the end, the text and the themes; each theme's name; all probabilities
        with noughts for digits. The same way, and behind it where in the last part each probability stands.
    escapes : ndarray of uint8, shape (128, 7)
        The length of a character's escape and the escape.
    first : int
        Which of these to begin with.
    out : ndarray of uint8
        Filled.

    Returns
    -------
    behind, size : int
        Which of these is the first that is not written, and the number of bytes.
    """
    codes, offsets, spans, ends = group
    scores, marks = judged
    texts, bounds, places = parts
    at = 0
    themes = len(places)
    fixed = len(texts) + 2 * themes + 3 * _LONGEST_NUMBER + 2
    document = 0
    for number in range(first, len(chosen)):
        unit = chosen[number]
        while unit >= ends[document + 1]:
            document += 1
        start, end, offset = spans[unit, 0], spans[unit, 1], offsets[document]
        head, behind_head = heads[1][document], heads[1][document + 1]
        tail, behind_tail = tails[1][document], tails[1][document + 1]
        room = fixed + behind_head - head + behind_tail - tail + LARGEST_SIGN * (end - start)
        if at + room > len(out):
            return number, at
        begun = at
        at = _copy(heads[0], head, behind_head, out, at)
        at = _number(unit - ends[document], out, at)
        at = _copy(texts, bounds[0], bounds[1], out, at)
        at = _number(start - offset, out, at)
        at = _copy(texts, bounds[1], bounds[2], out, at)
        at = _number(end - offset, out, at)
        at = _copy(texts, bounds[2], bounds[3], out, at)
        at = _text(codes, start, end, escapes, out, at)
        if at < 0:
            return number, begun
        at = _copy(texts, bounds[3], bounds[4], out, at)
        given = False
        for theme in range(themes):
            if marks[unit, theme]:
                if given:
                    out[at], out[at + 1] = 0x2C, 0x20
                    at += 2
                given = True
                at = _copy(texts, bounds[4 + theme], bounds[5 + theme], out, at)
        last = at
        at = _copy(texts, bounds[4 + themes], bounds[5 + themes], out, at)
        for theme in range(themes):
            if not _probability(scores[unit, theme], out, last + places[theme]):
                return number, begun
        at = _copy(tails[0], tail, behind_tail, out, at)
    return len(chosen), at
