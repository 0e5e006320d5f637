"""Kernels: the inner loops of scoring, compiled by Numba where it is installed (extra ``fast``).

Each does what a function of the same purpose elsewhere does with numpy or plain Python, to the last bit;
nothing else in the package knows of Numba. Compiled code is kept on disk from one run to the next.
"""

from __future__ import annotations

import numpy as np
from numba import njit

_BITS = 64

NOTHING, LETTER, ODD, APOSTROPHE = range(4)
"""What a character is to words; a word with an odd character is left to Python."""


@njit(cache=True, nogil=True)
def find_words(codes, starts, ends, kinds, folded, slots, spelled, letters, numbers, bounds, odd):  # type: ignore[no-untyped-def]
    """Number the words of texts.

    Parameters
    ----------
    codes : ndarray of uint32
        The characters of all texts.
    starts, ends : ndarray of int64, shape (texts,)
        Where each text begins and ends.
    kinds : ndarray of uint8, folded : ndarray of uint32, shape (1114112,)
        What each character is, and the character as which it is counted.
    slots : ndarray of int64
        Hash table of words: the word's number + 1, or 0.
    spelled : ndarray of int64, letters : ndarray of uint32
        Word ``n`` is spelled ``letters[spelled[n] : spelled[n + 1]]``.
    numbers : ndarray of int64
        Filled with the numbers of the words; ``-1 - i`` for word ``i`` of `odd`.
    bounds : ndarray of int64, shape (texts + 1,)
        Filled: the words of text ``i`` are those from ``bounds[i]`` to ``bounds[i + 1]``.
    odd : ndarray of int64, shape (words or more, 2)
        Filled with where the words stand that are not in the table.

    Returns
    -------
    words, odd_words : int
    """
    count = strange = 0
    mask = np.uint64(len(slots) - 1)
    for text in range(len(starts)):
        bounds[text] = count
        at, end = starts[text], ends[text]
        while at < end:
            kind = kinds[codes[at]]
            if kind != LETTER and kind != ODD:
                at += 1
                continue
            start = at
            plain = True
            code = np.uint64(14695981039346656037)
            while at < end:
                kind = kinds[codes[at]]
                if kind == APOSTROPHE:
                    if at + 1 >= end:
                        break
                    after = kinds[codes[at + 1]]
                    if after != LETTER and after != ODD:
                        break
                elif kind == NOTHING:
                    break
                elif kind == ODD:
                    plain = False
                code = (code ^ np.uint64(folded[codes[at]])) * np.uint64(1099511628211)
                at += 1
            number = -1
            if plain:
                slot = (code ^ (code >> np.uint64(29))) & mask
                while slots[slot]:
                    maybe = slots[slot] - 1
                    first = spelled[maybe]
                    if spelled[maybe + 1] - first == at - start:
                        same = True
                        for i in range(at - start):
                            if letters[first + i] != folded[codes[start + i]]:
                                same = False
                                break
                        if same:
                            number = maybe
                            break
                    slot = (slot + np.uint64(1)) & mask
            if number < 0:
                odd[strange, 0] = start
                odd[strange, 1] = at
                strange += 1
                number = -strange
            numbers[count] = number
            count += 1
    bounds[len(starts)] = count
    return count, strange


@njit(cache=True, nogil=True)
def add_words(first, behind, spelled, letters, slots):  # type: ignore[no-untyped-def]
    """Put the words from number `first` to below `behind` into the hash table of `find_words`."""
    mask = np.uint64(len(slots) - 1)
    for number in range(first, behind):
        code = np.uint64(14695981039346656037)
        for at in range(spelled[number], spelled[number + 1]):
            code = (code ^ np.uint64(letters[at])) * np.uint64(1099511628211)
        slot = (code ^ (code >> np.uint64(29))) & mask
        while slots[slot]:
            slot = (slot + np.uint64(1)) & mask
        slots[slot] = number + 1


@njit(cache=True, nogil=True)
def add_runs(runs, slots):  # type: ignore[no-untyped-def]
    """Put letter runs, rows of codes filled up with 0, into the hash table of `sum_runs`."""
    mask = np.uint64(len(slots) - 1)
    for row in range(len(runs)):
        code = np.uint64(14695981039346656037)
        for letter in runs[row]:
            if letter:
                code = (code ^ np.uint64(letter)) * np.uint64(1099511628211)
        slot = (code ^ (code >> np.uint64(29))) & mask
        while slots[slot]:
            slot = (slot + np.uint64(1)) & mask
        slots[slot] = row + 1


@njit(cache=True, nogil=True)
def sum_runs(codes, bounds, shortest, runs, slots, weights, total):  # type: ignore[no-untyped-def]
    """Add the weights of each word's known letter runs to its row of `total`, short runs first."""
    mask = np.uint64(len(slots) - 1)
    longest = runs.shape[1]
    for word in range(len(bounds) - 1):
        for length in range(shortest, longest + 1):
            for start in range(bounds[word], bounds[word + 1] - length + 1):
                code = np.uint64(14695981039346656037)
                for at in range(start, start + length):
                    code = (code ^ np.uint64(codes[at])) * np.uint64(1099511628211)
                slot = (code ^ (code >> np.uint64(29))) & mask
                while slots[slot]:
                    run = slots[slot] - 1
                    same = length == longest or runs[run, length] == 0
                    for i in range(length):
                        if runs[run, i] != codes[start + i]:
                            same = False
                            break
                    if same:
                        for theme in range(total.shape[1]):
                            total[word, theme] += weights[run, theme]
                        break
                    slot = (slot + np.uint64(1)) & mask


@njit(cache=True, nogil=True)
def sum_words(numbers, bounds, vectors, total):  # type: ignore[no-untyped-def]
    """Add the vectors of each text's words to its row of `total`, from first to last."""
    for text in range(len(bounds) - 1):
        for at in range(bounds[text], bounds[text + 1]):
            for theme in range(total.shape[1]):
                total[text, theme] += vectors[numbers[at], theme]


@njit(cache=True, nogil=True)
def find_pairs(left, right, bounds, wide, maybe, keys, places, pairs):  # type: ignore[no-untyped-def]
    """Find known pairs of words, as `themes.scoring.pairs.PairIndex.find` does, and give their count."""
    count = 0
    for text in range(len(bounds) - 1):
        for at in range(bounds[text], bounds[text + 1] - 1):
            if left[at] == 0 or right[at + 1] == 0:
                continue
            key = left[at] * wide + right[at + 1]
            if not maybe[(key * 2654435761 >> 16) & (len(maybe) - 1)]:
                continue
            low, high = 0, len(keys)
            while low < high:
                middle = (low + high) >> 1
                if keys[middle] < key:
                    low = middle + 1
                else:
                    high = middle
            if low < len(keys) and keys[low] == key:
                places[count] = at
                pairs[count] = low
                count += 1
    return count


@njit(cache=True, nogil=True)
def find_calls(roles, bounds, has, starts, counts, items, needs, sentences, places, entries):  # type: ignore[no-untyped-def]
    """Find the entries of cues that words call for and whose other words stand in the sentence too.

    Does the first half of `themes.scoring.cuescan.CueScan.find`, and gives their count; what does not fit
    into the arrays to be filled is counted alone.
    """
    found = 0
    present = np.zeros(has.shape[1], dtype=np.uint64)
    for text in range(len(bounds) - 1):
        ready = False
        for at in range(bounds[text], bounds[text + 1]):
            role = roles[at]
            if counts[role] == 0:
                continue
            if not ready:
                present[:] = 0
                for other in range(bounds[text], bounds[text + 1]):
                    if roles[other]:
                        for i in range(len(present)):
                            present[i] |= has[roles[other], i]
                ready = True
            for i in range(starts[role], starts[role] + counts[role]):
                met = True
                for k in range(needs.shape[1]):
                    need = needs[items[i], k]
                    if need < 0:
                        break
                    if not (present[need // _BITS] >> np.uint64(need % _BITS)) & np.uint64(1):
                        met = False
                        break
                if met:
                    if found < len(entries):
                        sentences[found], places[found], entries[found] = text, at, items[i]
                    found += 1
    return found
