"""Kernels of classes: which classes of words sentences have, and what these add (extra ``fast``)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from themes.scoring.tablekernels import Pairs, bit, find_pair
from themes.scoring.wordkernels import CLASS, CLASS_LEFT, CLASS_RIGHT


class Classes(NamedTuple):
    """The classes of words, as `themes.scoring.classscan.ClassScan` knows them.

    Attributes
    ----------
    starts, counts, items : ndarray of int64
        By role: the classes of a word.
    opens : ndarray of bool
        By role: whether a word may begin phrases that are left to Python.
    meets : ndarray of uint64, shape (roles, tests / 64)
        By role: the tests that a word meets, as bits.
    pairs : Pairs
        The first two words of phrases.
    phrase_starts, phrase_counts : ndarray of int64
        By pair: its phrases.
    kind : ndarray of int64
        By phrase: the class.
    rest : ndarray of int64, shape (phrases, n)
        By phrase: the tests of its words from the third on, filled up with -1.
    weights : ndarray of float64, shape (classes, themes)
    """

    starts: Any
    counts: Any
    items: Any
    opens: Any
    meets: Any
    pairs: Pairs
    phrase_starts: Any
    phrase_counts: Any
    kind: Any
    rest: Any
    weights: Any


@njit(cache=True, nogil=True)
def add_classes(numbers, bounds, marks, classes, total, opened):  # type: ignore[no-untyped-def]
    """Add what the classes of the words of sentences say, but for sentences that are left to Python.

    Parameters
    ----------
    numbers, bounds, marks, total
        As in `themes.scoring.sumkernels.add_words`.
    classes : Classes
    opened : ndarray of int64, shape (sentences,)
        Filled with the sentences that are left.

    Returns
    -------
    int
        The number of these.
    """
    starts, counts, items, opens = classes.starts, classes.counts, classes.items, classes.opens
    keys, known, wide = classes.pairs.keys, classes.pairs.pairs, classes.pairs.wide
    phrase_starts, phrase_counts = classes.phrase_starts, classes.phrase_counts
    kinds, rest, meets, weights = classes.kind, classes.rest, classes.meets, classes.weights
    met = np.zeros(len(weights), np.bool_)
    sums = np.zeros(total.shape[1])
    left = 0
    for sentence in range(len(bounds) - 1):
        high = bounds[sentence + 1]
        least, most = len(weights), -1
        leaves = False
        for at in range(bounds[sentence], high):
            number = numbers[at]
            role = marks[number, CLASS]
            if role:
                leaves = leaves or opens[role]
                for i in range(starts[role], starts[role] + counts[role]):
                    met[items[i]] = True
                    least, most = min(least, items[i]), max(most, items[i])
            if not marks[number, CLASS_LEFT] or at + 1 == high or not marks[numbers[at + 1], CLASS_RIGHT]:
                continue
            pair = find_pair(
                keys, known, wide, marks[number, CLASS_LEFT], marks[numbers[at + 1], CLASS_RIGHT]
            )
            if pair < 0:
                continue
            for phrase in range(phrase_starts[pair], phrase_starts[pair] + phrase_counts[pair]):
                fits = True
                i = 0
                while fits and i < rest.shape[1] and rest[phrase, i] >= 0:
                    there = at + 2 + i
                    fits = there < high and bit(meets, marks[numbers[there], CLASS], rest[phrase, i]) != 0
                    i += 1
                if fits:
                    met[kinds[phrase]] = True
                    least, most = min(least, kinds[phrase]), max(most, kinds[phrase])
        if leaves:
            opened[left] = sentence
            left += 1
        sums[:] = 0.0
        for kind in range(least, most + 1):
            if met[kind]:
                met[kind] = False
                for theme in range(len(sums)):
                    sums[theme] += weights[kind, theme]
        if not leaves:
            for theme in range(len(sums)):
                total[sentence, theme] += sums[theme]
    return left
