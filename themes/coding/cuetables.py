"""Cue tables: the cues of a codebook as the plain data in which `themes.coding.matcher` looks them up."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from themes.coding.cues import Variant
    from themes.coding.entries import Cue


def commonness(element: Collection[str]) -> float:
    """Guess how common the words of an element are; short words are common ones in every language."""
    return sum(2.0 ** -len(test) * (1 + 7 * test.endswith("*")) for test in element)


class CueTables:
    """Cues while they are compiled: elements numbered, and each variant filed under its rarest element."""

    def __init__(self) -> None:
        self.cues: list[list[Any]] = []
        self.literals: dict[str, list[int]] = {}
        self.stems: dict[str, list[int]] = {}
        self.called: list[list[int]] = []
        self.entries: list[list[Any]] = []
        self._numbers: dict[frozenset[str], int] = {}

    def data(self) -> dict[str, Any]:
        """Give the tables as plain data, fit for JSON."""
        names = ("cues", "literals", "stems", "called", "entries")
        return {name: getattr(self, name) for name in names}

    def add(self, owner: str, cue: Cue, phrases: Sequence[Sequence[Variant]]) -> None:
        """Take a cue of a theme or context, with its phrases as `themes.coding.cues.parse` gives them."""
        index = len(self.cues)
        self.cues.append([owner, cue.pattern, list(cue.unless), list(cue.near), len(phrases)])
        # A phrase that has only one form rules the whole cue out as early as its own elements do.
        shared: set[int] = set()
        for variants in phrases:
            if len(variants) == 1:
                shared.update(self._number(test) for test, _ in variants[0])
        for part, variants in enumerate(phrases):
            for variant in variants:
                numbers = [self._number(test) for test, _ in variant]
                telling = min((commonness(test), at) for at, (test, _) in enumerate(variant))[1]
                before = [[numbers[at - 1], variant[at][1]] for at in range(telling, 0, -1)]
                after = [[numbers[at], variant[at][1]] for at in range(telling + 1, len(numbers))]
                self.called[numbers[telling]].append(len(self.entries))
                self.entries.append([index, part, sorted({*numbers, *shared}), before, after])

    def _number(self, element: frozenset[str]) -> int:
        if element not in self._numbers:
            number = self._numbers[element] = len(self._numbers)
            self.called.append([])
            for test in sorted(element):
                if test.endswith("*"):
                    self.stems.setdefault(test[:-1], []).append(number)
                else:
                    self.literals.setdefault(test, []).append(number)
        return self._numbers[element]
