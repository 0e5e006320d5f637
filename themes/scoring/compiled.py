"""Compiled: splitting and scoring of whole groups of documents by compiled code."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from themes.scoring.batch import BatchScorer

Numbers = NDArray[np.int64]


class CompiledScorer:
    """Splits documents into sentences and scores these.

    Parameters
    ----------
    batch : BatchScorer
        With compiled code loaded.
    """

    def __init__(self, batch: BatchScorer) -> None:
        from themes.text.fastsplit import CompiledSplitter

        self._batch = batch
        self._split = CompiledSplitter().spans

    def score(
        self, codes: NDArray[np.uint32], offsets: Numbers
    ) -> tuple[Numbers, Numbers, NDArray[np.float64]]:
        """Split and score documents.

        Parameters
        ----------
        codes : ndarray of uint32
            The characters of all documents, one behind the other.
        offsets : ndarray of int64, shape (documents + 1,)
            Where each document begins.

        Returns
        -------
        spans : ndarray of int64, shape (sentences, 2)
            Start and end of each sentence in `codes`.
        ends : ndarray of int64, shape (documents + 1,)
            The sentences of document ``i`` are those from ``ends[i]`` to ``ends[i + 1]``.
        logits : ndarray, shape (sentences, themes)
        """
        texts: list[str] = []
        spans: list[tuple[int, int]] = []
        ends = [0]
        for begin, behind in pairwise(offsets.tolist()):
            text = codes[begin:behind].tobytes().decode("utf-32-le", "surrogatepass")
            found = self._split(text)
            texts += [text[start:end] for start, end in found]
            spans += [(begin + start, begin + end) for start, end in found]
            ends.append(len(spans))
        places = np.array(spans, dtype=np.int64).reshape(-1, 2)
        return places, np.array(ends, dtype=np.int64), self._batch.logits(texts)


def load(batch: BatchScorer) -> CompiledScorer | None:
    """Load compiled code; None where Numba is not installed."""
    return CompiledScorer(batch) if batch.compile() else None
