"""Word classes: which classes of a codebook's words a sentence has, such as words for food or for lack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from themes.coding.beginnings import Beginnings

if TYPE_CHECKING:
    from themes.coding.codebook import Codebook

_MOST_KNOWN_WORDS = 1 << 16
_NONE: tuple[int, ...] = ()

_TABLES = ("words", "stems", "pairs", "phrases", "phrase_stems")

_Phrase = Sequence[Any]
"""The tests of a phrase's words but the first, as a list, and the number of its class."""


class Lexicon:
    """Finds classes of words in a sentence.

    Parameters
    ----------
    classes : iterable of (str, sequence of str)
        Each class with its entries: a word, ``stem*`` for any ending, ``#`` for a number, or several of
        these side by side.

    Examples
    --------
    >>> lexicon = Lexicon([("food", ["bread", "eat*"]), ("lack", ["ran out", "no"])])
    >>> lexicon.find("the bread ran out".split())
    ['food', 'lack']
    """

    def __init__(self, classes: Iterable[tuple[str, Sequence[str]]]) -> None:
        self._use({name: {} for name in _TABLES} | {"keys": []})
        for number, (key, entries) in enumerate(classes):
            self.keys.append(key)
            for entry in entries:
                self._add(entry.split(), number)
        self._use(self.to_data())

    def _add(self, tests: list[str], number: int) -> None:
        first, *rest = tests
        word = first.rstrip("*")
        if not rest:
            single = self._words if word == first else self._stems
            single.setdefault(word, []).append(number)
        elif word != first:
            self._phrase_stems.setdefault(word, []).append((rest, number))
        elif rest[0].endswith("*"):
            self._phrases.setdefault(word, []).append((rest, number))
        else:
            self._pairs.setdefault(f"{word} {rest[0]}", []).append((rest, number))

    def to_data(self) -> dict[str, Any]:
        """Give the compiled classes as plain data, fit for JSON, from which `from_data` starts at once.

        Returns
        -------
        dict
        """
        return {"keys": self.keys} | {name: getattr(self, f"_{name}") for name in _TABLES}

    @classmethod
    def from_codebook(cls, codebook: Codebook) -> Lexicon:
        """Make a lexicon of the classes of a codebook.

        Parameters
        ----------
        codebook : Codebook
            The codebook.

        Returns
        -------
        Lexicon
        """
        return cls((group.key, group.words) for group in codebook.classes)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Lexicon:
        """Make a lexicon from compiled classes.

        Parameters
        ----------
        data : mapping
            What `to_data` gave.

        Returns
        -------
        Lexicon

        Raises
        ------
        KeyError, TypeError
            If the data are not such.
        """
        lexicon = cls.__new__(cls)
        lexicon._use(data)
        return lexicon

    def _use(self, data: Mapping[str, Any]) -> None:
        self.keys: list[str] = data["keys"]
        self._words: dict[str, list[int]] = data["words"]
        self._stems: dict[str, list[int]] = data["stems"]
        # Phrases are looked up by their first two words at once; those with a stem there, by the first alone.
        self._pairs: dict[str, list[_Phrase]] = data["pairs"]
        self._phrases: dict[str, list[_Phrase]] = data["phrases"]
        self._phrase_stems: dict[str, list[_Phrase]] = data["phrase_stems"]
        self._beginnings = Beginnings([*self._stems, *self._phrase_stems])
        self._known: dict[str, tuple[tuple[int, ...], list[_Phrase]]] = {}

    def find(self, words: Sequence[str]) -> list[str]:
        """List the classes that a sentence has words of.

        Parameters
        ----------
        words : sequence of str
            The words of the sentence, as `themes.text.words.words` gives them.

        Returns
        -------
        list of str
            Keys, each once, in the order of the classes.
        """
        return [self.keys[number] for number in sorted({number for number, _, _ in self._places(words)})]

    def places(self, words: Sequence[str]) -> dict[str, list[tuple[int, int]]]:
        """Find where the words of each class stand.

        Parameters
        ----------
        words : sequence of str
            The words of the sentence.

        Returns
        -------
        dict of str to list of (int, int)
            By class, in the order of the classes: the words that each entry met reaches over, end exclusive.
        """
        found: dict[int, list[tuple[int, int]]] = {}
        for number, start, end in self._places(words):
            found.setdefault(number, []).append((start, end))
        return {self.keys[number]: found[number] for number in sorted(found)}

    def _places(self, words: Sequence[str]) -> Iterator[tuple[int, int, int]]:
        for at, word in enumerate(words):
            numbers, _ = self._known.get(word) or self._look(word)
            for number in numbers:
                yield number, at, at + 1
            for number, end in self.phrases(words, at):
                yield number, at, end

    def phrases(self, words: Sequence[str], at: int) -> list[tuple[int, int]]:
        """Find the phrases that begin with a word of a sentence.

        Parameters
        ----------
        words : sequence of str
            The words of the sentence.
        at : int
            The place of the first word.

        Returns
        -------
        list of (int, int)
            The number of the class and the place behind the phrase's last word, for each.
        """
        word = words[at]
        _, phrases = self._known.get(word) or self._look(word)
        if at + 1 < len(words):
            paired = self._pairs.get(f"{word} {words[at + 1]}")
            phrases = phrases + paired if paired else phrases
        found = []
        for rest, number in phrases:
            end = at + 1 + len(rest)
            met = words[at + 1 : end]
            if len(met) == len(rest) and all(map(_meets, rest, met)):
                found.append((number, end))
        return found

    def told_by_two(self) -> dict[str, list[tuple[int, list[str]]]]:
        """Give the phrases told by their first two words.

        Returns
        -------
        dict of str to list of (int, list of str)
            By the two words with a space between: for each phrase the number of its class and the tests of
            its other words: a word, or its beginning with a star.
        """
        return {two: [(number, list(rest[1:])) for rest, number in rows] for two, rows in self._pairs.items()}

    def tests(self) -> Iterator[str]:
        """List all that words are held against: a word, or a beginning with a star."""
        yield from self._words
        yield from (f"{stem}*" for stem in (*self._stems, *self._phrase_stems))
        yield from self._phrases
        for two, rows in self._pairs.items():
            yield from two.split()
            for rest, _ in rows:
                yield from rest

    def alone(self, word: str) -> tuple[tuple[int, ...], bool]:
        """Tell what a word alone says of classes.

        Parameters
        ----------
        word : str
            A normalised word.

        Returns
        -------
        classes : tuple of int
            The numbers of those of which it is a word.
        opens : bool
            Whether it may begin phrases that `told_by_two` leaves out.
        """
        numbers, phrases = self._known.get(word) or self._look(word)
        return numbers, bool(phrases)

    def _look(self, word: str) -> tuple[tuple[int, ...], list[_Phrase]]:
        numbers = set(self._words.get(word, _NONE))
        phrases = list(self._phrases.get(word, ()))
        if word.endswith("'s"):
            numbers.update(self._words.get(word[:-2], _NONE))
        if word and not word.strip("#"):
            numbers.update(self._words.get("#", _NONE))
        for beginning in self._beginnings.of(word):
            numbers.update(self._stems.get(beginning, _NONE))
            phrases += self._phrase_stems.get(beginning, ())
        known = tuple(sorted(numbers)), phrases
        if len(self._known) >= _MOST_KNOWN_WORDS:
            self._known.clear()
        self._known[word] = known
        return known


def _meets(test: str, word: str) -> bool:
    return word.startswith(test[:-1]) if test.endswith("*") else word == test
