"""Scoring: from a sentence to each theme's logit, and what each word and cue added to it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from themes.coding.lexicon import Lexicon
from themes.coding.matcher import CueMatcher, Hit, Mention
from themes.scoring.features import cue_features, length_scale, pair_feature, word_features
from themes.scoring.model import Model
from themes.text.words import normalise, word_spans, words

_MOST_WORDS = 1 << 14
_MANY_ASKED = 5000


@dataclass(frozen=True, slots=True)
class Term:
    """What one part of a sentence added to the logits.

    Attributes
    ----------
    kind : str
        ``word`` (stem and letter runs together), ``pair`` of neighbouring stems, ``cue``, or ``class``
        of words.
    term : str
        The word in normalised form, the two stems, or the cue phrase with its owner in front, the class.
    places : list of (int, int)
        Where it stands: character offsets in the text scored.
    contributions : ndarray, shape (themes,)
        Added to each theme's logit, over all the term's occurrences.
    """

    kind: str
    term: str
    places: list[tuple[int, int]]
    contributions: NDArray[np.float64]


class Scorer:
    """Score sentences with a model one at a time, and explain their scores.

    `themes.scoring.batch` scores many at once.

    Parameters
    ----------
    model : Model
        The trained model.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.matcher = CueMatcher.from_data(model.cues)
        self.lexicon = Lexicon.from_data(model.classes)
        self._place = _Places(model.vocabulary)
        self.weights = model.coefficients * model.idf[:, None]
        self._themes = len(model.keys)
        self._known_vector = lru_cache(maxsize=_MOST_WORDS)(self.word_vector)

    def logits(self, text: str) -> NDArray[np.float64]:
        """Give each theme's logit for a sentence.

        Parameters
        ----------
        text : str
            A sentence, or any text taken as one unit.

        Returns
        -------
        ndarray, shape (themes,)
        """
        found = words(text)
        total = add_up(np.array(list(map(self._known_vector, found))).reshape(-1, self._themes))
        total = total + self._sum(list(map(pair_feature, found, found[1:])))
        total = total * length_scale(len(found)) + self.model.intercepts
        mentions = self.matcher.find(found)
        if mentions:
            total = total + self.cue_sum(mentions)
        return total + self.class_sum(found)

    def cue_sum(self, mentions: Sequence[Mention]) -> NDArray[np.float64]:
        """Sum what the cues that stand in a sentence add to each theme's logit."""
        return self._sum(cue_features(mentions))

    def class_sum(self, found: Sequence[str]) -> NDArray[np.float64]:
        """Sum what the classes of a sentence's words add to each theme's logit."""
        return self._sum([f"k:{key}" for key in self.lexicon.find(found)])

    def pairs(self) -> list[tuple[str, int]]:
        """List the pairs of stems that the model knows, each with its row in the weights."""
        vocabulary = self.model.vocabulary
        first, behind = bisect_left(vocabulary, "p:"), bisect_left(vocabulary, "p;")
        return [(vocabulary[row][2:], row) for row in range(first, behind)]

    def explain(self, text: str) -> list[Term]:
        """Part a sentence's logits into what its words, pairs and cues added.

        Parameters
        ----------
        text : str
            A sentence.

        Returns
        -------
        list of Term
            In order of first occurrence: words, pairs, cues, classes. With the intercepts their contributions
            sum to the logits; terms that the model does not know are left out, for they add 0.
        """
        spans = word_spans(text)
        found = [normalise(text[start:end]) for start, end in spans]
        scale = length_scale(len(found))

        def place(start: int, end: int) -> tuple[int, int]:
            return spans[start][0], spans[end - 1][1]

        terms = []
        for word, at in _positions(found).items():
            vector = self.word_vector(word) * (len(at) * scale)
            terms.append(Term("word", word, [place(i, i + 1) for i in at], vector))
        for feature, at in _positions(list(map(pair_feature, found, found[1:]))).items():
            vector = self.weight(feature) * (len(at) * scale)
            terms.append(Term("pair", feature[2:], [place(i, i + 2) for i in at], vector))
        for name, hit, vector in self._cue_shares(self.matcher.find(found)):
            terms.append(Term("cue", name, [place(*span) for span in hit.spans], vector))
        for key, reaches in self.lexicon.places(found).items():
            terms.append(Term("class", key, [place(*reach) for reach in reaches], self.weight(f"k:{key}")))
        return [term for term in terms if term.contributions.any()]

    def _cue_shares(self, hits: list[Hit]) -> Iterator[tuple[str, Hit, NDArray[np.float64]]]:
        """Give each cue its own weight and an even share of what its owner's cues have in common."""
        for silenced in (False, True):
            by_owner: dict[str, list[Hit]] = {}
            for hit in hits:
                if hit.suppressed is silenced:
                    by_owner.setdefault(hit.owner, []).append(hit)
            for owner, mine in by_owner.items():
                common = self.weight(f"q:~{owner}" if silenced else f"q:{owner}") / len(mine)
                for hit in mine:
                    own = 0.0 if silenced else self.weight(f"q:{owner}:{hit.pattern}")
                    name = f"{owner}: {hit.pattern}" + (" (silenced)" if silenced else "")
                    yield name, hit, common + own

    def weight(self, feature: str) -> NDArray[np.float64]:
        """Give what a feature adds to each theme's logit, before any scaling; 0 for an unknown one."""
        row = self.row(feature)
        return np.zeros(self._themes) if row < 0 else self.weights[row]

    def row(self, feature: str) -> int:
        """Give a feature's row in the weights; -1 for an unknown one."""
        row = self._place.get(feature)
        return -1 if row is None else row

    def word_vector(self, word: str) -> NDArray[np.float64]:
        """Sum what a word's stem and letter runs add, before the sentence's length is taken into account."""
        return self._sum(word_features(word))

    def _sum(self, features: Sequence[str]) -> NDArray[np.float64]:
        rows = [row for row in map(self._place.get, features) if row is not None]
        return add_up(self.weights[rows])


def add_up(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Add up rows one by one from first to last, as `themes.scoring.lists.sums` does."""
    return np.add.accumulate(rows)[-1] if len(rows) else np.zeros(rows.shape[1])


class _Places:
    """Where each feature stands in the sorted vocabulary.

    A short text asks for few features, and a search finds them sooner than a dictionary of all of them is
    built; a long one gets the dictionary.
    """

    def __init__(self, vocabulary: list[str]) -> None:
        self._vocabulary = vocabulary
        self._asked = 0
        self.get: Callable[[str], int | None] = self._search

    def _search(self, feature: str) -> int | None:
        self._asked += 1
        if self._asked > _MANY_ASKED:
            self.get = dict(zip(self._vocabulary, range(len(self._vocabulary)), strict=True)).get
        row = bisect_left(self._vocabulary, feature)
        return row if row < len(self._vocabulary) and self._vocabulary[row] == feature else None


def _positions(items: list[str]) -> dict[str, list[int]]:
    positions: dict[str, list[int]] = {}
    for at, item in enumerate(items):
        positions.setdefault(item, []).append(at)
    return positions


def probabilities(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn logits into probabilities, ``1 / (1 + exp(-logit))``.

    Parameters
    ----------
    logits : ndarray
        Of any shape.

    Returns
    -------
    ndarray of the same shape
        Between 0 and 1.

    Examples
    --------
    >>> probabilities(np.array([0.0, -800.0])).tolist()
    [0.5, 0.0]
    """
    small = np.exp(-np.abs(logits))
    result: NDArray[np.float64] = np.where(logits >= 0, 1 / (1 + small), small / (1 + small))
    return result
