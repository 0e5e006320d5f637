"""Folds: parting groups of sentences so that every fold has its share of each theme."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def assign_folds(groups: Sequence[int], truth: NDArray[np.bool_], count: int) -> NDArray[np.int64]:
    """Assign whole groups to folds, evening out the themes and the sizes.

    Groups go in order of their rarest theme's weight, each to the fold where the squared excess over
    an even share, each theme weighed by the inverse of its support, grows least. It is the idea of
    iterative stratification (Sechidis, Tsoumakas and Vlahavas 2011) applied to groups;
    scikit-learn's ``StratifiedGroupKFold`` refuses multi-label targets.

    Parameters
    ----------
    groups : sequence of int, length n
        The group of each sentence.
    truth : ndarray of bool, shape (n, themes)
        Which sentence has which theme.
    count : int
        Folds wanted; fewer come out where there are fewer groups.

    Returns
    -------
    ndarray of int, shape (n,)
        The fold of each sentence, from 0. It depends on the inputs alone.

    Raises
    ------
    ValueError
        When fewer than two groups are given.
    """
    numbers = np.asarray(groups)
    names = np.unique(numbers)
    if len(names) < 2:
        raise ValueError("folds need at least two documents that share no near-copies")
    count = min(count, len(names))
    columns = np.column_stack([truth.astype(float), np.ones(len(numbers))])
    weights = 1.0 / np.maximum(columns.sum(axis=0), 1.0)
    totals = np.array([columns[numbers == name].sum(axis=0) * weights for name in names])
    order = sorted(range(len(names)), key=lambda i: (-float((totals[i] ** 2).sum()), int(names[i])))
    loads = np.zeros((count, columns.shape[1]))
    fold_of = {}
    for i in order:
        grown = ((loads + totals[i]) ** 2 - loads**2).sum(axis=1)
        # A fold without any group would hold nothing out, so empty ones come first.
        empty = loads.sum(axis=1) == 0
        best = int(np.argmin(np.where(empty.any() & ~empty, np.inf, grown)))
        loads[best] += totals[i]
        fold_of[int(names[i])] = best
    return np.array([fold_of[int(number)] for number in numbers])
