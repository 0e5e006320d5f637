"""Batches: the logits of many sentences at once, equal to the last bit to those of `themes.scorer.Scorer`.

The words of all sentences become numbers in one pass; what words, pairs of words, classes and cues add is
then looked up and summed in whole arrays.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from themes.classscan import ClassScan
from themes.cuescan import CueScan
from themes.features import length_scale
from themes.lists import Numbers, is_last
from themes.pairs import PairIndex
from themes.scorer import Scorer, sums
from themes.stems import stem
from themes.wordtable import WordTable

Vectors = NDArray[np.float64]

BATCH = 1024
"""Sentences scored at once."""

_MOST_KNOWN = 1 << 14


class BatchScorer:
    """Scores many sentences at once.

    Parameters
    ----------
    scorer : Scorer
        Scores one sentence at a time.
    """

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self._themes = len(scorer.model.keys)
        pairs = scorer.pairs()
        self._pairs = PairIndex([pair for pair, _ in pairs])
        self._pair_rows = np.array([row for _, row in pairs], dtype=np.int64)
        self._cues = CueScan(scorer.matcher)
        self._classes = ClassScan(scorer.lexicon)
        self._cue_sums: dict[tuple[int, ...], Vectors] = {}
        self._class_weights = np.array([scorer.weight(f"k:{key}") for key in scorer.lexicon.keys])
        self._table = WordTable(self._look, self._themes, 6)

    def _look(self, word: str) -> tuple[Vectors, Sequence[int]]:
        marks = (*self._pairs.halves(stem(word)), self._cues.role(word), *self._classes.marks(word))
        return self._scorer.word_vector(word), marks

    def logits(self, texts: Sequence[str]) -> Vectors:
        """Give each theme's logit for sentences.

        Parameters
        ----------
        texts : sequence of str
            Sentences.

        Returns
        -------
        ndarray, shape (texts, themes)
        """
        parts = [self._batch(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, self._themes))

    def _batch(self, texts: Sequence[str]) -> Vectors:
        numbers, bounds = self._table.find(texts)
        marks = self._table.marks[numbers]
        total = sums(self._table.vectors[numbers], bounds)
        places, pairs = self._pairs.find(np.where(is_last(bounds), 0, marks[:, 0]), marks[:, 1])
        total += sums(self._scorer.weights[self._pair_rows[pairs]], np.searchsorted(places, bounds))
        total *= np.array([length_scale(count) for count in np.diff(bounds).tolist()])[:, None]
        total += self._scorer.model.intercepts
        for sentence, found in self._cues.find(marks[:, 2], bounds).items():
            total[sentence] += self._cue_sum(found)
        classes, ends = self._classes.find(self._table.words, numbers, marks[:, 3:], bounds)
        total += sums(self._class_weights[classes], ends)
        return total

    def _cue_sum(self, found: tuple[int, ...]) -> Vectors:
        known = self._cue_sums.get(found)
        if known is None:
            if len(self._cue_sums) >= _MOST_KNOWN:
                self._cue_sums.clear()
            known = self._cue_sums[found] = self._scorer.cue_sum(self._scorer.matcher.mentions(found))
        return known
