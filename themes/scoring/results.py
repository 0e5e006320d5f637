"""Results: what is found of a unit of text, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Reason:
    """One term and what it added to a theme's logit.

    Attributes
    ----------
    kind : str
        ``word``, ``pair``, ``cue`` or ``class``.
    term : str
        As in `themes.scoring.scorer.Term`.
    contribution : float
        Logits.
    words : str
        The words of the text that it stands on, parts that do not adjoin joined by ``...``.
    places : list of (int, int)
        Where they stand: character offsets in the unit explained.
    """

    kind: str
    term: str
    contribution: float
    words: str
    places: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a theme has its probability: ``intercept + sum of terms + rest`` is the logit.

    Attributes
    ----------
    logit, intercept : float
        The score, and the score of a sentence of unknown words.
    terms : list of Reason
        The weightiest, by size.
    rest : float
        What the terms that are not listed add together.
    sentence : int or None
        For a whole document, the index of the sentence explained, which is its likeliest.
    """

    logit: float
    intercept: float
    terms: list[Reason]
    rest: float
    sentence: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A unit of text and its themes.

    Attributes
    ----------
    document : str
        The document's name.
    index, start, end : int
        Number in the document and character offsets; ``text[start:end]`` of the document is `text`.
    text : str
        The unit.
    themes : list of str
        Keys of the themes given, in the codebook's order.
    probabilities : dict of str to float
        For every theme.
    explanation : dict of str to Explanation, optional
        For every theme, where asked for.
    counts : dict of str to int, optional
        For a whole document: how many of its sentences have each theme.
    sentences : int, optional
        For a whole document: how many sentences it has.
    metadata : mapping
        Other columns of the row that the document came from.
    """

    document: str
    index: int
    start: int
    end: int
    text: str
    themes: list[str]
    probabilities: dict[str, float]
    explanation: dict[str, Explanation] | None = None
    counts: dict[str, int] | None = None
    sentences: int | None = None
    metadata: Mapping[str, Any] | None = None
