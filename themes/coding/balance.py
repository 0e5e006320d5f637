"""Balance: properties of coded sentences by which a model could cheat, such as length, tense or author."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from themes.coding.labels import Label
from themes.text.words import words

ERROR, WARNING, NOTE = "error", "warning", "note"

JUDGE = 20
"""Real examples below which a theme's figures carry no claim."""

CONFOUNDED = 0.15
"""Distance of an area under the ROC curve from 0.5 from which a theme is confounded with a property."""

LONGER = 4.0
"""Difference in mean length, in words, between coded and uncoded sentences from which it is reported."""

PAST = 0.15
"""Difference in the share of sentences in the past tense from which it is reported."""

FRAME, FRAMES = 3, 10
"""Words that make an opening, and how many sentences may share one."""

_SHUFFLES = 20
_PAST_WORDS = frozenset({"was", "were", "had", "did", "didn't", "wasn't", "weren't", "hadn't"})


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found.

    Attributes
    ----------
    level : str
        ``error``, ``warning`` or ``note``.
    message : str
        What, where, and what to do.
    """

    level: str
    message: str


def balance(labels: Sequence[Label], keys: Sequence[str]) -> Iterator[Finding]:
    """Look for properties that go with the codes and have nothing to do with what a sentence says.

    Parameters
    ----------
    labels : sequence of Label
        The rows.
    keys : sequence of str
        The themes.

    Yields
    ------
    Finding
        Warnings where a property tells too much, notes where it does not.
    """
    yield from _confounds(labels, keys)
    authored = [label for label in labels if not label.held_out]
    if any(label.themes for label in authored) and not all(label.themes for label in authored):
        yield from _evenness(authored)
        yield from _frames(authored)


def _evenness(labels: Sequence[Label]) -> Iterator[Finding]:
    coded = [words(label.sentence) for label in labels if label.themes]
    other = [words(label.sentence) for label in labels if not label.themes]
    lengths = [float(np.mean([len(found) for found in part])) for part in (coded, other)]
    level = WARNING if abs(lengths[0] - lengths[1]) >= LONGER else NOTE
    yield Finding(
        level,
        f"authored: {lengths[0]:.1f} words in a coded sentence, {lengths[1]:.1f} in one without",
    )
    past = [float(np.mean([_is_past(found) for found in part])) for part in (coded, other)]
    level = WARNING if abs(past[0] - past[1]) >= PAST else NOTE
    yield Finding(
        level,
        f"authored: {100 * past[0]:.0f} % of coded sentences look past tense, "
        f"{100 * past[1]:.0f} % of those without a theme",
    )


def _is_past(found: Sequence[str]) -> bool:
    return any(word in _PAST_WORDS or (len(word) > 4 and word.endswith("ed")) for word in found)


def _frames(labels: Sequence[Label]) -> Iterator[Finding]:
    frames = Counter(frame for label in labels if len(frame := tuple(words(label.sentence)[:FRAME])) == FRAME)
    coded = Counter(tuple(words(label.sentence)[:FRAME]) for label in labels if label.themes)
    common = [(frame, count) for frame, count in frames.most_common() if count > FRAMES]
    for frame, count in common:
        share = coded[frame] / count
        level = WARNING if share <= 0.1 or share >= 0.9 else NOTE
        yield Finding(
            level,
            f"authored: {count} sentences open with {' '.join(frame)!r}, {100 * share:.0f} % of them coded",
        )
    if not common:
        yield Finding(NOTE, f"authored: no opening of {FRAME} words stands in more than {FRAMES} sentences")


def _confounds(labels: Sequence[Label], keys: Sequence[str]) -> Iterator[Finding]:
    for source in dict.fromkeys(label.source for label in labels):
        mine = [label for label in labels if label.source == source]
        for key in keys:
            truth = np.array([key in label.themes for label in mine])
            if truth.all() or truth.sum() < JUDGE:
                continue
            for what, area in _areas(mine, truth):
                level = WARNING if abs(area - 0.5) >= CONFOUNDED else NOTE
                verdict = "goes with" if level == WARNING else "hardly goes with"
                yield Finding(
                    level, f"{source}: {key} {verdict} {what} alone (area under the curve {area:.2f})"
                )


def _areas(labels: Sequence[Label], truth: NDArray[np.bool_]) -> Iterator[tuple[str, float]]:
    """Give how far each property of the rows of one source tells which have a theme."""
    lengths = np.array([len(words(label.sentence)) for label in labels], dtype=float)
    yield "length", area_under_curve(truth, lengths)
    documents = [label.document for label in labels]
    if not labels[0].held_out:
        yield "who wrote it", _area_of_authors(documents, truth)
        return
    last: Counter[str] = Counter()
    for label in labels:
        last[label.document] = max(last[label.document], label.index)
    places = np.array([label.index / max(last[label.document], 1) for label in labels])
    yield "position in the document", area_under_curve(truth, places)


def _area_of_authors(authors: Sequence[str], truth: NDArray[np.bool_]) -> float:
    """Give the area under the curve of guessing by each author's share of the theme.

    A share counts the row itself, so shuffled codes too come out above 0.5; that surplus is taken off.
    """
    names, place = np.unique(np.asarray(authors, dtype=str), return_inverse=True)

    def area(codes: NDArray[np.bool_]) -> float:
        shares = np.bincount(place, codes, len(names)) / np.bincount(place, minlength=len(names))
        return area_under_curve(codes, shares[place])

    rng = np.random.default_rng(0)
    surplus = float(np.mean([area(rng.permutation(truth)) for _ in range(_SHUFFLES)])) - 0.5
    return area(truth) - surplus


def area_under_curve(truth: NDArray[np.bool_], values: NDArray[np.float64]) -> float:
    """Give the chance that a row with the theme has the higher value, equal values counting half.

    Parameters
    ----------
    truth : ndarray of bool, shape (n,)
        Which rows have the theme; at least one has and one has not.
    values : ndarray, shape (n,)
        A property of the rows.

    Returns
    -------
    float
        Between 0 and 1; 0.5 is chance.

    Examples
    --------
    >>> area_under_curve(np.array([True, False, False]), np.array([2.0, 1.0, 2.0]))
    0.75
    """
    positive, negative = values[truth], np.sort(values[~truth])
    below = np.searchsorted(negative, positive, side="left")
    upto = np.searchsorted(negative, positive, side="right")
    return float((below + upto).sum() / 2 / len(positive) / len(negative))
