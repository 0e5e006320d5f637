"""Word vectors: what words add to each theme's logit by themselves, for many words at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from themes.scoring.features import LONGEST, SHORTEST, padded_word
from themes.scoring.lists import sums
from themes.scoring.scorer import Scorer

Vectors = NDArray[np.float64]


class WordVectors:
    """Gives of words what `themes.scoring.scorer.Scorer.word_vector` gives, to the last bit.

    Parameters
    ----------
    scorer : Scorer
        Knows the model's features and weights.
    """

    def __init__(self, scorer: Scorer) -> None:
        self._weights = scorer.weights
        vocabulary = scorer.model.vocabulary
        self._stems = {name[2:]: row for row, name in enumerate(vocabulary) if name[:2] == "w:"}
        self._runs = {name[2:]: row for row, name in enumerate(vocabulary) if name[:2] == "c:"}
        self._heads = {run[:SHORTEST] for run in self._runs}

    def look(self, words: Sequence[str], stems: Sequence[str]) -> Vectors:
        """Give the vectors of words.

        Parameters
        ----------
        words, stems : sequence of str
            Normalised words and their stems.

        Returns
        -------
        ndarray, shape (words, themes)
        """
        rows = [self._rows(word, root) for word, root in zip(words, stems, strict=True)]
        bounds = np.cumsum([0, *map(len, rows)])
        return sums(self._weights[np.array([row for mine in rows for row in mine], dtype=np.int64)], bounds)

    def _rows(self, word: str, root: str) -> list[int]:
        """List the rows of a word's features, without asking for letter runs that cannot be known."""
        padded = padded_word(word)
        last = len(padded) - SHORTEST
        places = [at for at in range(last + 1) if padded[at : at + SHORTEST] in self._heads]
        runs = [
            padded[at : at + length]
            for length in range(SHORTEST, LONGEST + 1)
            for at in places
            if at + length <= len(padded)
        ]
        found = (self._stems.get(root), *map(self._runs.get, runs))
        return [row for row in found if row is not None]
