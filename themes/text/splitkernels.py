"""Kernels of splitting: the inner loops of `themes.text.fastsplit`, compiled by Numba (extra ``fast``).

They restate the modules `paragraphs`, `punkt` and `sentences` for one document given as code points, and
leave to these what takes more than a look at a few characters.
"""

from __future__ import annotations

import numpy as np
from numba import njit

BREAK, BLANK, SPACE, ASCII_SPACE, STOP, DELICATE, NEVER, CLOSER = (1 << bit for bit in range(8))
QUOTE, LINE_CLOSER, LINE_END, SENTENCE_END, LOWER, LETTER = (1 << bit for bit in range(8, 14))
"""What a character can be: flags that add up.

A break ends a line; a blank is white space to ``str.strip``, a space is white space to Punkt, and an ASCII
space is where Punkt begins a run. Stops, delicate characters, closers, and what is never in a word are those
of `punkt`; line closers and line ends those of `paragraphs`; quotes and sentence ends those of `sentences`.
"""

LONGEST_PACKED = 8
"""Letters of the longest abbreviation that `find_candidates` can look up."""

_DOT, _DASH, _RETURN, _NEWLINE, _PLAIN_SPACE = 46, 45, 13, 10, 32


@njit(cache=True, nogil=True)
def find_lines(codes, flags, starts, ends):  # type: ignore[no-untyped-def]
    """Find the lines of a document, trimmed, and give their count."""
    count = at = 0
    size = len(codes)
    while True:
        left = at
        while at < size and not flags[codes[at]] & BREAK:
            at += 1
        right = at
        while left < right and flags[codes[left]] & BLANK:
            left += 1
        while right > left and flags[codes[right - 1]] & BLANK:
            right -= 1
        starts[count], ends[count] = left, right
        count += 1
        if at >= size:
            return count
        at += 2 if codes[at] == _RETURN and at + 1 < size and codes[at + 1] == _NEWLINE else 1


@njit(cache=True, nogil=True)
def find_soft_breaks(codes, flags, starts, ends, narrowest, widest, soft):  # type: ignore[no-untyped-def]
    """Mark the lines behind which a break looks like wrapping.

    Gives the number of breaks inside blocks, of those marked, and of those that run on in lower case.
    """
    inner = width = marked = running = 0
    for line in range(len(starts) - 1):
        if starts[line] < ends[line] and starts[line + 1] < ends[line + 1]:
            inner += 1
            width = max(width, ends[line] - starts[line], ends[line + 1] - starts[line + 1])
    if inner == 0 or width < narrowest or width > widest:
        return inner, 0, 0
    for line in range(len(starts) - 1):
        start, end, after = starts[line], ends[line], starts[line + 1]
        if start >= end or after >= ends[line + 1]:
            continue
        runs_on = False
        if flags[codes[after]] & LOWER:
            last = end
            while last > start and flags[codes[last - 1]] & LINE_CLOSER:
                last -= 1
            runs_on = not (last > start and flags[codes[last - 1]] & LINE_END)
        word = after
        while word < ends[line + 1] and not flags[codes[word]] & BLANK:
            word += 1
        if runs_on or word - after > width - (end - start) - 1:
            soft[line] = True
            marked += 1
        running += runs_on
    return inner, marked, running


@njit(cache=True, nogil=True)
def join_lines(codes, flags, starts, ends, soft):  # type: ignore[no-untyped-def]
    """Join lines to paragraphs, in place, and give their count; breaks inside one become spaces."""
    count = 0
    previous = -1
    for line in range(len(starts)):
        if starts[line] == ends[line]:
            continue
        if count and previous == line - 1 and soft[previous]:
            for at in range(ends[count - 1], starts[line]):
                if flags[codes[at]] & BREAK:
                    codes[at] = _PLAIN_SPACE
            ends[count - 1] = ends[line]
        else:
            starts[count], ends[count] = starts[line], ends[line]
            count += 1
        previous = line
    return count


@njit(cache=True, nogil=True)
def find_candidates(codes, flags, starts, ends, abbreviations, longest, found):  # type: ignore[no-untyped-def]
    """Find the candidates for sentence ends, and give their count.

    A row of `found` holds the paragraph, the start of the run, the place of the stop, the start of the next
    token or -1, whether it is an end at first sight, and the end of the context that tells if it is not.
    """
    count = 0
    for paragraph in range(len(starts)):
        left, right = starts[paragraph], ends[paragraph]
        start = stop = left
        after = space = -1
        waiting = False
        for at in range(left, right):
            flag = flags[codes[at]]
            if flag & ASCII_SPACE:
                space = at
            if not flag & STOP or at + 1 >= right:
                continue
            following = -1
            if not flags[codes[at + 1]] & NEVER:
                following = at + 1
                while following < right and flags[codes[following]] & SPACE:
                    following += 1
                if following == at + 1 or following == right:
                    continue
            opening = space + 1 if space > stop else start
            # Of several candidates in one run, only the last counts.
            if waiting and stop <= opening:
                _note(
                    codes, flags, paragraph, start, stop, after, right, abbreviations, longest, found[count]
                )
                count += 1
            start, stop, after, waiting = opening, at, following, True
        if waiting:
            _note(codes, flags, paragraph, start, stop, after, right, abbreviations, longest, found[count])
            count += 1
    return count


@njit(cache=True, nogil=True)
def _note(  # type: ignore[no-untyped-def]
    codes, flags, paragraph, start, stop, after, right, abbreviations, longest, row
):
    """Write a candidate down, with what first sight tells of it."""
    plain = after < 0 or not flags[codes[after]] & DELICATE
    if plain and codes[stop] == _DOT:
        plain = stop - start > 1
        packed = np.uint64(0)
        short = stop - start <= longest
        for at in range(start, stop):
            code = codes[at]
            if not flags[code] & LETTER or (short and code > 127):
                plain = False
                break
            packed = packed << np.uint64(8) | np.uint64(code | 32)
        if plain and short:
            place = np.searchsorted(abbreviations, packed)
            plain = place == len(abbreviations) or abbreviations[place] != packed
    limit = min(stop + 2, right)
    if after >= 0:
        limit = after
        while limit < right and not flags[codes[limit]] & SPACE:
            limit += 1
    row[0], row[1], row[2], row[3], row[4], row[5] = paragraph, start, stop, after, plain, limit


@njit(cache=True, nogil=True)
def find_spans(codes, flags, starts, ends, found, spans):  # type: ignore[no-untyped-def]
    """Part paragraphs at the candidates that are ends, and give the number of sentences."""
    count = candidate = 0
    for paragraph in range(len(starts)):
        left, right = starts[paragraph], ends[paragraph]
        first = last = end_of_last = left
        begin, taken = left, 0
        while begin >= 0:
            # The next slice reaches to the next end, and the one behind it tells what it hands back.
            while candidate < len(found) and found[candidate, 0] == paragraph and not found[candidate, 4]:
                candidate += 1
            start, end, following, limit = begin + taken, right, right, right
            begin = -1
            if candidate < len(found) and found[candidate, 0] == paragraph:
                end = found[candidate, 2] + 1
                following = found[candidate, 3] if found[candidate, 3] >= 0 else end
                begin = following
                ahead = candidate + 1
                while ahead < len(found) and found[ahead, 0] == paragraph and not found[ahead, 4]:
                    ahead += 1
                if ahead < len(found) and found[ahead, 0] == paragraph:
                    limit = found[ahead, 2] + 1
                candidate += 1
            taken = 0
            closed = following
            while closed < limit and flags[codes[closed]] & CLOSER:
                closed += 1
            if closed > following:
                behind = closed
                while behind < limit and flags[codes[behind]] & SPACE:
                    behind += 1
                dashes = closed + 1 < limit and codes[closed] == _DASH and codes[closed + 1] == _DASH
                if behind > closed or dashes or closed == limit:
                    end = closed
                    taken = behind - following
                elif start >= end:
                    continue
            elif start >= end:
                continue
            runs_on = False
            if flags[codes[start]] & LOWER:
                quotes = end_of_last
                while quotes > last and flags[codes[quotes - 1]] & QUOTE:
                    quotes -= 1
                runs_on = quotes < end_of_last and quotes > last and flags[codes[quotes - 1]] & SENTENCE_END
            if not runs_on:
                if end_of_last > left:
                    count = _keep(codes, flags, first, end_of_last, spans, count)
                first = start
            last, end_of_last = start, end
        if end_of_last > left:
            count = _keep(codes, flags, first, end_of_last, spans, count)
    return count


@njit(cache=True, nogil=True)
def _keep(codes, flags, start, end, spans, count):  # type: ignore[no-untyped-def]
    """Write a span down without white space at its ends, unless it is blank."""
    while start < end and flags[codes[start]] & BLANK:
        start += 1
    while end > start and flags[codes[end - 1]] & BLANK:
        end -= 1
    if start == end:
        return count
    spans[count, 0], spans[count, 1] = start, end
    return count + 1
