"""Row kernels: JSON lines and rows of CSV written by compiled code (Numba, extra ``fast``)."""

from __future__ import annotations

import numpy as np
from numba import njit

LARGEST_SIGN = 6
"""Bytes that one character takes at most, as ``\\u001f`` for one."""

_NEAR = 1e-5
"""Closer than this to the middle between two decimals, a product of doubles says not on which side it is."""

_LONGEST_NUMBER = 20
_QUOTE, _BACKSLASH, _SPACE, _APOSTROPHE = 0x22, 0x5C, 0x20, 0x27
_LINE_FEED, _RETURN = 0x0A, 0x0D
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
    """Write characters by their escapes or in UTF-8; -1 where one of them is half of a surrogate pair."""
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
def _cell(codes, start, end, signs, out, at):  # type: ignore[no-untyped-def]
    """Write characters as a cell of CSV, with an apostrophe before what a spreadsheet would run."""
    escapes, delimiter, risky = signs
    quoted = False
    for i in range(start, end):
        code = codes[i]
        if code in (delimiter, _QUOTE, _RETURN, _LINE_FEED):
            quoted = True
            break
    if quoted:
        out[at] = _QUOTE
        at += 1
    if end > start and codes[start] < len(risky) and risky[codes[start]]:
        out[at] = _APOSTROPHE
        at += 1
    at = _text(codes, start, end, escapes, out, at)
    if quoted and at >= 0:
        out[at] = _QUOTE
        at += 1
    return at


@njit(cache=True, nogil=True)
def _probability(value, decimals, out, at):  # type: ignore[no-untyped-def]
    """Write a probability with 6 or 10 decimals; False where only Python can tell the last one."""
    if not 0 <= value <= 1:
        return False
    scaled = value * (1e10 if decimals == 10 else 1e6)
    whole = np.int64(scaled)
    rest = scaled - whole
    if abs(rest - 0.5) < _NEAR:
        return False
    if rest > 0.5:
        whole += 1
    if decimals == 6:
        six = np.uint32(whole)
        for i in range(5, -1, -1):
            out[at + 2 + i] = 48 + six % np.uint32(10)
            six //= np.uint32(10)
        out[at] = 48 + six
        return True
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
def write_rows(group, judged, chosen, heads, tails, parts, signs, first, out):  # type: ignore[no-untyped-def]
    """Write rows of units until there is no room, or one is met that only Python can write.

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
    parts : (ndarray of uint8, ndarray of int64, ndarray of int64, ndarray of bool, int)
        What stands before the start, the end, the text and the themes, and between themes; each theme's name;
        all probabilities with noughts for digits. The same way, and behind it where in the last part each
        probability stands, which names stand in quotation marks, and the decimals.
    signs : (ndarray of uint8, int, ndarray of bool)
        The length of each ASCII character's escape and the escape; the delimiter of CSV, 0 for JSON; with
        which characters a cell begins that is to be guarded.
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
    texts, bounds, places, quoted, decimals = parts
    at = 0
    themes = len(places)
    fixed = len(texts) + themes * (bounds[5] - bounds[4]) + 3 * _LONGEST_NUMBER + 8
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
        if signs[1]:
            at = _cell(codes, start, end, signs, out, at)
        else:
            at = _text(codes, start, end, signs[0], out, at)
        if at < 0:
            return number, begun
        at = _copy(texts, bounds[3], bounds[4], out, at)
        given = marked = False
        for theme in range(themes):
            marked |= marks[unit, theme] and quoted[theme]
        if marked:
            out[at] = _QUOTE
            at += 1
        for theme in range(themes):
            if marks[unit, theme]:
                if given:
                    at = _copy(texts, bounds[4], bounds[5], out, at)
                given = True
                at = _copy(texts, bounds[5 + theme], bounds[6 + theme], out, at)
        if marked:
            out[at] = _QUOTE
            at += 1
        last = at
        at = _copy(texts, bounds[5 + themes], bounds[6 + themes], out, at)
        for theme in range(themes):
            if not _probability(scores[unit, theme], decimals, out, last + places[theme]):
                return number, begun
        at = _copy(tails[0], tail, behind_tail, out, at)
    return len(chosen), at
