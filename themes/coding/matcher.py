"""Matching: finds the cue phrases of a codebook in the words of a sentence.

A cue counts once in a sentence, at its first place: the leftmost start, and from there the nearest
end. The work grows with the length of a sentence, not with its square.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from typing import TYPE_CHECKING, Any, NamedTuple

from themes.coding.beginnings import Beginnings

if TYPE_CHECKING:
    from themes.coding.codebook import Codebook
    from themes.coding.entries import Cue

_MOST_KNOWN_WORDS = 1 << 16

_Steps = Sequence[Sequence[int]]
_Known = tuple[frozenset[int], tuple[int, ...]]
_UNKNOWN: _Known = (frozenset(), ())


@dataclass(frozen=True, slots=True)
class Mention:
    """A cue that stands in a sentence, wherever.

    Attributes
    ----------
    owner : str
        The theme or context to which the cue belongs.
    pattern : str
        The cue as it was written.
    index : int
        Its number among the cues of all owners in their order, from 0.
    suppressed : bool
        Whether a condition of the cue silences it here.
    """

    owner: str
    pattern: str
    index: int
    suppressed: bool


@dataclass(frozen=True, slots=True)
class Hit(Mention):
    """A cue found in a sentence.

    Attributes
    ----------
    start, end : int
        The words it reaches over, end exclusive.
    spans : tuple of (int, int)
        The reach of each phrase that ``&`` joins.
    """

    start: int
    end: int
    spans: tuple[tuple[int, int], ...]


class _Entry(NamedTuple):
    """A variant made ready: where it belongs, what it needs, and what stands around the element sought."""

    cue: int
    part: int
    needs: frozenset[int]
    before: _Steps
    after: _Steps

    def first(self, positions: Iterable[int], seen: Sequence[frozenset[int]]) -> tuple[int, int] | None:
        # The first place of the element sought at which any match exists also has the leftmost start and
        # the nearest end: of two matches that cross, the head of one and the tail of the other make one.
        for position in positions:
            start, end = _reach(position, self.before, -1, seen), _reach(position, self.after, 1, seen)
            if start is not None and end is not None:
                return start, end + 1
        return None


def _reach(position: int, steps: _Steps, way: int, seen: Sequence[frozenset[int]]) -> int | None:
    places = {position}
    for element, gap in steps:
        nearby = {place + way * off for place in places for off in range(1, gap + 2)}
        places = {place for place in nearby if 0 <= place < len(seen) and element in seen[place]}
        if not places:
            return None
    return min(places)


class CueMatcher:
    """Finds cues in sentences.

    Parameters
    ----------
    groups : sequence of (str, sequence of Cue)
        Each theme or context with its cues, in order. A cue's ``unless`` and ``near`` name groups.

    Raises
    ------
    ValueError
        If a cue cannot be read.

    Examples
    --------
    >>> from themes.coding.entries import Cue
    >>> matcher = CueMatcher([("cost", [Cue("fee* & doubl*", unless=("bank",))]), ("bank", [Cue("bank*")])])
    >>> [(hit.start, hit.end, hit.suppressed) for hit in matcher.find("the fee had doubled".split())]
    [(1, 4, False)]
    >>> [(hit.owner, hit.suppressed) for hit in matcher.find("the bank doubled its fees".split())]
    [('cost', True), ('bank', False)]
    """

    def __init__(self, groups: Sequence[tuple[str, Sequence[Cue]]]) -> None:
        from themes.coding.cues import parse
        from themes.coding.cuetables import CueTables

        tables = CueTables()
        for owner, cues in groups:
            for cue in cues:
                tables.add(owner, cue, parse(cue.pattern))
        self._use(tables.data())

    @classmethod
    def from_codebook(cls, codebook: Codebook) -> CueMatcher:
        """Make a matcher for the themes and the contexts of a codebook.

        Parameters
        ----------
        codebook : Codebook
            Any codebook.

        Returns
        -------
        CueMatcher
        """
        groups = [(theme.key, theme.cues) for theme in codebook.themes]
        return cls(groups + [(context.key, context.cues) for context in codebook.contexts])

    def to_data(self) -> dict[str, Any]:
        """Give the compiled cues as plain data, fit for JSON, from which `from_data` starts at once.

        Returns
        -------
        dict
        """
        return dict(self._data)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> CueMatcher:
        """Make a matcher from compiled cues.

        Parameters
        ----------
        data : mapping
            What `to_data` gave.

        Returns
        -------
        CueMatcher

        Raises
        ------
        KeyError, TypeError, ValueError
            If the data are not such.
        """
        matcher = cls.__new__(cls)
        matcher._use(data)
        return matcher

    def _use(self, data: Mapping[str, Any]) -> None:
        self._data = data
        self._cues = [
            (owner, pattern, frozenset(unless), frozenset(near), parts)
            for owner, pattern, unless, near, parts in data["cues"]
        ]
        self._literals: Mapping[str, list[int]] = data["literals"]
        self._stems: Mapping[str, list[int]] = data["stems"]
        self._called: list[list[int]] = data["called"]
        self._raw: list[list[Any]] = data["entries"]
        # Entries are made ready when first called for: few of them are, in a short text.
        self._entries: dict[int, _Entry] = {}
        self._known: dict[str, _Known] = {}
        self._beginnings = Beginnings(self._stems)

    def _entry(self, number: int) -> _Entry:
        entry = self._entries.get(number)
        if entry is None:
            cue, part, needs, before, after = self._raw[number]
            entry = _Entry(cue, part, frozenset(needs), before, after)
            self._entries[number] = entry
        return entry

    def entries(self) -> list[_Entry]:
        """List what is looked for: each form of each phrase of each cue."""
        return list(map(self._entry, range(len(self._raw))))

    def tests(self) -> Iterator[str]:
        """List all that words are held against: a word, or a beginning with a star."""
        yield from self._literals
        yield from (f"{stem}*" for stem in self._stems)

    def elements(self) -> list[list[str]]:
        """List the elements, each by what words are held against, as in `tests`."""
        elements: list[list[str]] = [[] for _ in self._called]
        for tests, star in ((self._literals, ""), (self._stems, "*")):
            for test, numbers in tests.items():
                for number in numbers:
                    elements[number].append(test + star)
        return elements

    def cues(self) -> list[tuple[str, str, frozenset[str], frozenset[str]]]:
        """Give of each cue its owner, the cue as it was written, and its two conditions, unless and near."""
        return [cue[:4] for cue in self._cues]

    def parts(self) -> list[int]:
        """Give for each cue the number of phrases that ``&`` joins in it."""
        return [parts for *_, parts in self._cues]

    def known(self, word: str) -> _Known:
        """Give the elements that a word meets, and the entries that it calls for."""
        return self._known.get(word) or self._look(word)

    def _look(self, word: str) -> _Known:
        met = set(self._literals.get(word, ()))
        if word.endswith("'s"):
            met.update(self._literals.get(word[:-2], ()))
        if word == "cannot" or word.endswith("n't"):
            met.update(self._literals.get("not", ()))
        if word and not word.strip("#"):
            met.update(self._literals.get("#", ()))
        for beginning in self._beginnings.of(word):
            met.update(self._stems[beginning])
        known = _UNKNOWN
        if met:
            entries = [entry for element in sorted(met) for entry in self._called[element]]
            known = (frozenset(met), tuple(entries))
        if len(self._known) >= _MOST_KNOWN_WORDS:
            self._known.clear()
        self._known[word] = known
        return known

    def find(self, words: Sequence[str]) -> list[Hit]:
        """Find the cues in a sentence.

        Parameters
        ----------
        words : sequence of str
            The words of the sentence, as :func:`themes.text.words.words` gives them.

        Returns
        -------
        list of Hit
            One hit per cue at most, in the order of the cues; those that a condition silences are marked.
        """
        seen: list[frozenset[int]] = []
        places: dict[str, list[int]] = {}
        kinds: dict[str, _Known] = {}
        for position, word in enumerate(words):
            known = self._known.get(word) or self._look(word)
            seen.append(known[0])
            if known is not _UNKNOWN:
                kinds[word] = known
                if known[1]:
                    places.setdefault(word, []).append(position)
        present: frozenset[int] = frozenset().union(*(elements for elements, _ in kinds.values()))
        called: dict[int, list[list[int]]] = {}
        for word, positions in places.items():
            for number in kinds[word][1]:
                if self._entry(number).needs <= present:
                    called.setdefault(number, []).append(positions)
        found: dict[int, dict[int, tuple[int, int]]] = {}
        for number, lists in called.items():
            entry = self._entry(number)
            span = entry.first(merge(*lists), seen)
            if span is not None:
                spans = found.setdefault(entry.cue, {})
                spans[entry.part] = min(span, spans.get(entry.part, span))
        return self._hits(found)

    def _hits(self, found: dict[int, dict[int, tuple[int, int]]]) -> list[Hit]:
        hits = []
        for mention in self.mentions(sorted(i for i in found if len(found[i]) == self._cues[i][4])):
            owner, pattern, index, silenced = (
                mention.owner,
                mention.pattern,
                mention.index,
                mention.suppressed,
            )
            spans = tuple(found[index][part] for part in range(self._cues[index][4]))
            start, end = min(span[0] for span in spans), max(span[1] for span in spans)
            hits.append(Hit(owner, pattern, index, silenced, start, end, spans))
        return hits

    def mentions(self, indices: Sequence[int]) -> list[Mention]:
        """Tell of the cues that stand in a sentence which of them a condition silences.

        Parameters
        ----------
        indices : sequence of int
            Numbers of all cues in the sentence, without regard to conditions.

        Returns
        -------
        list of Mention
            In the same order.
        """
        owners = {self._cues[index][0] for index in indices}
        mentions = []
        for index in indices:
            owner, pattern, unless, near, _ = self._cues[index]
            silenced = not owners.isdisjoint(unless) or (bool(near) and owners.isdisjoint(near))
            mentions.append(Mention(owner, pattern, index, silenced))
        return mentions
