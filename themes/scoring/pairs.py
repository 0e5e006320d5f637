"""Pairs: where known pairs of words stand side by side in many sentences at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from themes.scoring.lists import Numbers, is_last

_SLOTS = 1 << 20
_SPREAD = 2654435761


class PairIndex:
    """Finds known pairs among words.

    A word has one number as the left half of a pair and one as the right half; 0 where no pair has it there.

    Parameters
    ----------
    pairs : sequence of str
        Each pair, its halves parted by a space.

    Attributes
    ----------
    wide : int
        A pair is known by the key ``left * wide + right``.
    keys, order : ndarray of int
        The keys from low to high, and which of the pairs each is.

    Examples
    --------
    >>> index = PairIndex(["ran out", "out of"])
    >>> left, right = np.array([index.halves(word) for word in "they ran out of".split()]).T
    >>> [found.tolist() for found in index.find(left, right, np.array([0, 4]))]
    [[1, 2], [0, 1]]
    """

    def __init__(self, pairs: Sequence[str]) -> None:
        halves = [pair.split(" ") for pair in pairs]
        self._left = _numbered(left for left, _ in halves)
        self._right = _numbered(right for _, right in halves)
        self.wide = len(self._right) + 1
        keys = np.array([self._left[a] * self.wide + self._right[b] for a, b in halves], dtype=np.int64)
        self.order = np.argsort(keys)
        self.keys = keys[self.order]
        # Few pairs of a text are known ones, and one look at this table rules nearly all others out.
        self._maybe = np.zeros(_SLOTS, dtype=np.bool_)
        self._maybe[_slots(keys)] = True

    def halves(self, word: str) -> tuple[int, int]:
        """Give the numbers of a word as the left and as the right half of a pair."""
        return self._left.get(word, 0), self._right.get(word, 0)

    def find(self, left: Numbers, right: Numbers, bounds: Numbers) -> tuple[Numbers, Numbers]:
        """Find the known pairs in texts.

        Parameters
        ----------
        left, right : ndarray of int
            The numbers, as halves, of the words of all texts, one after the other.
        bounds : ndarray of int, shape (texts + 1,)
            The words of text ``i`` are those from ``bounds[i]`` to ``bounds[i + 1]``.

        Returns
        -------
        places : ndarray of int
            The places of the left halves, in order.
        pairs : ndarray of int
            Which of the pairs stands there.
        """
        apart = is_last(bounds)
        places = np.flatnonzero((left[:-1] != 0) & (right[1:] != 0) & ~apart[:-1])
        keys = left[places] * self.wide + right[places + 1]
        maybe = self._maybe[_slots(keys)]
        places, keys = places[maybe], keys[maybe]
        if not len(keys):
            return places, keys
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        known = self.keys[at] == keys
        return places[known], self.order[at[known]]


def _numbered(halves: Iterable[str]) -> dict[str, int]:
    return {half: number for number, half in enumerate(dict.fromkeys(halves), 1)}


def _slots(keys: Numbers) -> Numbers:
    return (keys * _SPREAD >> 16) & (_SLOTS - 1)
