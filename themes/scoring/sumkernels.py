"""Kernels of sums: what the words and the pairs of words of sentences add up to (extra ``fast``).

Like the kernels of cues and of classes, they do for many sentences what `themes.scoring.scorer.Scorer.logits`
does for one, and add the same numbers in the same order, so that no bit differs.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from themes.scoring.tablekernels import find_pair
from themes.scoring.wordkernels import LEFT, RIGHT


@njit(cache=True, nogil=True)
def add_words(numbers, bounds, vectors, marks, pairs, weights, scales, intercepts, total):  # type: ignore[no-untyped-def]
    """Begin logits: what words and pairs of words add, by the length of the sentence, and the intercepts.

    Parameters
    ----------
    numbers, bounds : ndarray of int32, of int64
        The words of all sentences, and where those of each begin.
    vectors, marks : ndarray
        By word, as in `themes.scoring.wordkernels.Words`.
    pairs : Pairs
    weights : ndarray of float64, shape (pairs, themes)
    scales : ndarray of float64, shape (sentences,)
        The factor of each sentence's length.
    intercepts : ndarray of float64, shape (themes,)
    total : ndarray of float64, shape (sentences, themes)
        Filled.
    """
    keys, known, wide = pairs.keys, pairs.pairs, pairs.wide
    themes = total.shape[1]
    sums = np.zeros(themes)
    for sentence in range(len(bounds) - 1):
        total[sentence] = 0.0
        sums[:] = 0.0
        left = np.int32(0)
        for at in range(bounds[sentence], bounds[sentence + 1]):
            number = numbers[at]
            for theme in range(themes):
                total[sentence, theme] += vectors[number, theme]
            if left and marks[number, RIGHT]:
                pair = find_pair(keys, known, wide, left, marks[number, RIGHT])
                if pair >= 0:
                    for theme in range(themes):
                        sums[theme] += weights[pair, theme]
            left = marks[number, LEFT]
        for theme in range(themes):
            total[sentence, theme] += sums[theme]
            total[sentence, theme] *= scales[sentence]
            total[sentence, theme] += intercepts[theme]
