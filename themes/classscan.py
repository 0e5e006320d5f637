"""The class scan: which classes of words each of many sentences has, all at once."""

from __future__ import annotations

import numpy as np

from themes.lexicon import Lexicon
from themes.lists import Lists, Numbers, is_last
from themes.pairs import PairIndex


class ClassScan:
    """Finds the classes of a lexicon in many sentences at once.

    Words that say the same of classes have the same role; role 0 is that of words that say nothing.

    Parameters
    ----------
    lexicon : Lexicon
        The classes.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._wide = len(lexicon.keys)
        self._pairs = PairIndex(lexicon.first_two())
        self._roles: dict[tuple[tuple[int, ...], bool], int] = {((), False): 0}
        self._taken = 0

    def marks(self, word: str) -> tuple[int, int, int]:
        """Give what `find` asks to know of a word: its role, and its numbers as half of a pair."""
        role = self._roles.setdefault(self._lexicon.alone(word), len(self._roles))
        return role, *self._pairs.halves(word)

    def find(
        self, words: list[str], numbers: Numbers, marks: Numbers, bounds: Numbers
    ) -> tuple[Numbers, Numbers]:
        """Find the classes of sentences.

        Parameters
        ----------
        words : list of str
            Words by number.
        numbers : ndarray of int, shape (n,)
            The words of all sentences, one after the other.
        marks : ndarray of int, shape (n, 3)
            What `marks` gives of each.
        bounds : ndarray of int, shape (sentences + 1,)
            The words of sentence ``i`` are those from ``bounds[i]`` to ``bounds[i + 1]``.

        Returns
        -------
        classes : ndarray of int
            The classes of all sentences, one after the other, those of each sentence once and in order.
        ends : ndarray of int, shape (sentences + 1,)
            The classes of sentence ``i`` are those from ``ends[i]`` to ``ends[i + 1]``.
        """
        if self._taken < len(self._roles):
            self._taken = len(self._roles)
            self._classes = Lists([classes for classes, _ in self._roles])
            self._opens = np.array([opens for _, opens in self._roles])
        role, left, right = marks.T
        sentence = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
        places = np.flatnonzero(role)
        classes, owner = self._classes.expand(role[places])
        found = [sentence[places[owner]] * self._wide + classes]
        begins = self._opens[role]
        begins[self._pairs.find(np.where(is_last(bounds), 0, left), right)[0]] = True
        for at in np.flatnonzero(begins).tolist():
            mine = int(sentence[at])
            run = [words[number] for number in numbers[at : bounds[mine + 1]].tolist()]
            found.append(np.array([mine * self._wide + kind for kind, _ in self._lexicon.phrases(run, 0)], np.int64))
        keys = np.unique(np.concatenate(found))
        return keys % self._wide, np.searchsorted(keys, np.arange(len(bounds)) * self._wide)
