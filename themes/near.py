"""Near-copies: sentences that say the same in nearly the same words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence

from themes.words import words

SHINGLE = 3
"""Length, in words, of the runs by which sentences are compared."""

ALIKE = 0.5
"""Share of runs (Jaccard) from which two sentences are near-copies."""

_COMMON = 200


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
    found = words(text)
    if len(found) <= length:
        return frozenset([tuple(found)] if found else [])
    return frozenset(tuple(found[i : i + length]) for i in range(len(found) - length + 1))


def near_copies(texts: Sequence[str], alike: float = ALIKE) -> Iterator[tuple[int, int, float]]:
    """Find pairs of near-copies.

    Two texts are near-copies when the Jaccard index of their sets of three-word runs is at least
    `alike`. Runs that more than 200 texts share are passed over in the search.

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
    seen: dict[tuple[str, ...], list[int]] = defaultdict(list)
    sets: list[frozenset[tuple[str, ...]]] = []
    for j, text in enumerate(texts):
        mine = shingles(text)
        shared: dict[int, int] = defaultdict(int)
        for run in mine:
            with_run = seen[run]
            if len(with_run) <= _COMMON:
                for i in with_run:
                    shared[i] += 1
                with_run.append(j)
        for i in sorted(shared):
            index = shared[i] / (len(mine) + len(sets[i]) - shared[i])
            if index >= alike:
                yield i, j, index
        sets.append(mine)


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
        Position on the left, position on the right, the first run shared.
    """
    index: dict[tuple[str, ...], int] = {}
    for number, text in enumerate(right):
        for run in shingles(text, length):
            if len(run) == length:
                index.setdefault(run, number)
    for number, text in enumerate(left):
        for run in sorted(shingles(text, length)):
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

    for i, j, _ in near_copies(texts, alike):
        parent[root(documents[j])] = root(documents[i])
    numbers: dict[Hashable, int] = {}
    return [numbers.setdefault(root(document), len(numbers)) for document in documents]
