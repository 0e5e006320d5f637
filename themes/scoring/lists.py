"""Lists: many short lists of whole numbers, held in two arrays so that many are read at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Bits = NDArray[np.uint64]

_BITS = 64


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
        self.starts = np.cumsum(self.counts) - self.counts
        self.items = np.array([item for numbers in lists for item in numbers], dtype=np.int64)

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
        return self.items[self.starts[which][owner] + nth], owner


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


def padded(lists: Sequence[Sequence[int]]) -> Numbers:
    """Write lists as the rows of a table, filled up with -1.

    Parameters
    ----------
    lists : sequence of sequence of int
        The lists.

    Returns
    -------
    ndarray of int, shape (lists, length of the longest)

    Examples
    --------
    >>> padded([[1, 2], [3]]).tolist()
    [[1, 2], [3, -1]]
    """
    table = np.full((len(lists), max(map(len, lists), default=0)), -1, dtype=np.int64)
    for row, numbers in enumerate(lists):
        table[row, : len(numbers)] = numbers
    return table


def bit_table(sets: Sequence[Sequence[int]], size: int) -> Bits:
    """Write sets of whole numbers as rows of bits.

    Parameters
    ----------
    sets : sequence of sequence of int
        The sets; members of `size` and more are left out.
    size : int
        Numbers from 0 to below this are kept.

    Returns
    -------
    ndarray of uint64, shape (sets, size / 64 or more)
    """
    table = np.zeros((len(sets), size // _BITS + 1), dtype=np.uint64)
    row = np.repeat(np.arange(len(sets)), [len(members) for members in sets])
    member = np.array([member for members in sets for member in members], dtype=np.int64)
    row, member = row[member < size], member[member < size]
    np.bitwise_or.at(table, (row, member // _BITS), np.uint64(1) << (member % _BITS).astype(np.uint64))
    return table


def bit(table: Bits, row: Numbers, number: Numbers) -> NDArray[np.bool_]:
    """Tell whether sets hold numbers.

    Parameters
    ----------
    table : ndarray of uint64
        What `bit_table` gave.
    row, number : ndarray of int, shape (n,)
        The sets, and for each the number asked for; one below 0 counts as held.

    Returns
    -------
    ndarray of bool, shape (n,)

    Examples
    --------
    >>> bit(bit_table([[70], []], 80), np.array([0, 1, 1]), np.array([70, 70, -1])).tolist()
    [True, False, True]
    """
    held = table[row, number // _BITS] >> (number % _BITS).astype(np.uint64) & np.uint64(1)
    found: NDArray[np.bool_] = (held == 1) | (number < 0)
    return found


def sums(rows: NDArray[np.float64], bounds: NDArray[np.int64]) -> NDArray[np.float64]:
    """Sum stretches of rows, each from its first row to its last, so that no batch changes a bit.

    Parameters
    ----------
    rows : ndarray, shape (n, width)
        What to sum.
    bounds : ndarray of int, shape (stretches + 1,)
        Stretch ``i`` reaches from ``bounds[i]`` to ``bounds[i + 1]``; the last bound is ``n``.

    Returns
    -------
    ndarray, shape (stretches, width)
        0 for an empty stretch.

    Examples
    --------
    >>> sums(np.array([[1.0], [2.0], [4.0]]), np.array([0, 2, 2, 3])).ravel().tolist()
    [3.0, 0.0, 4.0]
    """
    stretch = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
    # Unlike other sums of numpy, ``bincount`` adds from first to last, one by one.
    columns = [np.bincount(stretch, weights=column, minlength=len(bounds) - 1) for column in rows.T]
    return np.stack(columns, axis=1).astype(np.float64, copy=False)
