"""Splitting by compiled code: gives the spans that `themes.text.sentences.sentence_spans` gives."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from themes.text import punktkernels, splitkernels
from themes.text.characters import codes_of, read_only, shared
from themes.text.paragraphs import FEWEST_FULL, NARROWEST, WIDEST, WRAPPED_SHARE
from themes.text.punkt import english

_ASCII = 128


class CompiledSplitter:
    """Splits texts into sentences by compiled code.

    Examples
    --------
    >>> CompiledSplitter().spans("He left. They are like dogs!” says one man.")
    [(0, 8), (9, 43)]
    """

    def __init__(self) -> None:
        parameters = english()
        words = dict.fromkeys(parameters.abbreviations, punktkernels.ABBREVIATION)
        for word in parameters.lower_words:
            words[word] = words.get(word, 0) | punktkernels.LOWER_WORD
        self._steps, self._known = _word_tree(words)
        self._characters = shared()

    def split(
        self, codes: NDArray[np.uint32], bounds: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Split many documents into sentences.

        Parameters
        ----------
        codes : ndarray of uint32
            The characters of all documents, one behind the other.
        bounds : ndarray of int64, shape (documents + 1,)
            Document ``i`` is ``codes[bounds[i] : bounds[i + 1]]``.

        Returns
        -------
        spans : ndarray of int64, shape (sentences, 2)
            Start and end of each sentence in `codes`, in order.
        ends : ndarray of int64, shape (documents + 1,)
            The sentences of document ``i`` are those from ``ends[i]`` to ``ends[i + 1]``.

        Raises
        ------
        ValueError
            When `bounds` falls anywhere, or leaves `codes`.

        Examples
        --------
        >>> texts = ["He left. They stayed.", "", "Nobody came."]
        >>> codes = codes_of("".join(texts))
        >>> spans, ends = CompiledSplitter().split(codes, np.array([0, 21, 21, 33]))
        >>> spans.tolist(), ends.tolist()
        ([[0, 8], [9, 21], [21, 33]], [0, 2, 2, 3])
        """
        codes, bounds = read_only(codes), np.array(bounds, dtype=np.int64)
        if bounds[0] < 0 or bounds[-1] > len(codes) or (bounds[1:] < bounds[:-1]).any():
            raise ValueError("the bounds of documents fall, or leave the text")
        self._characters.learn(codes)
        flags = self._characters.flags
        paragraph_ends, ends = np.empty_like(bounds), np.empty_like(bounds)
        paragraphs, stops = splitkernels.find_paragraphs(
            codes, bounds, flags, NARROWEST, WIDEST, WRAPPED_SHARE, FEWEST_FULL, paragraph_ends
        )
        cuts = punktkernels.find_cuts(codes, flags, paragraphs, stops, self._steps, self._known)
        spans = splitkernels.find_sentences(codes, flags, paragraphs, paragraph_ends, cuts, ends)
        return spans, ends

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Split a text into sentences.

        Parameters
        ----------
        text : str
            Any text.

        Returns
        -------
        list of (int, int)
            Start and end of each sentence, in order.
        """
        codes = codes_of(text)
        spans, _ = self.split(codes, np.array([0, len(codes)]))
        return list(map(tuple, spans.tolist()))


def _word_tree(words: dict[str, int]) -> tuple[NDArray[np.int16], NDArray[np.uint8]]:
    """Make words a tree of steps from letter to letter, as `themes.text.punktkernels` walks it."""
    nodes = {"": 1}
    steps: list[tuple[int, int, int]] = []
    for word in sorted(words):
        if not word.isascii() or word != word.lower():
            raise ValueError(f"{word!r} is not in lower-case ASCII letters")
        for end in range(1, len(word) + 1):
            if word[:end] not in nodes:
                nodes[word[:end]] = len(nodes) + 1
                steps.append((nodes[word[: end - 1]], ord(word[end - 1]), nodes[word[:end]]))
    tree = np.zeros((len(nodes) + 1, _ASCII), dtype=np.int16)
    known = np.zeros(len(nodes) + 1, dtype=np.uint8)
    for node, code, following in steps:
        tree[node, code] = following
    for word, what in words.items():
        known[nodes[word]] = what
    return tree, known
