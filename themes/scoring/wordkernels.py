"""Kernels of words: finding and numbering the words of sentences, compiled by Numba (extra ``fast``).

What scoring must know of a word is worked out when it is first met, and looked up by its number from then on.
All of it equals what `themes.scoring.scorer` and the scans beside it do word by word, to the last bit.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from themes.scoring.features import LONGEST, SHORTEST
from themes.scoring.tablekernels import Trie, next_node, slot_of
from themes.text.characters import LETTER, NOTHING, ODD
from themes.text.stemkernels import stem_codes

DONE, FULL = range(2)
"""How `find_words` ends: with all words found, or before a word for which the table must grow."""

COUNT = 0

SENTENCE, PLACE, TOKENS, STRANGE = range(4)
"""Progress of `find_words`: where it is, how many words it has found, and how many of them are odd."""

LEFT, RIGHT, CUE, CLASS, CLASS_LEFT, CLASS_RIGHT = range(6)
"""Marks of a word: as half of a pair of stems, its roles for cues and classes, as half of a phrase."""

LONGEST_ENDING = 40
"""More letters than a stemmer can take off a word."""

_PACKED = 8
_LONG = np.uint64(1 << 63)
_BYTE = np.uint64(8)
_ONE = np.uint64(1)
_BASIS, _PRIME = np.uint64(14695981039346656037), np.uint64(1099511628211)
_QUOTE, _NUMBER, _N, _S, _T, _SPACE = (ord(letter) for letter in "'#nst ")


class Known(NamedTuple):
    """What is known beforehand.

    Attributes
    ----------
    runs, stems, forms : Trie
        Letter runs of the model; stems of the model; words and beginnings of cues and classes.
    run_rows : ndarray of int32
        By node of `runs`: the row in the weights, or -1.
    stem_rows : ndarray of int32, stem_halves : ndarray of int32, shape (nodes, 2)
        By node of `stems`: the row in the weights or -1; the numbers as left and as right half of a pair.
    exact, beginnings : ndarray of int32
        By node of `forms`: the row of `form_marks` for the word that ends here, and for words of which no
        more than this beginning is known, or -1.
    form_marks : ndarray of int32, shape (words and beginnings + 1, 4)
        Marks from `CUE` on; the last row is for words of which nothing is known.
    weights : ndarray of float64, shape (features, themes)
    longest : int
        Letters of the longest known stem.
    """

    runs: Trie
    run_rows: Any
    stems: Trie
    stem_rows: Any
    stem_halves: Any
    forms: Trie
    exact: Any
    beginnings: Any
    form_marks: Any
    weights: Any
    longest: int


class Words(NamedTuple):
    """A table of words.

    Attributes
    ----------
    slots : ndarray of uint64, shape (slots, 2)
        Hash table: key, or 0, and number. The key of up to eight ASCII letters is the word itself.
    spelled : ndarray of int64, letters : ndarray of uint32
        Word ``n`` is spelled ``letters[spelled[n] : spelled[n + 1]]``.
    vectors : ndarray of float64, shape (room, themes)
        What each word adds to the logits by itself.
    marks : ndarray of int32, shape (room, 6)
    asked : ndarray of int32
        Filled with words whose marks from `CUE` on Python must give.
    state : ndarray of int64, shape (1,)
        The number of words.
    nodes, stem : ndarray of int32, of uint32
        Room to work in.
    """

    slots: Any
    spelled: Any
    letters: Any
    vectors: Any
    marks: Any
    asked: Any
    state: Any
    nodes: Any
    stem: Any


@njit(cache=True, nogil=True)
def add_slots(old, slots):  # type: ignore[no-untyped-def]
    """Put the words of a hash table into a larger one."""
    mask = np.uint64(len(slots) - 1)
    for row in range(len(old)):
        if old[row, 0]:
            slot = slot_of(old[row, 0], mask)
            while slots[slot, 0]:
                slot = (slot + _ONE) & mask
            slots[slot, 0], slots[slot, 1] = old[row, 0], old[row, 1]


@njit(cache=True, nogil=True)
def find_words(codes, spans, kinds, folded, words, numbers, bounds, odd, progress):  # type: ignore[no-untyped-def]
    """Number the words of sentences, and enter new ones into the table.

    Parameters
    ----------
    codes : ndarray of uint32
        The characters of a text.
    spans : ndarray of int64, shape (sentences, 2)
        Where each sentence begins and ends.
    kinds : ndarray of uint8, folded : ndarray of uint32
        By character: what it is to words, and as which character it is counted.
    words : Words
        The table.
    numbers : ndarray of int32
        Filled with the numbers of the words; ``-1 - i`` for word ``i`` of `odd`.
    bounds : ndarray of int64, shape (sentences + 1,)
        Filled: the words of sentence ``i`` are those from ``bounds[i]`` to ``bounds[i + 1]``.
    odd : ndarray of int64, shape (words or more, 2)
        Filled with where words stand that hold a character whose lower case is no one character.
    progress : ndarray of int64, shape (4,)
        Where to begin; filled with where to go on once the table has grown.

    Returns
    -------
    int
        `DONE` or `FULL`.
    """
    # Nothing here is a call: a call counts the references to every array, which takes longer than the rest.
    slots, spelled, letters, most = words.slots, words.spelled, words.letters, len(words.marks)
    mask = np.uint64(len(slots) - 1)
    known = words.state[COUNT]
    status = DONE
    sentence, at, count, strange = progress[SENTENCE], progress[PLACE], progress[TOKENS], progress[STRANGE]
    while sentence < len(spans) and status == DONE:
        if at < 0:
            bounds[sentence] = count
            at = spans[sentence, 0]
        end = spans[sentence, 1]
        while at < end:
            kind = kinds[codes[at]]
            if kind != LETTER and kind != ODD:
                at += 1
                continue
            start = at
            key, high = np.uint64(0), np.uint32(0)
            plain = True
            while at < end:
                kind = kinds[codes[at]]
                if kind != LETTER:
                    if kind == NOTHING:
                        break
                    if kind == ODD:
                        plain = False
                    else:
                        after = kinds[codes[at + 1]] if at + 1 < end else NOTHING
                        if after != LETTER and after != ODD:
                            break
                letter = folded[codes[at]]
                high |= letter
                key = key << _BYTE | np.uint64(letter)
                at += 1
            if not plain:
                odd[strange, 0], odd[strange, 1] = start, at
                strange += 1
                numbers[count] = -strange
                count += 1
                continue
            size = at - start
            short = size <= _PACKED and high < 128
            if not short:
                key = _BASIS
                for i in range(start, at):
                    key = (key ^ np.uint64(folded[codes[i]])) * _PRIME
                key |= _LONG
            slot = slot_of(key, mask)
            number = np.int64(-1)
            while slots[slot, 0]:
                if slots[slot, 0] == key:
                    number = np.int64(slots[slot, 1])
                    if short:
                        break
                    first = spelled[number]
                    same = spelled[number + 1] - first == size
                    i = 0
                    while same and i < size:
                        same = letters[first + i] == folded[codes[start + i]]
                        i += 1
                    if same:
                        break
                    number = np.int64(-1)
                slot = (slot + _ONE) & mask
            if number < 0:
                first = spelled[known]
                if known == most or first + size > len(letters):
                    at = start
                    status = FULL
                    break
                for i in range(size):
                    letters[first + i] = folded[codes[start + i]]
                number = known
                spelled[known + 1] = first + size
                slots[slot, 0], slots[slot, 1] = key, np.uint64(known)
                known += 1
            numbers[count] = number
            count += 1
        if status == DONE:
            at = -1
            sentence += 1
    if status == DONE:
        bounds[len(spans)] = count
    words.state[COUNT] = known
    progress[SENTENCE], progress[PLACE], progress[TOKENS], progress[STRANGE] = sentence, at, count, strange
    return status


@njit(cache=True, nogil=True)
def add_stems(first, behind, words, known):  # type: ignore[no-untyped-def]
    """Begin the vectors of new words, from number `first` to below `behind`, with what their stems say."""
    spelled, letters, stem, vectors, marks = (
        words.spelled,
        words.letters,
        words.stem,
        words.vectors,
        words.marks,
    )
    keys, children = known.stems.keys, known.stems.children
    rows, halves, weights = known.stem_rows, known.stem_halves, known.weights
    for number in range(first, behind):
        vectors[number] = 0.0
        marks[number, LEFT] = marks[number, RIGHT] = 0
        if spelled[number + 1] - spelled[number] > known.longest + LONGEST_ENDING:
            continue
        size = stem_codes(letters, spelled[number], spelled[number + 1], stem)
        node = np.int32(1)
        for at in range(size):
            node = next_node(keys, children, node, stem[at])
            if not node:
                break
        if node and rows[node] >= 0:
            for theme in range(vectors.shape[1]):
                vectors[number, theme] += weights[rows[node], theme]
        if node:
            marks[number, LEFT], marks[number, RIGHT] = halves[node, 0], halves[node, 1]


@njit(cache=True, nogil=True)
def add_runs(first, behind, words, known):  # type: ignore[no-untyped-def]
    """Add to the vectors of new words the weights of their letter runs, short runs first."""
    spelled, letters, nodes, vectors = words.spelled, words.letters, words.nodes, words.vectors
    keys, children, rows, weights = known.runs.keys, known.runs.children, known.run_rows, known.weights
    for number in range(first, behind):
        # The letters of which runs are taken, with a space at both ends.
        before = spelled[number] - 1
        size = min(spelled[number + 1] - before - 1, len(nodes) - 2) + 2
        nodes[:size] = 1
        for length in range(1, LONGEST + 1):
            for at in range(size - length + 1):
                if not nodes[at]:
                    continue
                last = at + length - 1
                code = letters[before + last] if 0 < last < size - 1 else np.uint32(_SPACE)
                node = next_node(keys, children, nodes[at], code)
                nodes[at] = node
                if length >= SHORTEST and node and rows[node] >= 0:
                    for theme in range(vectors.shape[1]):
                        vectors[number, theme] += weights[rows[node], theme]


@njit(cache=True, nogil=True)
def add_marks(first, behind, words, known):  # type: ignore[no-untyped-def]
    """Mark new words by what is known of them or of their beginnings; ask where an ending says more.

    Gives the number of words asked.
    """
    spelled, letters, marks, asked = words.spelled, words.letters, words.marks, words.asked
    keys, children = known.forms.keys, known.forms.children
    exact, beginnings, told = known.exact, known.beginnings, known.form_marks
    count = 0
    for number in range(first, behind):
        start, end = spelled[number], spelled[number + 1]
        owns = end - start > 2 and letters[end - 2] == _QUOTE and letters[end - 1] == _S
        denies = end - start > 2 and letters[end - 3] == _N and letters[end - 2] == _QUOTE
        asks = denies and letters[end - 1] == _T
        digits = True
        node, row = np.int32(1), np.int32(-1)
        for at in range(start, end):
            digits = digits and letters[at] == _NUMBER
            asks = asks or (owns and at == end - 2 and exact[node] >= 0)
            if node:
                node = next_node(keys, children, node, letters[at])
                if beginnings[node] >= 0:
                    row = beginnings[node]
        if exact[node] >= 0:
            row = exact[node]
        for mark in range(CUE, CLASS_RIGHT + 1):
            marks[number, mark] = told[row, mark - CUE]
        if asks or digits:
            asked[count] = number
            count += 1
    return count
