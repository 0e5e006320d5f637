"""The cue scan: which cues of a codebook stand in each of many sentences at once.

Finds the cues that `themes.coding.matcher.CueMatcher.find` finds, without their places. A cue is looked
for in a sentence only where its most telling word stands, and only once all its other words are there too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from themes.coding.cuetables import commonness
from themes.coding.matcher import CueMatcher
from themes.scoring.lists import Bits, Lists, Numbers, bit, bit_table, padded, spread


class CueTables(NamedTuple):
    """Cues in arrays.

    Attributes
    ----------
    cue, part : ndarray of int
        By entry: the cue, and the part of it, that the entry is a form of.
    parts : ndarray of int
        By cue: how many parts it has.
    needs : ndarray of int, shape (entries, n)
        By entry: the elements without which it is not there, rare ones first, filled up with -1.
    before, after : tuple of two ndarray of int, shape (entries, steps)
        By entry: the elements to be met on the way from its most telling word, filled up with -1, and the
        most words that may be left out before each.
    calls : Lists
        By role: the entries that a word calls for.
    elements : Lists
        By role: the elements that a word meets.
    has : ndarray of uint64, shape (roles, elements / 64)
        The same as bits.
    """

    cue: Numbers
    part: Numbers
    parts: Numbers
    needs: Numbers
    before: tuple[Numbers, Numbers]
    after: tuple[Numbers, Numbers]
    calls: Lists
    elements: Lists
    has: Bits


class CueScan:
    """Finds the cues of a matcher in many sentences at once.

    Words that mean the same to the cues have the same role; role 0 is that of words that mean nothing.

    Parameters
    ----------
    matcher : CueMatcher
        The cues.
    """

    def __init__(self, matcher: CueMatcher) -> None:
        self._matcher = matcher
        entries = matcher.entries()
        common = list(map(commonness, matcher.elements()))
        needs = [sorted(entry.needs, key=lambda number: (common[number], number)) for entry in entries]
        self._elements = len(common)
        self._roles: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {((), ()): 0}
        self._tables = CueTables(
            cue=np.array([entry.cue for entry in entries], dtype=np.int64),
            part=np.array([entry.part for entry in entries], dtype=np.int64),
            parts=np.array(matcher.parts(), dtype=np.int64),
            needs=padded(needs),
            before=_steps([entry.before for entry in entries]),
            after=_steps([entry.after for entry in entries]),
            calls=Lists([]),
            elements=Lists([]),
            has=bit_table([], self._elements),
        )

    def role(self, word: str) -> int:
        """Give the role of a word.

        Parameters
        ----------
        word : str
            A normalised word.

        Returns
        -------
        int
        """
        elements, called = self._matcher.known(word)
        return self._roles.setdefault((tuple(sorted(elements)), called), len(self._roles))

    def tables(self) -> CueTables:
        """Give the tables of all roles met so far."""
        if len(self._tables.has) < len(self._roles):
            self._tables = self._tables._replace(
                calls=Lists([called for _, called in self._roles]),
                elements=Lists([elements for elements, _ in self._roles]),
                has=bit_table([elements for elements, _ in self._roles], self._elements),
            )
        return self._tables

    def find(self, roles: Numbers, bounds: Numbers) -> dict[int, tuple[int, ...]]:
        """Find the cues of sentences.

        Parameters
        ----------
        roles : ndarray of int
            The roles of the words of all sentences, one after the other.
        bounds : ndarray of int, shape (sentences + 1,)
            The words of sentence ``i`` are those from ``bounds[i]`` to ``bounds[i + 1]``.

        Returns
        -------
        dict of int to tuple of int
            For each sentence with cues, their numbers in order.
        """
        tables = self.tables()
        sentence, place, entry = self._called(roles, bounds)
        for way, steps in ((-1, tables.before), (1, tables.after)):
            kept = self._reaches(roles, bounds, sentence, place, way, steps, entry)
            sentence, place, entry = sentence[kept], place[kept], entry[kept]
        return self._whole(sentence, entry)

    def _called(self, roles: Numbers, bounds: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Find the entries that words call for and whose other words stand in the sentence too."""
        tables = self._tables
        places = np.flatnonzero(roles)
        sentence = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))[places]
        entry, owner = tables.calls.expand(roles[places])
        if len(entry):
            first = np.flatnonzero(np.diff(sentence, prepend=-1))
            present = np.zeros((len(bounds) - 1, tables.has.shape[1]), dtype=np.uint64)
            present[sentence[first]] = np.bitwise_or.reduceat(tables.has[roles[places]], first, axis=0)
            for need in tables.needs.T:
                kept = bit(present, sentence[owner], need[entry])
                entry, owner = entry[kept], owner[kept]
        return sentence[owner], places[owner], entry

    def _reaches(
        self,
        roles: Numbers,
        bounds: Numbers,
        sentence: Numbers,
        place: Numbers,
        way: int,
        steps: tuple[Numbers, Numbers],
        entry: Numbers,
    ) -> NDArray[np.bool_]:
        """Tell from which places the words that an entry wants on one side can be reached, step by step."""
        elements, gaps = steps
        reached = np.zeros(len(entry), dtype=np.bool_)
        origin = np.arange(len(entry))
        low, high = bounds[sentence], bounds[sentence + 1]
        for step in range(elements.shape[1]):
            element = elements[entry[origin], step]
            reached[origin[element < 0]] = True
            group, nth = spread(np.where(element < 0, 0, gaps[entry[origin], step] + 1))
            origin, place, element = origin[group], place[group] + way * (nth + 1), element[group]
            inside = (place >= low[origin]) & (place < high[origin])
            origin, place, element = origin[inside], place[inside], element[inside]
            met = bit(self._tables.has, roles[place], element)
            merged = np.unique(origin[met] * len(roles) + place[met])
            origin, place = merged // len(roles), merged % len(roles)
        reached[origin] = True
        return reached

    def _whole(self, sentence: Numbers, entry: Numbers) -> dict[int, tuple[int, ...]]:
        """Keep the cues of which every part was found."""
        parts_of = self._tables.parts
        most = int(parts_of.max(initial=1))
        cues = len(parts_of)
        found = (
            np.unique((sentence * cues + self._tables.cue[entry]) * most + self._tables.part[entry]) // most
        )
        cue, parts = np.unique(found, return_counts=True)
        cue = cue[parts == parts_of[cue % cues]]
        by_sentence: dict[int, list[int]] = {}
        for number in cue.tolist():
            by_sentence.setdefault(number // cues, []).append(number % cues)
        return {number: tuple(mine) for number, mine in by_sentence.items()}


def _steps(steps: Sequence[Sequence[Sequence[int]]]) -> tuple[Numbers, Numbers]:
    elements = padded([[element for element, _ in row] for row in steps])
    return elements, padded([[gap for _, gap in row] for row in steps])
