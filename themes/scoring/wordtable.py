"""The word table: what scoring needs of a word, worked out once per word and looked up by number."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from themes.scoring.lists import Numbers, spread, sums
from themes.text.words import words

MOST_WORDS = 1 << 18
"""Words kept at once; beyond it the table is emptied, so that memory stays bounded on endless input."""

_MOST_CHUNKS = 1 << 19
_END = "\0"

Found = tuple[Numbers, Numbers]
Vectors = NDArray[np.float64]


class WordTable:
    """Numbers words, and keeps for each number what a function says of the word.

    Parameters
    ----------
    look : callable
        Gives of a list of normalised words their vectors, shape (words, width), and their marks, whole
        numbers of shape (marks, words).
    width, marks : int
        Sizes of what `look` gives.

    Attributes
    ----------
    vectors : ndarray, shape (words or more, width)
        By number.
    marks : ndarray of int, shape (marks, words or more)
        By number, in the second axis.
    words : list of str
        By number.
    """

    def __init__(self, look: Callable[[list[str]], tuple[Vectors, Numbers]], width: int, marks: int) -> None:
        self._look = look
        self._numbers: dict[str, int] = {}
        self._chunks = _Chunks(self._number)
        self._looked = 0
        self.vectors = np.zeros((1024, width))
        self.marks = np.zeros((marks, 1024), dtype=np.int64)
        self.words: list[str] = []

    def _clear(self) -> None:
        self._numbers.clear()
        self.words.clear()
        self._looked = 0
        self._chunks = _Chunks(self._number)

    def _number(self, word: str) -> int:
        number = self._numbers.get(word)
        if number is None:
            number = self._numbers[word] = len(self.words)
            self.words.append(word)
        return number

    def _look_up(self) -> None:
        """Look up all new words at once."""
        count = len(self.words)
        if self._looked == count:
            return
        while count > len(self.vectors):
            self.vectors = np.concatenate([self.vectors, np.zeros_like(self.vectors)])
            self.marks = np.concatenate([self.marks, np.zeros_like(self.marks)], axis=1)
        new = slice(self._looked, count)
        self.vectors[new], self.marks[:, new] = self._look(self.words[new])
        self._looked = count

    def find(self, texts: Sequence[str]) -> Found:
        """Find the words of texts.

        Parameters
        ----------
        texts : sequence of str
            Sentences.

        Returns
        -------
        numbers : ndarray of int
            The words of all texts, one after the other. Numbers hold until the next call.
        bounds : ndarray of int, shape (texts + 1,)
            The words of text ``i`` are those from ``bounds[i]`` to ``bounds[i + 1]``.
        """
        if len(self.words) > MOST_WORDS or self._chunks.full():
            self._clear()
        found = self._chunks.find(texts)
        self._look_up()
        return found

    def sum(self, numbers: Numbers, bounds: Numbers) -> NDArray[np.float64]:
        """Sum the vectors of the words of texts, from first to last.

        Parameters
        ----------
        numbers, bounds : ndarray of int
            What `find` gave.

        Returns
        -------
        ndarray, shape (texts, width)
        """
        return sums(self.vectors[numbers], bounds)


class _Chunks(dict[str, int]):
    """Finds words by the stretches of text between spaces, each of which is taken apart once.

    A word holds no white space, so that the words of a text are those of its stretches.
    """

    def __init__(self, number_of: Callable[[str], int]) -> None:
        # The first chunk stands for the end of a text and holds no word.
        super().__init__({_END: 0})
        self._number_of = number_of
        self._counts, self._starts, self._words = array("q", [0]), array("q", [0]), array("q", [0])

    def __missing__(self, chunk: str) -> int:
        found = words(chunk)
        number = self[chunk] = len(self._counts)
        self._counts.append(len(found))
        self._starts.append(len(self._words))
        self._words.extend(map(self._number_of, found))
        return number

    def full(self) -> bool:
        return len(self) > _MOST_CHUNKS

    def find(self, texts: Sequence[str]) -> Found:
        pieces = f" {_END} ".join([text.replace(_END, " ") for text in texts] + [""]).split()
        chunks = np.fromiter(map(self.__getitem__, pieces), np.int64, len(pieces))
        starts = np.frombuffer(self._starts, np.int64)[chunks]
        chunk, nth = spread(np.frombuffer(self._counts, np.int64)[chunks])
        numbers = np.frombuffer(self._words, np.int64)[starts[chunk] + nth]
        ends = np.searchsorted(chunk, np.flatnonzero(chunks == 0))
        return numbers, np.concatenate([np.zeros(1, dtype=np.int64), ends])
