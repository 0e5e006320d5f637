"""Scored: documents split and scored in groups, their units and logits as arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from themes.errors import InputError
from themes.inputs.reading import Document
from themes.scoring.scorer import Scorer
from themes.text.sentences import line_spans, sentence_spans

if TYPE_CHECKING:
    from themes.scoring.batch import BatchScorer
    from themes.scoring.fastscore import CompiledScorer

Numbers = NDArray[np.int64]
Codes = NDArray[np.uint32]
Logits = NDArray[np.float64]

_FEW = 150
"""Sentences that are scored sooner one by one than all that a batch needs is made ready."""

_MANY = 3 << 20
"""Characters for which plain code takes about as long as loading compiled code."""

_GROUP = 1 << 16
"""Characters that are split and scored together by plain code, so that first results come soon."""

_LARGE_GROUP = 1 << 20
"""Characters that are split and scored together by compiled code."""

_LEAST = 64
"""What the shortest document counts, so that a group has no more than some thousands of them."""


@dataclass(eq=False)
class Scored:
    """A group of documents with their units and the units' scores.

    Attributes
    ----------
    documents : list of Document
        In the order of the input.
    offsets : ndarray of int64, shape (documents + 1,)
        Where each document begins in `codes`.
    spans : ndarray of int64, shape (units, 2)
        Start and end of each unit in `codes`.
    ends : ndarray of int64, shape (documents + 1,)
        The units of document ``i`` are those from ``ends[i]`` to ``ends[i + 1]``.
    logits : ndarray, shape (units, themes)
        Of each unit.
    """

    documents: list[Document]
    offsets: Numbers
    spans: Numbers
    ends: Numbers
    logits: Logits

    @cached_property
    def codes(self) -> Codes:
        """The characters of all documents, one behind the other."""
        return encoded(self.documents)


def encoded(documents: Iterable[Document]) -> Codes:
    """Give the characters of documents, one behind the other.

    Parameters
    ----------
    documents : iterable of Document
        The documents.

    Returns
    -------
    ndarray of uint32, shape (characters,)
    """
    text = "".join([document.text for document in documents])
    # Compiled code wants arrays that can be written to.
    return np.frombuffer(bytearray(text.encode("utf-32-le", "surrogatepass")), np.uint32)


class Route:
    """The way of documents through splitting and scoring: plain, and compiled where that pays.

    Parameters
    ----------
    scorer : Scorer
        Scores one sentence at a time.
    """

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self._batch: BatchScorer | None = None
        self._units = self._characters = 0
        self._tried = False
        self._compiled: CompiledScorer | None = None

    @property
    def compiled(self) -> bool:
        """Whether compiled code is at work."""
        return self._compiled is not None

    def expect(self, characters: int) -> None:
        """Load compiled code at once where this many characters to come are worth it."""
        if characters >= _MANY and not self._tried:
            self._tried = True
            self._compiled = self._load()

    def _load(self) -> CompiledScorer | None:
        """Give what splits and scores by compiled code; None where that cannot be."""
        try:
            from themes.scoring.fastscore import CompiledScorer

            return CompiledScorer(self._scorer)
        except (ImportError, RuntimeError):
            # Numba is not installed, or finds no folder to keep what it compiles.
            return None

    def scored(self, documents: Iterable[Document], unit: str) -> Iterator[Scored]:
        """Split documents and score their units, those of several documents at once.

        Parameters
        ----------
        documents : iterable of Document
            The texts.
        unit : {"sentence", "line"}
            What is scored.

        Yields
        ------
        Scored
            What came before a fault in the input is given before the fault is raised.
        """
        group: list[Document] = []
        waiting = 0
        documents = iter(documents)
        while True:
            fault = None
            try:
                document = next(documents, None)
            except InputError as error:
                document, fault = None, error
            if document is not None:
                group.append(document)
                waiting += len(document.text) + _LEAST
            if group and (document is None or waiting >= (_LARGE_GROUP if self.compiled else _GROUP)):
                yield self._score(group, unit)
                group, waiting = [], 0
            if fault is not None:
                raise fault
            if document is None:
                return

    def _score(self, documents: list[Document], unit: str) -> Scored:
        offsets = np.array([0, *accumulate(len(document.text) for document in documents)], dtype=np.int64)
        self._characters += int(offsets[-1])
        self.expect(self._characters)
        if self._compiled is None:
            spans, ends = _split(documents, offsets, unit)
            text = "".join([document.text for document in documents])
            logits = self._logits([text[start:end] for start, end in spans.tolist()])
            return Scored(documents, offsets, spans, ends, logits)
        codes = encoded(documents)
        if unit == "line":
            spans, ends = _split(documents, offsets, unit)
            logits = self._compiled.logits(codes, spans)
        else:
            spans, ends, logits = self._compiled.score(codes, offsets)
        scored = Scored(documents, offsets, spans, ends, logits)
        # Made already, so that they are not made again.
        vars(scored)["codes"] = codes
        return scored

    def _logits(self, texts: list[str]) -> Logits:
        self._units += len(texts)
        if self._batch is None and self._units > _FEW:
            from themes.scoring.batch import BatchScorer

            self._batch = BatchScorer(self._scorer)
        if self._batch is None:
            return np.array(list(map(self._scorer.logits, texts))).reshape(-1, len(self._scorer.model.keys))
        return self._batch.logits(texts)


def _split(documents: list[Document], offsets: Numbers, unit: str) -> tuple[Numbers, Numbers]:
    split = line_spans if unit == "line" else sentence_spans
    found = [split(document.text) for document in documents]
    ends = np.array([0, *accumulate(map(len, found))], dtype=np.int64)
    spans = np.array([span for mine in found for span in mine], dtype=np.int64).reshape(-1, 2)
    return spans + np.repeat(offsets[:-1], np.diff(ends))[:, None], ends


def compiles_first(characters: int) -> bool:
    """Tell whether so many characters make Numba compile what no earlier run has left on the disk."""
    if characters < _MANY:
        return False
    try:
        from themes.scoring.wordkernels import find_words
    except (ImportError, RuntimeError):
        return False
    kept = find_words.stats.cache_path
    return kept is None or not any(Path(kept).glob("wordkernels.find_words-*.nbi"))


def with_units(scored: Scored, spans: Numbers, ends: Numbers, logits: Logits) -> Scored:
    """Give the same documents with other units; arguments are as in `Scored`."""
    other = Scored(scored.documents, scored.offsets, spans, ends, logits)
    if "codes" in vars(scored):
        vars(other)["codes"] = scored.codes
    return other
