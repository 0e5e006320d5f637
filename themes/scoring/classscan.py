"""The class scan: which classes of words each of many sentences has, all at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from themes.coding.beginnings import Beginnings
from themes.coding.lexicon import Lexicon
from themes.scoring.lists import Bits, Lists, Numbers, bit, bit_table, padded
from themes.scoring.pairs import PairIndex

_Role = tuple[tuple[int, ...], tuple[int, ...], bool]


class ClassTables(NamedTuple):
    """Classes in arrays.

    Attributes
    ----------
    of_pair : Lists
        By pair of words: the phrases that begin so.
    kind : ndarray of int
        By phrase: its class.
    rest : ndarray of int, shape (phrases, n)
        By phrase: the tests of its words from the third on, filled up with -1.
    classes : Lists
        By role: the classes of a word.
    meets : ndarray of uint64, shape (roles, tests / 64)
        By role: the tests that a word meets, as bits.
    opens : ndarray of bool
        By role: whether a word may begin phrases that are told by more than two words.
    """

    of_pair: Lists
    kind: Numbers
    rest: Numbers
    classes: Lists
    meets: Bits
    opens: NDArray[np.bool_]


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
        told, start = [], 0
        for rows in phrases.values():
            told.append(range(start, start + len(rows)))
            start += len(rows)
        self._roles: dict[_Role, int] = {((), (), False): 0}
        self._tables = ClassTables(
            of_pair=Lists(told),
            kind=np.array([kind for rows in phrases.values() for kind, _ in rows], dtype=np.int64),
            rest=padded(
                [[self._tests[test] for test in rest] for rows in phrases.values() for _, rest in rows]
            ),
            classes=Lists([]),
            meets=bit_table([], len(self._tests)),
            opens=np.zeros(0, np.bool_),
        )

    def marks(self, word: str) -> tuple[int, int, int]:
        """Give what `find` asks to know of a word: its role, and its numbers as half of a pair."""
        classes, opens = self._lexicon.alone(word)
        asked = (word, *(f"{beginning}*" for beginning in self._beginnings.of(word)))
        met = tuple(self._tests[test] for test in asked if test in self._tests)
        role = self._roles.setdefault((classes, met, opens), len(self._roles))
        return role, *self.pairs.halves(word)

    def tables(self) -> ClassTables:
        """Give the tables of all roles met so far."""
        if len(self._tables.opens) < len(self._roles):
            self._tables = self._tables._replace(
                classes=Lists([classes for classes, _, _ in self._roles]),
                meets=bit_table([met for _, met, _ in self._roles], len(self._tests)),
                opens=np.array([opens for *_, opens in self._roles]),
            )
        return self._tables

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
        tables = self.tables()
        role, left, right = marks
        sentence = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
        places = np.flatnonzero(role)
        classes, owner = tables.classes.expand(role[places])
        found = [sentence[places[owner]] * self._wide + classes]
        places, pairs = self.pairs.find(left, right, bounds)
        phrase, owner = tables.of_pair.expand(pairs)
        places = places[owner]
        for after, tests in enumerate(tables.rest.T, 2):
            third = np.minimum(places + after, len(role) - 1)
            inside = places + after < bounds[sentence[places] + 1]
            met = (tests[phrase] < 0) | inside & bit(tables.meets, role[third], tests[phrase])
            places, phrase = places[met], phrase[met]
        found.append(sentence[places] * self._wide + tables.kind[phrase])
        for at in np.flatnonzero(tables.opens[role]).tolist():
            run = [words[number] for number in numbers[at : bounds[sentence[at] + 1]].tolist()]
            kinds = np.array([kind for kind, _ in self._lexicon.phrases(run, 0)], dtype=np.int64)
            found.append(sentence[at] * self._wide + kinds)
        keys = np.unique(np.concatenate(found))
        return keys % self._wide, np.searchsorted(keys, np.arange(len(bounds)) * self._wide)
