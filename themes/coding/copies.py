"""Copies: coded sentences that stand twice, or nearly, counted without comparing each with each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from heapq import merge

from themes.coding.labels import Label
from themes.text.near import near_copies, shingles
from themes.text.words import words

_LISTED = 5

_Pair = tuple[Label, Label]


@dataclass(slots=True)
class Pairs:
    """How many pairs there are, and the first few of them.

    Attributes
    ----------
    count : int
        All pairs.
    first : list of (Label, Label)
        At most five, the earlier row in front, ordered by the later row.
    """

    count: int = 0
    first: list[_Pair] = field(default_factory=list)

    def add(self, count: int, later: Label, earlier: Iterable[Label]) -> None:
        """Count a row's pairs with earlier ones; these are gone through only while pairs are listed."""
        self.count += count
        if count and len(self.first) < _LISTED:
            room = _LISTED - len(self.first)
            self.first += [(label, later) for label, _ in zip(earlier, range(room), strict=False)]


@dataclass(frozen=True, slots=True)
class Copies:
    """The copies among coded sentences.

    Attributes
    ----------
    same : Pairs
        Sentences of the same words.
    across, documents : Pairs
        Near-copies (see `themes.text.near.near_copies`) in two sources, and in two documents of one source.
    clashes : list of (Label, Label)
        Each row whose words stood before with other themes, behind the first such row.
    """

    same: Pairs = field(default_factory=Pairs)
    across: Pairs = field(default_factory=Pairs)
    documents: Pairs = field(default_factory=Pairs)
    clashes: list[_Pair] = field(default_factory=list)


def find_copies(labels: Sequence[Label]) -> Copies:
    """Find copies and near-copies.

    Rows with the same runs of words are counted together, so that a sentence that stands thousands of
    times costs no more than thousands of sentences.

    Parameters
    ----------
    labels : sequence of Label
        Coded sentences.

    Returns
    -------
    Copies
    """
    copies = Copies()
    _find_same(labels, copies)
    _find_near(labels, copies)
    return copies


def _find_same(labels: Sequence[Label], copies: Copies) -> None:
    met: dict[tuple[str, ...], list[Label]] = defaultdict(list)
    codes: dict[tuple[str, ...], dict[frozenset[str], Label]] = defaultdict(dict)
    for label in labels:
        found, themes = tuple(words(label.sentence)), frozenset(label.themes)
        if not found:
            continue
        copies.same.add(len(met[found]), label, met[found])
        met[found].append(label)
        other = next((first for given, first in codes[found].items() if given != themes), None)
        if other is not None:
            copies.clashes.append((other, label))
        codes[found].setdefault(themes, label)


def _find_near(labels: Sequence[Label], copies: Copies) -> None:
    number: dict[frozenset[tuple[str, ...]], int] = {}
    kinds = [number.setdefault(shingles(label.sentence), len(number)) for label in labels]
    one_each = {kind: label.sentence for kind, label in zip(kinds, labels, strict=True)}
    kin = {kind: [kind] if words(text) else [] for kind, text in one_each.items()}
    for i, j, _ in near_copies([one_each[kind] for kind in range(len(number))]):
        kin[i].append(j)
        kin[j].append(i)
    rows: dict[int, list[int]] = {kind: [] for kind in one_each}
    of_kind: Counter[int] = Counter()
    of_source: Counter[tuple[int, str]] = Counter()
    of_document: Counter[tuple[int, str, str]] = Counter()
    for place, (kind, label) in enumerate(zip(kinds, labels, strict=True)):
        source, document = label.source, label.document
        everywhere = sum(of_kind[k] for k in kin[kind])
        here = sum(of_source[k, source] for k in kin[kind])
        within = sum(of_document[k, source, document] for k in kin[kind])
        near = [rows[k] for k in kin[kind]]
        copies.across.add(everywhere - here, label, _those(labels, near, _in_another_source(label)))
        copies.documents.add(here - within, label, _those(labels, near, _in_another_document(label)))
        rows[kind].append(place)
        of_kind[kind] += 1
        of_source[kind, source] += 1
        of_document[kind, source, document] += 1


def _those(
    labels: Sequence[Label], near: Sequence[Sequence[int]], wanted: Callable[[Label], bool]
) -> Iterable[Label]:
    return (labels[place] for place in merge(*near) if wanted(labels[place]))


def _in_another_source(label: Label) -> Callable[[Label], bool]:
    return lambda other: other.source != label.source


def _in_another_document(label: Label) -> Callable[[Label], bool]:
    return lambda other: other.source == label.source and other.document != label.document
