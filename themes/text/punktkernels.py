"""Kernels of splitting: where sentences end inside paragraphs, compiled by Numba (extra ``fast``).

They restate `themes.text.punkt`, to the last oddity, for texts given as code points.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from themes.text.characters import (
    ALPHABETIC,
    DELICATE,
    DIGIT,
    INITIAL,
    JOINER,
    LOWER,
    NEVER,
    NO_OPENER,
    RUN_SPACE,
    SIGN,
    SPACE,
    STOP,
    UPPER,
)

ABBREVIATION, LOWER_WORD = 1, 2
"""What a word can be: flags that add up."""

_COMMA, _DASH, _DOT, _SMALL_K, _KELVIN = 44, 45, 46, 107, 0x212A


@njit(cache=True, nogil=True)
def find_cuts(codes, flags, paragraphs, stops, steps, known):  # type: ignore[no-untyped-def]
    """Find the ends of sentences inside paragraphs.

    Parameters
    ----------
    codes : ndarray of uint32
        The characters of all documents.
    flags : ndarray of uint32, shape (1114112,)
        What each character is.
    paragraphs : ndarray of int64, shape (paragraphs, 2)
        Start and end of each, without white space at either end.
    stops : ndarray of int64
        The places of all full stops, question and exclamation marks.
    steps : ndarray of int16, shape (nodes, 128), known : ndarray of uint8, shape (nodes,)
        Words, letter by letter from node 1: the next node, or 0, and what the word that ends there is.

    Returns
    -------
    ndarray of int64, shape (ends, 2)
        The place behind each end, and that where the text goes on.
    """
    cuts = np.empty((len(stops), 2), dtype=np.int64)
    count = nth = 0
    for left, right in paragraphs:
        first = nth
        while nth < len(stops) and stops[nth] < right:
            nth += 1
        if nth > first:
            count = _cut(codes, left, right, flags, stops[first:nth], steps, known, cuts, count)
    return cuts[:count]


@njit(cache=True, nogil=True)
def _cut(codes, left, right, flags, stops, steps, known, cuts, count):  # type: ignore[no-untyped-def]
    """Find the ends inside one paragraph, and give the count so far."""
    start = stop = left
    after = -1
    waiting = False
    for at in stops:
        if at + 1 == right:
            break
        following = -1
        if not flags[codes[at + 1]] & NEVER:
            if not flags[codes[at + 1]] & SPACE:
                continue
            following = at + 2
            while flags[codes[following]] & SPACE:
                following += 1
        space = at - 1
        while space > stop and not flags[codes[space]] & RUN_SPACE:
            space -= 1
        opening = space + 1 if space > stop else start
        # Of several candidates in one run, only the last counts.
        if waiting and stop <= opening and _is_end(codes, start, stop, after, right, flags, steps, known):
            cuts[count, 0], cuts[count, 1] = stop + 1, max(after, stop + 1)
            count += 1
        start, stop, after, waiting = opening, at, following, True
    if waiting and _is_end(codes, start, stop, after, right, flags, steps, known):
        cuts[count, 0], cuts[count, 1] = stop + 1, max(after, stop + 1)
        count += 1
    return count


@njit(cache=True, nogil=True)
def _is_end(codes, start, stop, after, right, flags, steps, known):  # type: ignore[no-untyped-def]
    """Tell whether a candidate is an end: at first sight, or from the tokens around it."""
    if after < 0 or not flags[codes[after]] & DELICATE:
        if codes[stop] != _DOT:
            return True
        plain = stop - start > 1
        for at in range(start, stop):
            if not flags[codes[at]] & ALPHABETIC:
                plain = False
                break
        if plain and not _is(codes, start, stop, steps, known, ABBREVIATION):
            return True
    limit = min(stop + 2, right)
    if after >= 0:
        limit = after
        while limit < right and not flags[codes[limit]] & SPACE:
            limit += 1
    token, behind = start, start
    while start < limit:
        if flags[codes[start]] & SPACE:
            start += 1
            continue
        end = _token_end(codes, start, limit, flags)
        if behind > token and _ends(codes, token, behind, start, end, flags, steps, known):
            return True
        token, behind, start = start, end, end
    return False


@njit(cache=True, nogil=True)
def _token_end(codes, at, end, flags):  # type: ignore[no-untyped-def]
    """Give the end of the token that begins at a place."""
    code = codes[at]
    if flags[code] & JOINER and code != _COMMA:
        behind = at + 1
        while behind < end and codes[behind] == code:
            behind += 1
        if behind - at > 1:
            return behind
        # Full stops with a space between.
        while (
            code == _DOT and behind + 1 < end and flags[codes[behind]] & SPACE and codes[behind + 1] == _DOT
        ):
            behind += 2
        if behind - at > 4:
            return behind
    if flags[code] & NO_OPENER:
        return at + 1
    at += 1
    while at < end and not flags[codes[at]] & (SPACE | NEVER):
        if flags[codes[at]] & JOINER and _ends_word(codes, at, end, flags):
            break
        at += 1
    return at


@njit(cache=True, nogil=True)
def _ends_word(codes, at, end, flags):  # type: ignore[no-untyped-def]
    """Tell whether a word ends before a joiner."""
    if codes[at] == _COMMA:
        at += 1
        if at == end or flags[codes[at]] & (SPACE | NEVER):
            return True
    code = codes[at]
    if not flags[code] & JOINER or code == _COMMA or at + 1 == end:
        return False
    if codes[at + 1] == code:
        return True
    return (
        code == _DOT
        and at + 4 < end
        and flags[codes[at + 1]] & SPACE != 0
        and codes[at + 2] == _DOT
        and flags[codes[at + 3]] & SPACE != 0
        and codes[at + 4] == _DOT
    )


@njit(cache=True, nogil=True)
def _ends(codes, start, end, after, behind, flags, steps, known):  # type: ignore[no-untyped-def]
    """Tell whether a token ends a sentence, given the token that follows it."""
    last = codes[end - 1]
    if last != _DOT:
        return end - start == 1 and flags[last] & STOP != 0
    abbreviated = _is_abbreviation(codes, start, end, steps, known)
    twice = end - start > 1 and codes[end - 2] == _DOT
    ellipsis = twice
    for at in range(start, end):
        ellipsis = ellipsis and codes[at] == _DOT
    initial = end - start == 2 and flags[codes[start]] & INITIAL != 0
    first = codes[after]
    if flags[first] & LOWER or (behind - after == 1 and flags[first] & SIGN):
        return not (initial or abbreviated or twice or _is_number(codes, start, end, flags))
    if flags[first] & UPPER:
        word = behind
        if codes[word - 1] == _DOT and not (word - after > 1 and codes[word - 2] == _DOT):
            word -= not _is_abbreviation(codes, after, behind, steps, known)
        if _is(codes, after, word, steps, known, LOWER_WORD):
            if (abbreviated or ellipsis) and not initial:
                return True
        elif initial:
            return False
    return not (abbreviated or twice)


@njit(cache=True, nogil=True)
def _is_number(codes, start, end, flags):  # type: ignore[no-untyped-def]
    """Tell whether a token is a number."""
    start += codes[start] == _DASH
    start += start < end and codes[start] != _DASH and flags[codes[start]] & JOINER != 0
    if start == end or not flags[codes[start]] & DIGIT:
        return False
    while start < end and flags[codes[start]] & (DIGIT | JOINER):
        start += 1
    return start == end


@njit(cache=True, nogil=True)
def _is_abbreviation(codes, start, end, steps, known):  # type: ignore[no-untyped-def]
    """Tell whether a token with a full stop is a known abbreviation, alone or behind a hyphen."""
    end -= 1
    if end <= start or codes[end - 1] == _DOT:
        return False
    tail = end
    while tail > start and codes[tail - 1] != _DASH:
        tail -= 1
    if _is(codes, tail, end, steps, known, ABBREVIATION):
        return True
    return tail > start and _is(codes, start, end, steps, known, ABBREVIATION)


@njit(cache=True, nogil=True)
def _is(codes, start, end, steps, known, what):  # type: ignore[no-untyped-def]
    """Tell whether a word, in lower case, is known for something."""
    node = 1
    for at in range(start, end):
        code = codes[at]
        if code > 127:
            # The only other character that is an ASCII letter in lower case.
            if code != _KELVIN:
                return False
            code = np.uint32(_SMALL_K)
        elif 65 <= code <= 90:
            code |= np.uint32(32)
        node = steps[node, code]
        if node == 0:
            return False
    return known[node] & what != 0
