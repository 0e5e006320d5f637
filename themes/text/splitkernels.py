"""Kernels of splitting: paragraphs, and sentences out of them, compiled by Numba (extra ``fast``).

They restate `themes.text.paragraphs` and `themes.text.sentences` for documents given as code points, one
behind the other.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from themes.text.characters import (
    BLANK,
    BREAK,
    CLOSER,
    LINE_CLOSER,
    LINE_END,
    LOWER,
    QUOTE,
    RAISED,
    SENTENCE_END,
    SPACE,
    STOP,
)

_RETURN, _NEWLINE, _DASH = 13, 10, 45


@njit(cache=True, nogil=True)
def find_paragraphs(codes, bounds, flags, narrowest, widest, share, fewest, ends):  # type: ignore[no-untyped-def]
    """Find the paragraphs of documents, and all stops.

    Parameters
    ----------
    codes : ndarray of uint32
        The characters of all documents.
    bounds : ndarray of int64, shape (documents + 1,)
        Document ``i`` is ``codes[bounds[i] : bounds[i + 1]]``.
    flags : ndarray of uint32, shape (1114112,)
        What each character is.
    narrowest, widest, share, fewest
        The limits of wrapping that `themes.text.paragraphs` has.
    ends : ndarray of int64, shape (documents + 1,)
        Filled: the paragraphs of document ``i`` are those from ``ends[i]`` to ``ends[i + 1]``.

    Returns
    -------
    paragraphs : ndarray of int64, shape (paragraphs, 2)
        Start and end of each, without white space at either end.
    stops : ndarray of int64
        The places of all full stops, question and exclamation marks.
    """
    stop_count = break_count = 0
    for code in codes[bounds[0] : bounds[-1]]:
        flag = flags[code]
        stop_count += flag & STOP != 0
        break_count += flag & BREAK != 0
    stops = np.empty(stop_count, dtype=np.int64)
    lines = np.empty((break_count + len(ends) - 1, 2), dtype=np.int64)
    soft = np.empty(break_count + 1, dtype=np.bool_)
    stop_count = count = ends[0] = 0
    for document in range(len(ends) - 1):
        left, right = bounds[document], bounds[document + 1]
        behind, stop_count = _read(codes, left, right, flags, lines, count, stops, stop_count)
        if behind > count + 1:
            mine = lines[count:behind]
            _mark_soft(codes, mine, flags, narrowest, widest, share, fewest, soft)
            count += _join(mine, soft)
        else:
            count = behind
        ends[document + 1] = count
    return lines[:count], stops


@njit(cache=True, nogil=True)
def _read(codes, at, size, flags, lines, line_count, stops, stop_count):  # type: ignore[no-untyped-def]
    """Find the lines of a document, trimmed, and its stops; blank lines together are one, and empty."""
    first = line_count
    left = at
    while True:
        while at < size and not flags[codes[at]] & (BREAK | STOP):
            at += 1
        if at < size and flags[codes[at]] & STOP:
            stops[stop_count] = at
            stop_count += 1
            at += 1
            continue
        right = at
        while left < right and flags[codes[left]] & BLANK:
            left += 1
        while right > left and flags[codes[right - 1]] & BLANK:
            right -= 1
        if left < right or (line_count > first and lines[line_count - 1, 0] < lines[line_count - 1, 1]):
            lines[line_count, 0], lines[line_count, 1] = left, right
            line_count += 1
        if at >= size:
            return line_count, stop_count
        at += 2 if codes[at] == _RETURN and at + 1 < size and codes[at + 1] == _NEWLINE else 1
        left = at


@njit(cache=True, nogil=True)
def _mark_soft(codes, lines, flags, narrowest, widest, share, fewest, soft):  # type: ignore[no-untyped-def]
    """Mark the lines behind which a break is wrapping."""
    soft[: len(lines)] = False
    inner = width = marked = running = 0
    for line in range(len(lines) - 1):
        if lines[line, 0] < lines[line, 1] and lines[line + 1, 0] < lines[line + 1, 1]:
            inner += 1
            width = max(width, lines[line, 1] - lines[line, 0], lines[line + 1, 1] - lines[line + 1, 0])
    if inner == 0 or width < narrowest or width > widest:
        return
    for line in range(len(lines) - 1):
        (start, end), (after, behind) = lines[line], lines[line + 1]
        if start >= end or after >= behind:
            continue
        runs_on = False
        if flags[codes[after]] & LOWER:
            last = end
            while last > start and flags[codes[last - 1]] & LINE_CLOSER:
                last -= 1
            runs_on = not (last > start and flags[codes[last - 1]] & LINE_END)
        room = width - (end - start) - 1
        word = after
        while word < behind and word - after <= room and not flags[codes[word]] & BLANK:
            word += 1
        if runs_on or word - after > room:
            soft[line] = True
            marked += 1
        running += runs_on
    believed = running > 0 or marked >= fewest
    if believed and not running:
        for code in codes[lines[0, 0] : lines[-1, 1]]:
            if flags[code] & RAISED:
                believed = False
                break
    if marked < share * inner or not believed:
        soft[: len(lines)] = False


@njit(cache=True, nogil=True)
def _join(lines, soft):  # type: ignore[no-untyped-def]
    """Join lines to paragraphs, in place, and give their count."""
    count = 0
    joins = False
    for line in range(len(lines)):
        start, end = lines[line]
        if start < end:
            if not joins:
                lines[count, 0] = start
                count += 1
            lines[count - 1, 1] = end
        joins = soft[line]
    return count


@njit(cache=True, nogil=True)
def find_sentences(codes, flags, paragraphs, paragraph_ends, cuts, ends):  # type: ignore[no-untyped-def]
    """Find the sentences of documents.

    Parameters
    ----------
    codes : ndarray of uint32
        The characters of all documents.
    flags : ndarray of uint32, shape (1114112,)
        What each character is.
    paragraphs : ndarray of int64, shape (paragraphs, 2)
        Start and end of each.
    paragraph_ends : ndarray of int64, shape (documents + 1,)
        The paragraphs of document ``i`` are those from ``paragraph_ends[i]`` to ``paragraph_ends[i + 1]``.
    cuts : ndarray of int64, shape (ends, 2)
        The places behind the ends inside paragraphs, and those where the text goes on.
    ends : ndarray of int64, shape (documents + 1,)
        Filled: the sentences of document ``i`` are those from ``ends[i]`` to ``ends[i + 1]``.

    Returns
    -------
    ndarray of int64, shape (sentences, 2)
        Start and end of each.
    """
    spans = np.empty((len(paragraphs) + len(cuts), 2), dtype=np.int64)
    count = nth = ends[0] = 0
    for document in range(len(ends) - 1):
        for left, right in paragraphs[paragraph_ends[document] : paragraph_ends[document + 1]]:
            first = nth
            while nth < len(cuts) and cuts[nth, 0] <= right:
                nth += 1
            count = _part(codes, left, right, flags, cuts[first:nth], spans, count)
        ends[document + 1] = count
    return spans[:count]


@njit(cache=True, nogil=True)
def _part(codes, left, right, flags, cuts, spans, count):  # type: ignore[no-untyped-def]
    """Part a paragraph at its cuts, write the sentences down, and give their number so far."""
    first = last = end_of_last = left
    begin, taken = left, 0
    for nth in range(len(cuts) + 1):
        start = begin + taken
        end = begin = limit = right
        if nth < len(cuts):
            end, begin = cuts[nth]
            if nth + 1 < len(cuts):
                limit = cuts[nth + 1, 0]
        taken = 0
        closed = begin
        while closed < limit and flags[codes[closed]] & CLOSER:
            closed += 1
        if closed > begin:
            behind = closed
            while behind < limit and flags[codes[behind]] & SPACE:
                behind += 1
            dashes = closed + 1 < limit and codes[closed] == _DASH and codes[closed + 1] == _DASH
            if behind > closed or dashes or closed == limit:
                end = closed
                taken = behind - begin
            elif start >= end:
                continue
        elif start >= end:
            continue
        runs_on = False
        if flags[codes[start]] & LOWER:
            quotes = end_of_last
            while quotes > last and flags[codes[quotes - 1]] & QUOTE:
                quotes -= 1
            runs_on = quotes < end_of_last and quotes > last and flags[codes[quotes - 1]] & SENTENCE_END != 0
        if not runs_on:
            if end_of_last > left:
                count = _keep(codes, first, end_of_last, flags, spans, count)
            first = start
        last, end_of_last = start, end
    if end_of_last > left:
        count = _keep(codes, first, end_of_last, flags, spans, count)
    return count


@njit(cache=True, nogil=True)
def _keep(codes, start, end, flags, spans, count):  # type: ignore[no-untyped-def]
    """Write a span down without white space at its ends, unless it is blank."""
    while start < end and flags[codes[start]] & BLANK:
        start += 1
    while end > start and flags[codes[end - 1]] & BLANK:
        end -= 1
    if start == end:
        return count
    spans[count, 0], spans[count, 1] = start, end
    return count + 1
