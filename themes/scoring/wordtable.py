"""The word table: what scoring needs of a word, worked out once per word and looked up by number."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from themes.scoring.lists import Numbers, spread, sums
from themes.text.words import normalise, words

MOST_WORDS = 1 << 18
"""Words kept at once; beyond it the table is emptied, so that memory stays bounded on endless input."""

_MOST_CHUNKS = 1 << 19
_MOST_LETTERS = 1 << 22
_END = "\0"
_EVERY_CHARACTER = 0x110000

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
        self._kernels: ModuleType | None = None
        self._finder: _Chunks | _Spellings = _Chunks(self._number)
        self._looked = 0
        self.vectors = np.zeros((1024, width))
        self.marks = np.zeros((marks, 1024), dtype=np.int64)
        self.words: list[str] = []

    def compile(self, kernels: ModuleType) -> None:
        """Go on with compiled code, that of `themes.scoring.kernels`."""
        self._kernels = kernels
        spellings = _Spellings(kernels, self._number)
        spellings.learn(self.words)
        self._finder = spellings

    def _clear(self) -> None:
        self._numbers.clear()
        self.words.clear()
        self._looked = 0
        self._finder = _Spellings(self._kernels, self._number) if self._kernels else _Chunks(self._number)

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
        if len(self.words) > MOST_WORDS or self._finder.full():
            self._clear()
        found = self._finder.find(texts)
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
        if self._kernels is None:
            return sums(self.vectors[numbers], bounds)
        total = np.zeros((len(bounds) - 1, self.vectors.shape[1]))
        self._kernels.sum_words(numbers, bounds, self.vectors, total)
        return total


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


class _Spellings:
    """Finds words by compiled code, letter by letter; new ones, and those with odd characters, by Python."""

    def __init__(self, kernels: ModuleType, number_of: Callable[[str], int]) -> None:
        self._kernels = kernels
        self._number_of = number_of
        self._kinds, self._folded = _characters(kernels)
        self._slots = np.zeros(4 * MOST_WORDS, dtype=np.int64)
        self._spelled = np.zeros(2 * MOST_WORDS, dtype=np.int64)
        self._letters = np.zeros(1 << 16, dtype=np.uint32)
        self._known = 0
        self._left_out = False

    def full(self) -> bool:
        return self._left_out or bool(self._spelled[self._known] > _MOST_LETTERS)

    def find(self, texts: Sequence[str]) -> Found:
        whole = "".join(texts)
        codes = _codes(whole)
        ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
        starts = np.concatenate([np.zeros(1, dtype=np.int64), ends])[:-1]
        most = (len(whole) + len(texts)) // 2 + 1
        numbers, bounds = np.empty(most, dtype=np.int64), np.empty(len(texts) + 1, dtype=np.int64)
        odd = np.empty((most, 2), dtype=np.int64)
        tables = (self._kinds, self._folded, self._slots, self._spelled, self._letters)
        count, strange = self._kernels.find_words(codes, starts, ends, *tables, numbers, bounds, odd)
        numbers = numbers[:count]
        if strange:
            forms = [normalise(whole[start:end]) for start, end in odd[:strange].tolist()]
            met = list(map(self._number_of, forms))
            unknown = numbers < 0
            numbers[unknown] = np.array(met)[-1 - numbers[unknown]]
            new = dict(zip(met, forms, strict=True))
            self.learn([form for number, form in new.items() if number >= self._known])
        return numbers, bounds

    def learn(self, words: list[str]) -> None:
        """Take the words that come next by number; what does not fit any more stays with Python."""
        words = words[: len(self._spelled) - 1 - self._known]
        if not words or self._left_out:
            return
        first, behind = self._known, self._known + len(words)
        codes = _codes("".join(words))
        ends = self._spelled[first] + np.cumsum(np.fromiter(map(len, words), np.int64, len(words)))
        while ends[-1] > len(self._letters):
            self._letters = np.concatenate([self._letters, np.zeros_like(self._letters)])
        self._letters[self._spelled[first] : ends[-1]] = codes
        self._spelled[first + 1 : behind + 1] = ends
        self._kernels.add_words(first, behind, self._spelled, self._letters, self._slots)
        self._known = behind
        self._left_out = behind == len(self._spelled) - 1


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _characters(kernels: ModuleType) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """Say of every character what it is to `themes.text.words`, and as which character it is counted."""
    kinds = np.zeros(_EVERY_CHARACTER, dtype=np.uint8)
    folded = np.arange(_EVERY_CHARACTER, dtype=np.uint32)
    letters = filter(str.isalnum, map(chr, range(_EVERY_CHARACTER)))
    for character in letters:
        code = ord(character)
        form = normalise(character)
        # A capital sigma becomes one letter or another by what stands around it.
        plain = len(form) == 1 and character != "Σ"
        kinds[code] = kernels.LETTER if plain else kernels.ODD
        folded[code] = ord(form[0])
    for apostrophe in "'’":
        kinds[ord(apostrophe)] = kernels.APOSTROPHE
        folded[ord(apostrophe)] = ord("'")
    return kinds, folded
