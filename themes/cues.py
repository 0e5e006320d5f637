"""Cue phrases: the small language in which a researcher writes them, and the matcher that finds them.

A cue is a line of lower-case words. These signs have a meaning:

======================  ==================================================================================
``crowd*``              a word with any ending, or none: "crowd", "crowded", "crowds"
``too full``            two words side by side
``fee ~ doubled``       in this order, with up to four words between
``fee & doubled``       both somewhere in the sentence, in either order; each side may be a phrase of its own
``fee|price|dues``      any one of these words
``co-owner``            the hyphen is optional: "co-owner", "co owner", "coowner"
``not``                 also "cannot" and every word that ends in n't
``#``                   a number written in digits
======================  ==================================================================================

Words are those of :mod:`themes.words`; a word with a possessive 's is also met without it. ``&`` binds
loosest: ``fee ~ doubled & not fair`` wants both phrases. A cue counts once in a sentence, at its first
place: the leftmost start, and from there the nearest end.
The work grows with the length of a sentence, not with its square.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from themes.words import words as words_of

if TYPE_CHECKING:
    from themes.codebook import Codebook, Cue

GAP = 4
_MOST_VARIANTS = 64
_MOST_KNOWN_WORDS = 1 << 16
_BOTH = re.compile(r"(?:^|\s)&(?=\s|$)")
_SIGN = re.compile(r"[^\W\d_]|['|*#-]")


Variant = tuple[tuple[frozenset[str], int], ...]
"""A plain sequence of words: for each the tests of which one must hold, and the words allowed before it."""

_Steps = tuple[tuple[int, int], ...]
_Known = tuple[frozenset[int], tuple[int, ...]]
_UNKNOWN: _Known = (frozenset(), ())


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue found in a sentence.

    Parameters
    ----------
    owner : str
        The theme or context to which the cue belongs.
    pattern : str
        The cue as it was written.
    index : int
        Its number among the cues of all owners in their order, from 0.
    start, end : int
        The words it reaches over, end exclusive.
    suppressed : bool
        Whether a condition of the cue silences it here.
    spans : tuple of (int, int)
        The reach of each phrase that ``&`` joins.
    """

    owner: str
    pattern: str
    index: int
    start: int
    end: int
    suppressed: bool
    spans: tuple[tuple[int, int], ...]


def parse(pattern: str) -> tuple[tuple[Variant, ...], ...]:
    """Take a cue phrase apart.

    Parameters
    ----------
    pattern : str
        The phrase, in the language of this module.

    Returns
    -------
    tuple of tuple of Variant
        The phrases that ``&`` joins; each is met by any one of its variants.

    Raises
    ------
    ValueError
        If the phrase cannot be read; the message says why in plain words.

    Examples
    --------
    >>> len(parse("fee|price ~ doubl* & not fair"))
    2
    >>> parse("fee ~")
    Traceback (most recent call last):
        ...
    ValueError: '~' needs a word on both sides
    """
    sides = [side.split() for side in _BOTH.split(pattern.replace("’", "'"))]
    if not all(sides):
        raise ValueError("'&' needs a word on both sides" if "&" in pattern else "the cue is empty")
    return tuple(_phrase(side) for side in sides)


def _phrase(side: list[str]) -> tuple[Variant, ...]:
    choices: list[list[Variant]] = []
    gap, dangling = 0, True
    for piece in side:
        if piece != "~":
            choices.append(_element(piece, gap))
            gap, dangling = 0, False
        elif dangling:
            raise ValueError("'~' needs a word on both sides")
        else:
            gap, dangling = GAP, True
    if dangling:
        raise ValueError("'~' needs a word on both sides")
    variants: list[Variant] = []
    for chosen in product(*choices):
        variants.append(tuple(step for steps in chosen for step in steps))
        if len(variants) > _MOST_VARIANTS:
            raise ValueError("too many alternatives with hyphens: split the cue in two")
    return tuple(variants)


def _element(element: str, gap: int) -> list[Variant]:
    """Give the sequences for which one element stands; all that is one word shares the first of them."""
    single: set[str] = set()
    sequences: list[Variant] = []
    for alternative in element.split("|"):
        pieces = _alternative(alternative, element)
        single.add("".join(pieces))
        if len(pieces) > 1:
            sequences.append(tuple((frozenset((piece,)), 0 if n else gap) for n, piece in enumerate(pieces)))
    return [((frozenset(single), gap),), *sequences]


def _alternative(text: str, element: str) -> list[str]:
    if text == "#":
        return [text]
    stem, star = (text[:-1], "*") if text.endswith("*") else (text, "")
    pieces = stem.split("-")
    strange = "".join(sign for sign in text if not _SIGN.fullmatch(sign))
    faults = (
        (not text, f"empty alternative in {element!r}: a word is missing beside '|'"),
        (text != text.lower(), f"{text!r} has upper-case letters: write cues in lower case"),
        (any(sign.isdigit() for sign in text), f"{text!r} has digits: write # for a number"),
        (strange, f"{strange!r} in {element!r} means nothing here; & and ~ need spaces around them"),
        (not stem, "a bare '*' would match every word: give the beginning of the word"),
        ("*" in stem, f"'*' in {text!r} may only stand at the end"),
        ("#" in stem, f"'#' in {text!r} must stand alone"),
        (not all(pieces), f"a hyphen in {text!r} needs a word on both sides"),
        (any(words_of(piece) != [piece] for piece in pieces), f"{text!r} can never be a word of a text"),
    )
    for wrong, reason in faults:
        if wrong:
            raise ValueError(reason)
    return [*pieces[:-1], pieces[-1] + star]


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


def _commonness(element: frozenset[str]) -> float:
    """Guess how common the words of an element are; short words are common ones in every language."""
    return sum(2.0 ** -len(test) * (1 + 7 * test.endswith("*")) for test in element)


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
    >>> from themes.codebook import Cue
    >>> matcher = CueMatcher([("cost", [Cue("fee* & doubl*", unless=("bank",))]), ("bank", [Cue("bank*")])])
    >>> [(hit.start, hit.end, hit.suppressed) for hit in matcher.find("the fee had doubled".split())]
    [(1, 4, False)]
    >>> [(hit.owner, hit.suppressed) for hit in matcher.find("the bank doubled its fees".split())]
    [('cost', True), ('bank', False)]
    """

    def __init__(self, groups: Sequence[tuple[str, Sequence[Cue]]]) -> None:
        self._cues = [(owner, cue) for owner, cues in groups for cue in cues]
        self._parts = [parse(cue.pattern) for _, cue in self._cues]
        self._numbers: dict[frozenset[str], int] = {}
        self._literals: dict[str, list[int]] = {}
        self._stems: dict[str, list[int]] = {}
        self._entries: list[_Entry] = []
        self._called: dict[int, list[int]] = {}
        self._known: dict[str, _Known] = {}
        for index, parts in enumerate(self._parts):
            self._add(index, parts)
        self._lengths = sorted({len(stem) for stem in self._stems})

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

    def _add(self, index: int, parts: tuple[tuple[Variant, ...], ...]) -> None:
        # A phrase that has only one form rules the whole cue out as early as its own elements do.
        shared: set[int] = set()
        for variants in parts:
            if len(variants) == 1:
                shared.update(self._number(test) for test, _ in variants[0])
        for part, variants in enumerate(parts):
            for variant in variants:
                numbers = [self._number(test) for test, _ in variant]
                telling = min((_commonness(test), at) for at, (test, _) in enumerate(variant))[1]
                before = [(numbers[at - 1], variant[at][1]) for at in range(telling, 0, -1)]
                after = [(numbers[at], variant[at][1]) for at in range(telling + 1, len(numbers))]
                needs = frozenset((*numbers, *shared))
                self._called.setdefault(numbers[telling], []).append(len(self._entries))
                self._entries.append(_Entry(index, part, needs, tuple(before), tuple(after)))

    def _number(self, element: frozenset[str]) -> int:
        if element not in self._numbers:
            number = self._numbers[element] = len(self._numbers)
            for test in element:
                if test.endswith("*"):
                    self._stems.setdefault(test[:-1], []).append(number)
                else:
                    self._literals.setdefault(test, []).append(number)
        return self._numbers[element]

    def _look(self, word: str) -> _Known:
        met = set(self._literals.get(word, ()))
        if word.endswith("'s"):
            met.update(self._literals.get(word[:-2], ()))
        if word == "cannot" or word.endswith("n't"):
            met.update(self._literals.get("not", ()))
        if word and not word.strip("#"):
            met.update(self._literals.get("#", ()))
        for length in self._lengths:
            if length > len(word):
                break
            met.update(self._stems.get(word[:length], ()))
        known = _UNKNOWN
        if met:
            entries = [entry for element in sorted(met) for entry in self._called.get(element, ())]
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
            The words of the sentence, as :func:`themes.words.words` gives them.

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
                if self._entries[number].needs <= present:
                    called.setdefault(number, []).append(positions)
        found: dict[int, dict[int, tuple[int, int]]] = {}
        for number, lists in called.items():
            entry = self._entries[number]
            span = entry.first(merge(*lists), seen)
            if span is not None:
                spans = found.setdefault(entry.cue, {})
                spans[entry.part] = min(span, spans.get(entry.part, span))
        return self._hits(found)

    def _hits(self, found: dict[int, dict[int, tuple[int, int]]]) -> list[Hit]:
        whole = sorted(index for index in found if len(found[index]) == len(self._parts[index]))
        owners = {self._cues[index][0] for index in whole}
        hits = []
        for index in whole:
            (owner, cue), spans = self._cues[index], tuple(span for _, span in sorted(found[index].items()))
            silenced = not owners.isdisjoint(cue.unless) or (bool(cue.near) and owners.isdisjoint(cue.near))
            start, end = min(span[0] for span in spans), max(span[1] for span in spans)
            hits.append(Hit(owner, cue.pattern, index, start, end, silenced, spans))
        return hits
