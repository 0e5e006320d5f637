"""The word table: what scoring needs of a word, worked out once per word and looked up by number."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from themes.words import words

Numbers = NDArray[np.int64]

_MOST_WORDS = 1 << 17
_MOST_CHUNKS = 1 << 18
_END = "\0"


class _Chunks(dict[str, int]):
    """The number of each stretch of text between spaces; one not met before is taken apart into words."""

    def __init__(self, number_of: Callable[[str], int]) -> None:
        self.number_of = number_of
        self.clear()

    def clear(self) -> None:
        super().clear()
        # The first chunk stands for the end of a text and holds no word.
        self[_END] = 0
        self.counts, self.starts, self.words = array("q", [0]), array("q", [0]), array("q", [0])

    def __missing__(self, chunk: str) -> int:
        found = words(chunk)
        number = self[chunk] = len(self.counts)
        self.counts.append(len(found))
        self.starts.append(len(self.words))
        self.words.extend(map(self.number_of, found))
        return number


class WordTable:
    """Numbers words, and keeps for each number what a function says of the word.

    Parameters
    ----------
    look : callable
        Gives of a normalised word its vector of length `width` and its `marks` whole numbers.
    width, marks : int
        Sizes of what `look` gives.

    Attributes
    ----------
    vectors : ndarray, shape (words or more, width)
        By number.
    marks : ndarray of int, shape (words or more, marks)
        By number.
    words : list of str
        By number.
    """

    def __init__(self, look: Callable[[str], tuple[NDArray[np.float64], Sequence[int]]], width: int, marks: int) -> None:
        self._look = look
        self._numbers: dict[str, int] = {}
        self._chunks = _Chunks(self._number)
        self.vectors = np.zeros((1024, width))
        self.marks = np.zeros((1024, marks), dtype=np.int64)
        self.words: list[str] = []

    def _number(self, word: str) -> int:
        number = self._numbers.get(word)
        if number is None:
            number = self._numbers[word] = len(self.words)
            self.words.append(word)
            if number >= len(self.vectors):
                self.vectors = np.concatenate([self.vectors, np.zeros_like(self.vectors)])
                self.marks = np.concatenate([self.marks, np.zeros_like(self.marks)])
            self.vectors[number], self.marks[number] = self._look(word)
        return number

    def find(self, texts: Sequence[str]) -> tuple[Numbers, Numbers]:
        """Find the words of texts.

        Parameters
        ----------
        texts : sequence of str
            Sentences.

        Returns
        -------
        numbers : ndarray of int
            The words of all texts, one after the other.
        bounds : ndarray of int, shape (texts + 1,)
            The words of text ``i`` are those from ``bounds[i]`` to ``bounds[i + 1]``.

        Notes
        -----
        A word holds no white space, so that the words of a text are those of its chunks. Numbers hold until
        the next call: the tables are emptied when full, so that memory stays bounded on endless input.
        """
        if len(self.words) > _MOST_WORDS or len(self._chunks) > _MOST_CHUNKS:
            self._numbers.clear()
            self._chunks.clear()
            self.words.clear()
        joined = f" {_END} ".join([text.replace(_END, " ") for text in texts] + [""])
        pieces = joined.split()
        chunks = np.fromiter(map(self._chunks.__getitem__, pieces), np.int64, len(pieces))
        counts = np.frombuffer(self._chunks.counts, np.int64)[chunks]
        starts = np.frombuffer(self._chunks.starts, np.int64)[chunks]
        behind = np.cumsum(counts)
        total = int(behind[-1]) if len(behind) else 0
        places = np.repeat(starts - behind + counts, counts) + np.arange(total)
        numbers = np.frombuffer(self._chunks.words, np.int64)[places]
        return numbers, np.concatenate([[0], behind[chunks == 0]])
