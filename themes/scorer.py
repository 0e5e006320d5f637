"""Scoring: from a sentence to each theme's logit, and what each word and cue added to it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from themes.features import length_scale, marks, pair_feature, word_features
from themes.lexicon import Lexicon
from themes.matcher import CueMatcher, Hit
from themes.model import Model
from themes.words import words

_MOST_WORDS = 1 << 17


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
    contributions : ndarray, shape (themes,)
        Added to each theme's logit, over all the term's occurrences.
    """

    kind: str
    term: str
    contributions: NDArray[np.float64]


class Scorer:
    """Score sentences with a model; what depends on a word alone is worked out once per word.

    Parameters
    ----------
    model : Model
        The trained model.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._matcher = CueMatcher.from_data(model.cues)
        self._lexicon = Lexicon.from_data(model.classes)
        self._place = {feature: row for row, feature in enumerate(model.vocabulary)}
        self._weights = model.coefficients * model.idf[:, None]
        self._themes = len(model.keys)
        self._row: dict[str, int] = {}
        self._table = np.zeros((1024, self._themes))

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
        total = self._table_sum(found)
        pairs = [row for row in map(self._pair_row, found, found[1:]) if row >= 0]
        if pairs:
            total = total + self._weights[pairs].sum(axis=0)
        total = total * length_scale(len(found)) + self.model.intercepts
        rows = [self._place.get(feature, -1) for feature in marks(found, self._matcher, self._lexicon)]
        rows = [row for row in rows if row >= 0]
        if rows:
            total = total + self._weights[rows].sum(axis=0)
        return total

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
        found = words(text)
        scale = length_scale(len(found))
        terms = []
        for word, count in Counter(found).items():
            terms.append(Term("word", word, self._word_vector(word) * (count * scale)))
        for feature, count in Counter(map(pair_feature, found, found[1:])).items():
            row = self._place.get(feature)
            if row is not None:
                terms.append(Term("pair", feature[2:], self._weights[row] * (count * scale)))
        terms += self._cue_terms(self._matcher.find(found))
        terms += [Term("class", key, self._weight(f"k:{key}")) for key in self._lexicon.find(found)]
        return [term for term in terms if term.contributions.any()]

    def _cue_terms(self, hits: list[Hit]) -> list[Term]:
        """Give each cue its own weight and an even share of what its owner's cues have in common."""
        terms = []
        for silenced in (False, True):
            by_owner: dict[str, list[Hit]] = {}
            for hit in hits:
                if hit.suppressed is silenced:
                    by_owner.setdefault(hit.owner, []).append(hit)
            for owner, mine in by_owner.items():
                common = self._weight(f"q:~{owner}" if silenced else f"q:{owner}") / len(mine)
                for hit in mine:
                    own = 0.0 if silenced else self._weight(f"q:{owner}:{hit.pattern}")
                    name = f"{owner}: {hit.pattern}" + (" (silenced)" if silenced else "")
                    terms.append(Term("cue", name, common + own))
        return terms

    def _weight(self, feature: str) -> NDArray[np.float64]:
        row = self._place.get(feature)
        return np.zeros(self._themes) if row is None else self._weights[row]

    def _pair_row(self, left: str, right: str) -> int:
        return self._place.get(pair_feature(left, right), -1)

    def _word_vector(self, word: str) -> NDArray[np.float64]:
        rows = [row for feature in word_features(word) if (row := self._place.get(feature)) is not None]
        vector: NDArray[np.float64] = self._weights[rows].sum(axis=0)
        return vector

    def _table_sum(self, found: list[str]) -> NDArray[np.float64]:
        # Emptied when full, so that memory stays bounded on endless input.
        if len(self._row) + len(found) > _MOST_WORDS:
            self._row.clear()
        rows = []
        for word in found:
            row = self._row.get(word)
            if row is None:
                row = len(self._row)
                self._row[word] = row
                if row >= len(self._table):
                    self._table = np.concatenate([self._table, np.zeros_like(self._table)])
                self._table[row] = self._word_vector(word)
            rows.append(row)
        total: NDArray[np.float64] = self._table[rows].sum(axis=0)
        return total


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
