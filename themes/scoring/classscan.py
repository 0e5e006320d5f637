"""The class scan: which classes of words each of many sentences has, all at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from themes.coding.beginnings import Beginnings
from themes.coding.lexicon import Lexicon
from themes.scoring.lists import Lists, Numbers, bit, bit_table, padded
from themes.scoring.pairs import PairIndex

_Role = tuple[tuple[int, ...], tuple[int, ...], bool]


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
        phrases = lexicon.told_by_two()
        self.pairs = PairIndex(list(phrases))
        tests = dict.fromkeys(test for rows in phrases.values() for _, rest in rows for test in rest)
        self._tests = dict(zip(tests, range(len(tests)), strict=True))
        self._beginnings = Beginnings(test[:-1] for test in tests if test.endswith("*"))
        self._told, start = [], 0
        for rows in phrases.values():
            self._told.append(range(start, start + len(rows)))
            start += len(rows)
        self._of_pair = Lists(self._told)
        self._kind = np.array([kind for rows in phrases.values() for kind, _ in rows], dtype=np.int64)
        self._rest = padded(
            [[self._tests[test] for test in rest] for rows in phrases.values() for _, rest in rows]
        )
        self._roles: dict[_Role, int] = {((), (), False): 0}
        self._taken = 0

    def marks(self, word: str) -> tuple[int, int, int]:
        """Give what `find` asks to know of a word: its role, and its numbers as half of a pair."""
        classes, opens = self._lexicon.alone(word)
        asked = (word, *(f"{beginning}*" for beginning in self._beginnings.of(word)))
        met = tuple(self._tests[test] for test in asked if test in self._tests)
        role = self._roles.setdefault((classes, met, opens), len(self._roles))
        return role, *self.pairs.halves(word)

    def _take_roles(self) -> None:
        """Make the tables of all roles met so far."""
        if self._taken < len(self._roles):
            self._taken = len(self._roles)
            self._classes = Lists([classes for classes, _, _ in self._roles])
            self._meets = bit_table([met for _, met, _ in self._roles], len(self._tests))
            self._opens = np.array([opens for *_, opens in self._roles])

    def find(
        self, words: list[str], numbers: Numbers, marks: Sequence[Numbers], bounds: Numbers
    ) -> tuple[Numbers, Numbers]:
        """Find the classes of sentences.

        Parameters
        ----------
        words : list of str
            Words by number.
        numbers : ndarray of int, shape (n,)
            The words of all sentences, one after the other.
        marks : sequence of three ndarray of int, shape (n,)
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
        self._take_roles()
        role, left, right = marks
        sentence = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
        places = np.flatnonzero(role)
        classes, owner = self._classes.expand(role[places])
        found = [sentence[places[owner]] * self._wide + classes]
        places, pairs = self.pairs.find(left, right, bounds)
        phrase, owner = self._of_pair.expand(pairs)
        places = places[owner]
        for after, tests in enumerate(self._rest.T, 2):
            third = np.minimum(places + after, len(role) - 1)
            inside = places + after < bounds[sentence[places] + 1]
            met = (tests[phrase] < 0) | inside & bit(self._meets, role[third], tests[phrase])
            places, phrase = places[met], phrase[met]
        found.append(sentence[places] * self._wide + self._kind[phrase])
        for at in np.flatnonzero(self._opens[role]).tolist():
            run = [words[number] for number in numbers[at : bounds[sentence[at] + 1]].tolist()]
            kinds = np.array([kind for kind, _ in self._lexicon.phrases(run, 0)], dtype=np.int64)
            found.append(sentence[at] * self._wide + kinds)
        keys = np.unique(np.concatenate(found))
        return keys % self._wide, np.searchsorted(keys, np.arange(len(bounds)) * self._wide)
