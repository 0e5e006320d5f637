"""Near-copies: sentences that say the same in nearly the same words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from math import ceil

from themes.text.words import words

SHINGLE = 3
"""Length, in words, of the runs by which sentences are compared."""

ALIKE = 0.5
"""Share of runs (Jaccard) from which two sentences are near-copies."""

_ROUNDING = 1e-9


def shingles(text: str, length: int = SHINGLE) -> frozenset[tuple[str, ...]]:
    """Give the runs of `length` words of a text; of a shorter text, its words as one run.

    Parameters
    ----------
    text : str
        A sentence.
    length : int
        Words in a run.

    Returns
    -------
    frozenset of tuple of str

    Examples
    --------
    >>> sorted(shingles("No bread, no fuel"))
    [('bread', 'no', 'fuel'), ('no', 'bread', 'no')]
    """
    return frozenset(_runs(text, length))


def _runs(text: str, length: int) -> list[tuple[str, ...]]:
    found = words(text)
    if len(found) <= length:
        return [tuple(found)] if found else []
    return [tuple(found[i : i + length]) for i in range(len(found) - length + 1)]


def near_copies(texts: Sequence[str], alike: float = ALIKE) -> Iterator[tuple[int, int, float]]:
    """Find pairs of near-copies.

    Two texts are near-copies when the Jaccard index of their sets of three-word runs is at least
    `alike`, and they share a run at all. The search is exact: of two sets so alike, the rarest runs of
    one, ``n - ceil(alike n) + 1`` of its `n`, always hold a run that is among those of the other.

    Parameters
    ----------
    texts : sequence of str
        Sentences.
    alike : float
        Least index, between 0 and 1.

    Yields
    ------
    (int, int, float)
        Positions ``i < j`` and their index, ordered by ``j``, then ``i``.
    """
    sets = [shingles(text) for text in texts]
    support = Counter(run for runs in sets for run in runs)
    seen: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for j, mine in enumerate(sets):
        rarest = sorted(mine, key=lambda run: (support[run], run))
        candidates: set[int] = set()
        for run in rarest[: len(mine) - max(ceil(alike * len(mine) - _ROUNDING), 1) + 1]:
            candidates.update(seen[run])
            seen[run].append(j)
        for i in sorted(candidates):
            shared = len(mine & sets[i])
            index = shared / (len(mine) + len(sets[i]) - shared)
            if index >= alike:
                yield i, j, index


def shared_runs(left: Sequence[str], right: Sequence[str], length: int = 6) -> Iterator[tuple[int, int, str]]:
    """Find runs of words that a text on the left shares with one on the right.

    Parameters
    ----------
    left, right : sequence of str
        Sentences.
    length : int
        Words in a run.

    Yields
    ------
    (int, int, str)
        Position on the left, that of the first text on the right with the run, and the first run shared;
        one a text on the left.
    """
    index: dict[tuple[str, ...], int] = {}
    for number, text in enumerate(right):
        for run in _runs(text, length):
            if len(run) == length:
                index.setdefault(run, number)
    for number, text in enumerate(left):
        for run in _runs(text, length):
            if run in index:
                yield number, index[run], " ".join(run)
                break


def groups(documents: Sequence[Hashable], texts: Sequence[str], alike: float = ALIKE) -> list[int]:
    """Number the groups that folds may not split: documents, joined where they share near-copies.

    Parameters
    ----------
    documents : sequence of hashable
        The document of each sentence.
    texts : sequence of str
        The sentences.
    alike : float
        As in `near_copies`.

    Returns
    -------
    list of int
        A group number for each sentence, from 0 in order of appearance.

    Examples
    --------
    >>> groups(["a", "a", "b", "c"], ["One two three.", "Four.", "one, two, three", "Five."])
    [0, 0, 0, 1]
    """
    parent: dict[Hashable, Hashable] = {document: document for document in documents}

    def root(document: Hashable) -> Hashable:
        while parent[document] != document:
            parent[document] = parent[parent[document]]
            document = parent[document]
        return document

    # Texts with the same runs are joined directly, lest a much repeated one be compared with itself.
    first: dict[frozenset[tuple[str, ...]], int] = {}
    for place, text in enumerate(texts):
        if runs := shingles(text):
            parent[root(documents[place])] = root(documents[first.setdefault(runs, place)])
    places = list(first.values())
    for i, j, _ in near_copies([texts[place] for place in places], alike):
        parent[root(documents[places[j]])] = root(documents[places[i]])
    numbers: dict[Hashable, int] = {}
    return [numbers.setdefault(root(document), len(numbers)) for document in documents]
