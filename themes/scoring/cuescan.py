"""The cue scan: which cues of a codebook stand in each of many sentences at once.

Finds the cues that `themes.coding.matcher.CueMatcher.find` finds, without their places. A cue is looked
for in a sentence only where its most telling word stands, and only once all its other words are there too.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from themes.coding.matcher import CueMatcher
from themes.scoring.lists import Lists, Numbers, bit, bit_table, padded, spread


class CueScan:
    """Finds the cues of a matcher in many sentences at once.

    Words that mean the same to the cues have the same role; role 0 is that of words that mean nothing.

    Parameters
    ----------
    matcher : CueMatcher
        The cues.
    """

    kernels: ModuleType | None = None

    def __init__(self, matcher: CueMatcher) -> None:
        self._matcher = matcher
        entries = matcher.entries()
        self._cue = np.array([entry.cue for entry in entries], dtype=np.int64)
        self._part = np.array([entry.part for entry in entries], dtype=np.int64)
        self._parts = np.array(matcher.parts(), dtype=np.int64)
        needs = [sorted(entry.needs) for entry in entries]
        self._needs = padded(needs)
        self._before = _steps([entry.before for entry in entries])
        self._after = _steps([entry.after for entry in entries])
        self._elements = 1 + max((numbers[-1] for numbers in needs), default=0)
        self._roles: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {((), ()): 0}
        self._taken = 0

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

    def _take_roles(self) -> None:
        """Make the tables of all roles met so far."""
        if self._taken == len(self._roles):
            return
        self._taken = len(self._roles)
        self._calls = Lists([called for _, called in self._roles])
        self._has = bit_table([elements for elements, _ in self._roles], self._elements)

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
        self._take_roles()
        sentence, place, entry = self._called(roles, bounds)
        for way, steps in ((-1, self._before), (1, self._after)):
            kept = self._reaches(roles, bounds, sentence, place, way, steps, entry)
            sentence, place, entry = sentence[kept], place[kept], entry[kept]
        return self._whole(sentence, entry)

    def _called(self, roles: Numbers, bounds: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Find the entries that words call for and whose other words stand in the sentence too."""
        if self.kernels:
            calls, room = self._calls, 4 * len(bounds) + 1024
            while True:
                filled = np.empty((3, room), dtype=np.int64)
                count = self.kernels.find_calls(
                    roles, bounds, self._has, calls.starts, calls.counts, calls.items, self._needs, *filled
                )
                if count <= room:
                    return filled[0, :count], filled[1, :count], filled[2, :count]
                room = count
        places = np.flatnonzero(roles)
        sentence = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))[places]
        entry, owner = self._calls.expand(roles[places])
        if len(entry):
            first = np.flatnonzero(np.diff(sentence, prepend=-1))
            present = np.zeros((len(bounds) - 1, self._has.shape[1]), dtype=np.uint64)
            present[sentence[first]] = np.bitwise_or.reduceat(self._has[roles[places]], first, axis=0)
            for need in self._needs.T:
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
            met = bit(self._has, roles[place], element)
            merged = np.unique(origin[met] * len(roles) + place[met])
            origin, place = merged // len(roles), merged % len(roles)
        reached[origin] = True
        return reached

    def _whole(self, sentence: Numbers, entry: Numbers) -> dict[int, tuple[int, ...]]:
        """Keep the cues of which every part was found."""
        most = int(self._parts.max(initial=1))
        cues = len(self._parts)
        found = np.unique((sentence * cues + self._cue[entry]) * most + self._part[entry]) // most
        cue, parts = np.unique(found, return_counts=True)
        cue = cue[parts == self._parts[cue % cues]]
        by_sentence: dict[int, list[int]] = {}
        for number in cue.tolist():
            by_sentence.setdefault(number // cues, []).append(number % cues)
        return {number: tuple(mine) for number, mine in by_sentence.items()}


def _steps(steps: Sequence[Sequence[Sequence[int]]]) -> tuple[Numbers, Numbers]:
    elements = padded([[element for element, _ in row] for row in steps])
    return elements, padded([[gap for _, gap in row] for row in steps])
