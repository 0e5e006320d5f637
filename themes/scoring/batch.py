"""Batches: the logits of many sentences at once, equal to the last bit to those of `Scorer`.

The words of all sentences become numbers in one pass; what words, pairs of words, classes and cues add is
then looked up and summed in whole arrays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from themes.scoring.classscan import ClassScan
from themes.scoring.cuescan import CueScan
from themes.scoring.features import length_scales
from themes.scoring.lists import Numbers, sums
from themes.scoring.pairs import PairIndex
from themes.scoring.scorer import Scorer
from themes.scoring.wordtable import WordTable
from themes.scoring.wordvectors import WordVectors
from themes.text.stems import stem

Vectors = NDArray[np.float64]

_MOST_KNOWN = 1 << 14
_MOST_TEXTS = 1024
_MOST_LETTERS = 1 << 20


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
        self._pair_weights = scorer.weights[np.array([row for _, row in pairs], dtype=np.int64)]
        self._cues = CueScan(scorer.matcher)
        self._classes = ClassScan(scorer.lexicon)
        self._cue_sums: dict[tuple[int, ...], Vectors] = {}
        class_weights = [scorer.weight(f"k:{key}") for key in scorer.lexicon.keys]
        self._class_weights = np.array(class_weights).reshape(-1, self._themes)
        self._vectors = WordVectors(scorer)
        self._table = WordTable(self._look, self._themes, 6)

    def _look(self, words: list[str]) -> tuple[Vectors, Numbers]:
        stems = list(map(stem, words))
        marks = [
            (*self._pairs.halves(root), self._cues.role(word), *self._classes.marks(word))
            for word, root in zip(words, stems, strict=True)
        ]
        return self._vectors.look(words, stems), np.array(marks, dtype=np.int64).T

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
        parts = [self._batch(batch) for batch in _batches(texts)]
        return np.concatenate(parts) if parts else np.zeros((0, self._themes))

    def _batch(self, texts: Sequence[str]) -> Vectors:
        numbers, bounds = self._table.find(texts)
        left, right, cues, *classes = (column[numbers] for column in self._table.marks)
        total = self._table.sum(numbers, bounds)
        places, pairs = self._pairs.find(left, right, bounds)
        total += sums(self._pair_weights[pairs], np.searchsorted(places, bounds))
        total *= length_scales(np.diff(bounds))[:, None]
        total += self._scorer.model.intercepts
        for sentence, found in self._cues.find(cues, bounds).items():
            total[sentence] += self._cue_sum(found)
        found_classes, ends = self._classes.find(self._table.words, numbers, classes, bounds)
        total += sums(self._class_weights[found_classes], ends)
        return total

    def _cue_sum(self, found: tuple[int, ...]) -> Vectors:
        known = self._cue_sums.get(found)
        if known is None:
            if len(self._cue_sums) >= _MOST_KNOWN:
                self._cue_sums.clear()
            known = self._cue_sums[found] = self._scorer.cue_sum(self._scorer.matcher.mentions(found))
        return known


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Part texts into batches of bounded size; a text that is too long for any has one of its own."""
    start = size = 0
    for at, text in enumerate(texts):
        if at - start == _MOST_TEXTS or (size and size + len(text) > _MOST_LETTERS):
            yield texts[start:at]
            start, size = at, 0
        size += len(text)
    if start < len(texts):
        yield texts[start:]
