"""Lists: many short lists of whole numbers, held in two arrays so that many are read at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


class Lists:
    """Short lists of whole numbers, called by their number.

    Parameters
    ----------
    lists : sequence of sequence of int
        The lists.

    Examples
    --------
    >>> items, owner = Lists([[7, 8], [], [9]]).expand(np.array([2, 1, 0]))
    >>> items.tolist(), owner.tolist()
    ([9, 7, 8], [0, 2, 2])
    """

    def __init__(self, lists: Sequence[Sequence[int]]) -> None:
        self.counts = np.array([len(numbers) for numbers in lists], dtype=np.int64)
        self._starts = np.cumsum(self.counts) - self.counts
        self._items = np.array([item for numbers in lists for item in numbers], dtype=np.int64)

    def expand(self, which: Numbers) -> tuple[Numbers, Numbers]:
        """Write lists out one after the other.

        Parameters
        ----------
        which : ndarray of int
            Numbers of lists.

        Returns
        -------
        items : ndarray of int
            The items of all these lists.
        owner : ndarray of int
            For each item, the place in `which` of the list that it is of.
        """
        owner, nth = spread(self.counts[which])
        return self._items[self._starts[which][owner] + nth], owner


def spread(counts: Numbers) -> tuple[Numbers, Numbers]:
    """Number the members of groups that stand one after the other.

    Parameters
    ----------
    counts : ndarray of int
        The size of each group.

    Returns
    -------
    group, nth : ndarray of int
        Of each member: the number of its group, and its number inside the group.

    Examples
    --------
    >>> group, nth = spread(np.array([2, 0, 1]))
    >>> group.tolist(), nth.tolist()
    ([0, 0, 2], [0, 1, 0])
    """
    group = np.repeat(np.arange(len(counts)), counts)
    return group, np.arange(len(group)) - (np.cumsum(counts) - counts)[group]


def is_last(bounds: Numbers) -> NDArray[np.bool_]:
    """Tell of each member of groups that stand one after the other whether it is the last of its group.

    Parameters
    ----------
    bounds : ndarray of int, shape (groups + 1,)
        Group ``i`` reaches from ``bounds[i]`` to ``bounds[i + 1]``.

    Returns
    -------
    ndarray of bool, shape (bounds[-1],)

    Examples
    --------
    >>> is_last(np.array([0, 2, 2, 3])).tolist()
    [False, True, True]
    """
    last = np.zeros(bounds[-1], dtype=np.bool_)
    last[bounds[1:][np.diff(bounds) > 0] - 1] = True
    return last
