"""Weights: what a model listens to, theme by theme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from themes.coding.lexicon import Lexicon
from themes.coding.matcher import CueMatcher
from themes.scoring.features import length_scale, marks, text_features
from themes.scoring.model import Model
from themes.text.words import words

_LETTERS = "c"
_SCALED = "wpc"


class Weight(NamedTuple):
    """A feature as a reader knows it, and what one occurrence of it adds to the log-odds."""

    term: str
    kind: str
    value: float


class Weights(NamedTuple):
    """What a model listens to for a theme.

    Attributes
    ----------
    length : int
        Words of the sentence for which the weights are given: the median of the sentences.
    above, below : list of Weight
        What speaks most for the theme and most against it, letter runs left out.
    letters : float or None
        The share of letter runs in all that the features of the sentences add to or take from the
        log-odds, each taken without its sign; None where that is nothing.
    """

    length: int
    above: list[Weight]
    below: list[Weight]
    letters: float | None


def weightiest(model: Model, sentences: Sequence[str], most: int = 12) -> dict[str, Weights]:
    """List the weightiest features of each theme.

    Parameters
    ----------
    model : Model
        The model.
    sentences : sequence of str
        At least one; their middling length scales the weights of words.
    most : int
        Features for, and as many against.

    Returns
    -------
    dict of str to Weights
        By theme.
    """
    length = int(np.median([len(words(sentence)) for sentence in sentences]))
    weights = model.coefficients * model.idf[:, None]
    scale = np.array([length_scale(length) if name[0] in _SCALED else 1.0 for name in model.vocabulary])
    shown = [row for row, name in enumerate(model.vocabulary) if name[0] != _LETTERS]
    letters = _letters(model, weights, sentences)
    found = {}
    for theme, key in enumerate(model.keys):
        column = weights[:, theme] * scale
        order = sorted(shown, key=lambda row: (-column[row], model.vocabulary[row]))
        above, below = (
            [
                Weight(*_named(model.vocabulary[row]), float(column[row]))
                for row in rows
                if sign * column[row] > 0
            ]
            for sign, rows in ((1, order[:most]), (-1, order[: -most - 1 : -1]))
        )
        found[key] = Weights(length, above, below, letters[theme])
    return found


def _letters(model: Model, weights: NDArray[np.float64], sentences: Sequence[str]) -> list[float | None]:
    place = {name: row for row, name in enumerate(model.vocabulary)}
    matcher, lexicon = CueMatcher.from_data(model.cues), Lexicon.from_data(model.classes)
    runs, total = np.zeros(len(model.keys)), np.zeros(len(model.keys))
    for sentence in sentences:
        found = words(sentence)
        for name in text_features(sentence) + marks(found, matcher, lexicon):
            if name in place:
                scale = length_scale(len(found)) if name[0] in _SCALED else 1.0
                size = np.abs(weights[place[name]]) * scale
                total += size
                runs += size * (name[0] == _LETTERS)
    return [float(part / whole) if whole else None for part, whole in zip(runs, total, strict=True)]


def _named(feature: str) -> tuple[str, str]:
    """Say what a feature is (see `themes.scoring.features`)."""
    kind, rest = feature[0], feature[2:]
    if kind == "w":
        return rest, "stem"
    if kind == "p":
        return rest, "pair of stems"
    if kind == "k":
        return rest, "class of words"
    if rest.startswith("~"):
        return rest[1:], "cue that a condition silences"
    owner, _, cue = rest.partition(":")
    return (cue, f"cue of {owner}") if cue else (owner, "any of its cues")
