"""Beginnings: which of many known beginnings a word has."""

from __future__ import annotations

from collections.abc import Iterable

_HEAD = 3


class Beginnings:
    """Finds the known beginnings of words; most words have none, and their first letters tell.

    Parameters
    ----------
    known : iterable of str
        The beginnings.

    Examples
    --------
    >>> beginnings = Beginnings(["be", "behead", "bread"])
    >>> beginnings.of("beheaded"), beginnings.of("break"), beginnings.of("b")
    (['be', 'behead'], [], [])
    """

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(known)
        self._short = sorted({len(beginning) for beginning in self._known if len(beginning) < _HEAD})
        lengths: dict[str, set[int]] = {}
        for beginning in self._known:
            if len(beginning) >= _HEAD:
                lengths.setdefault(beginning[:_HEAD], set()).add(len(beginning))
        self._long = {head: [*self._short, *sorted(found)] for head, found in lengths.items()}

    def of(self, word: str) -> list[str]:
        """List the known beginnings of a word, the whole word among them, from short to long."""
        lengths = self._long.get(word[:_HEAD], self._short)
        return [word[:length] for length in lengths if length <= len(word) and word[:length] in self._known]
