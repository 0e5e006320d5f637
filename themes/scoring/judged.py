"""Judged: the units of documents with their probabilities and themes, as arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from themes.scoring.results import Result
from themes.scoring.scored import Numbers, Scored, with_units
from themes.scoring.scorer import probabilities


@dataclass(eq=False, frozen=True, slots=True)
class Judged:
    """A group of documents with what is found of each of their units.

    Attributes
    ----------
    keys : sequence of str
        The themes.
    units : Scored
        The documents and their units; of whole documents, each is its own unit.
    scores : ndarray, shape (units, themes)
        The units' probabilities.
    marks : ndarray of bool, shape (units, themes)
        Which themes they are given.
    group : Scored
        What was scored: for whole documents, their sentences, else `units`.
    counts : ndarray of int64, shape (units, themes), optional
        For whole documents: how many sentences have each theme.
    """

    keys: Sequence[str]
    units: Scored
    scores: NDArray[np.float64]
    marks: NDArray[np.bool_]
    group: Scored
    counts: Numbers | None = None

    @property
    def sentences(self) -> Numbers:
        """How many sentences, or units as they are scored, each document has."""
        return np.diff(self.group.ends)

    def found(self) -> dict[str, int]:
        """Count the sentences, or units as they are scored, that have each theme."""
        counts = self.marks if self.counts is None else self.counts
        return dict(zip(self.keys, counts.sum(axis=0).tolist(), strict=True))

    def chosen(self, *, only_coded: bool) -> Numbers:
        """Number all units, or those that have a theme."""
        return np.flatnonzero(self.marks.any(axis=1)) if only_coded else np.arange(len(self.marks))

    def places(self, chosen: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Tell where units stand.

        Parameters
        ----------
        chosen : ndarray of int64, shape (n,)
            Their numbers.

        Returns
        -------
        homes, indexes : ndarray of int64, shape (n,)
            The number of each one's document, and its own number in that document.
        spans : ndarray of int64, shape (n, 2)
            Start and end in the document's text.
        """
        homes = np.searchsorted(self.units.ends, chosen, side="right") - 1
        spans = self.units.spans[chosen] - self.units.offsets[homes, None]
        return homes, chosen - self.units.ends[homes], spans

    def results(self, chosen: Numbers) -> Iterator[Result]:
        """Give units one by one.

        Parameters
        ----------
        chosen : ndarray of int64
            Their numbers.

        Yields
        ------
        Result
            Without an explanation.
        """
        counts, sentences = self.counts, self.sentences
        rows = (chosen, *self.places(chosen), self.scores[chosen], self.marks[chosen])
        for unit, home, index, (start, end), scores, marks in zip(
            *(row.tolist() for row in rows), strict=True
        ):
            document = self.units.documents[home]
            yield Result(
                document=document.name,
                index=index,
                start=start,
                end=end,
                text=document.text[start:end],
                themes=list(compress(self.keys, marks)),
                probabilities=dict(zip(self.keys, scores, strict=True)),
                counts=None if counts is None else dict(zip(self.keys, counts[unit].tolist(), strict=True)),
                sentences=None if counts is None else int(sentences[unit]),
                metadata=document.metadata,
            )


def judge(group: Scored, keys: Sequence[str], thresholds: NDArray[np.float64], unit: str) -> Judged:
    """Turn logits into probabilities and themes.

    Parameters
    ----------
    group : Scored
        Documents with their units' logits; for whole documents, with those of their sentences.
    keys : sequence of str
        The themes.
    thresholds : ndarray, shape (themes,)
        The least probability of each theme that is given.
    unit : {"sentence", "line", "document"}
        What gets themes. A document has every theme that one of its sentences has, and as its probability
        that of its likeliest sentence; 0 where it has no sentence.

    Returns
    -------
    Judged
    """
    scores = probabilities(group.logits)
    marks = scores >= thresholds
    if unit != "document":
        return Judged(keys, group, scores, marks, group)
    number = len(group.documents)
    best = np.full((number, len(keys)), -np.inf)
    counts = np.zeros((number, len(keys)), dtype=np.int64)
    filled = np.flatnonzero(np.diff(group.ends))
    if len(filled):
        firsts = group.ends[filled]
        best[filled] = np.maximum.reduceat(group.logits, firsts, axis=0)
        counts[filled] = np.add.reduceat(marks, firsts, axis=0, dtype=np.int64)
    spans = np.stack([group.offsets[:-1], group.offsets[1:]], axis=1)
    units = with_units(group, spans, np.arange(number + 1), best)
    return Judged(keys, units, probabilities(best), counts > 0, group, counts)
