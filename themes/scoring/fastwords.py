"""Words by compiled code: what scoring needs of words, worked out once per word and looked up by number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from themes.scoring import wordkernels as kernels
from themes.scoring.features import LONGEST, LONGEST_WORD, SHORTEST
from themes.scoring.lists import Numbers
from themes.scoring.tablekernels import Trie, add_strings
from themes.scoring.wordtable import MOST_WORDS
from themes.text.characters import LETTER, codes_of, read_only, shared
from themes.text.words import normalise

Codes = NDArray[np.uint32]
Marks = Sequence[int]
Vectors = NDArray[np.float64]

_MOST_LETTERS = 1 << 22
_FIRST_WORDS = 1 << 13
_UNHEARD_OF = "\U0010ffff"


class FastWords:
    """Numbers words, and keeps for each number what the model says of the word.

    Parameters
    ----------
    vocabulary : sequence of str
        The model's features.
    weights : ndarray, shape (features, themes)
        Theirs.
    halves : callable
        Gives the numbers of a stem as left and as right half of a pair.
    pairs : iterable of (str, str)
        The pairs of stems that are known.
    forms : tuple of two iterables of str
        Words of which more may be known than their stem and letters, and beginnings of words.
    marks : callable
        Gives the marks of a normalised word from `wordkernels.CUE` on, which must be those of any word that
        begins alike unless it is one of `forms`, such a word with ``'s``, one with ``n't``, or a number.
    """

    def __init__(
        self,
        vocabulary: Sequence[str],
        weights: Vectors,
        halves: Callable[[str], tuple[int, int]],
        pairs: Iterable[Sequence[str]],
        forms: tuple[Iterable[str], Iterable[str]],
        marks: Callable[[str], Marks],
    ) -> None:
        self._mark = marks
        self._characters = shared()
        self._odd: dict[str, int] = {}
        self._known = _known(vocabulary, weights, halves, pairs, forms, marks)
        self._words = self._table(_FIRST_WORDS)
        self._looked = 0

    @property
    def vectors(self) -> Vectors:
        """What each word adds to the logits by itself, by number; shape (words or more, themes)."""
        vectors: Vectors = self._words.vectors
        return vectors

    @property
    def marks(self) -> NDArray[np.int32]:
        """The marks of each word by number; shape (words or more, 6)."""
        marks: NDArray[np.int32] = self._words.marks
        return marks

    def word(self, number: int) -> str:
        """Spell a word."""
        first, behind = self._words.spelled[number : number + 2]
        return str(self._words.letters[first:behind].tobytes().decode("utf-32-le", "surrogatepass"))

    def _table(self, room: int, letters: int = 0) -> kernels.Words:
        """Make an empty table."""
        return kernels.Words(
            slots=np.zeros((2 * room, 2), np.uint64),
            spelled=np.zeros(room + 1, np.int64),
            letters=np.zeros(max(letters, 16 * room), np.uint32),
            vectors=np.zeros((room, self._known.weights.shape[1])),
            marks=np.zeros((room, 6), np.int32),
            asked=np.zeros(room, np.int32),
            state=np.zeros(1, np.int64),
            nodes=np.zeros(LONGEST_WORD + 2, np.int32),
            stem=np.zeros(self._known.longest + 2 * kernels.LONGEST_ENDING, np.uint32),
        )

    def _grow(self, wanted: int) -> None:
        """Make the table larger, with room for a word of so many letters."""
        old = self._words
        room = 2 * len(old.marks)
        letters = max(2 * len(old.letters), len(old.letters) + wanted)
        self._words = self._table(room, letters)
        kernels.add_slots(old.slots, self._words.slots)
        for name in ("spelled", "letters", "vectors", "marks", "state"):
            kept = getattr(old, name)
            getattr(self._words, name)[: len(kept)] = kept

    def find(self, codes: Codes, spans: Numbers) -> tuple[NDArray[np.int32], Numbers]:
        """Find the words of sentences.

        Parameters
        ----------
        codes : ndarray of uint32
            The characters of a text.
        spans : ndarray of int, shape (sentences, 2)
            Where each sentence begins and ends.

        Returns
        -------
        numbers : ndarray of int32
            The words of all sentences, one after the other. Numbers hold until the next call.
        bounds : ndarray of int, shape (sentences + 1,)
            The words of sentence ``i`` are those from ``bounds[i]`` to ``bounds[i + 1]``.
        """
        self._bound()
        codes = read_only(codes)
        self._characters.learn(codes)
        numbers, bounds, odd = self._enter(codes, spans, self._characters.kinds, self._characters.folded)
        if len(odd):
            unknown = numbers < 0
            numbers[unknown] = self._strange(codes, odd)[-1 - numbers[unknown]]
        self._look_up()
        return numbers, bounds

    def _enter(
        self, codes: Codes, spans: Numbers, kinds: NDArray[np.uint8], folded: Codes
    ) -> tuple[NDArray[np.int32], Numbers, Numbers]:
        """Number words; those that are new are not looked up yet."""
        most = int((spans[:, 1] - spans[:, 0] + 1).sum()) // 2
        numbers, bounds = np.empty(most, np.int32), np.empty(len(spans) + 1, np.int64)
        odd = np.empty((most, 2), np.int64)
        progress = np.array([0, -1, 0, 0])
        while True:
            filled = (numbers, bounds, odd, progress)
            if kernels.find_words(codes, spans, kinds, folded, self._words, *filled) == kernels.DONE:
                return numbers[: progress[kernels.TOKENS]], bounds, odd[: progress[kernels.STRANGE]]
            self._grow(int(spans[progress[kernels.SENTENCE], 1] - progress[kernels.PLACE]))

    def _look_up(self) -> None:
        """Look up all new words at once."""
        new = self._looked, int(self._words.state[kernels.COUNT])
        kernels.add_stems(*new, self._words, self._known)
        kernels.add_runs(*new, self._words, self._known)
        asked = kernels.add_marks(*new, self._words, self._known)
        for number in self._words.asked[:asked].tolist():
            self._words.marks[number, kernels.CUE :] = self._mark(self.word(number))
        self._looked = new[1]

    def _bound(self) -> None:
        """Empty the table where it has grown large, so that memory stays bounded on endless input."""
        count = self._words.state[kernels.COUNT]
        if count > MOST_WORDS or self._words.spelled[count] > _MOST_LETTERS or len(self._odd) > MOST_WORDS:
            self._words = self._table(_FIRST_WORDS)
            self._looked = 0
            self._odd.clear()

    def _strange(self, codes: Codes, places: Numbers) -> NDArray[np.int32]:
        """Number words with characters that only Python can put in lower case."""
        found = [
            codes[start:end].tobytes().decode("utf-32-le", "surrogatepass") for start, end in places.tolist()
        ]
        new = [word for word in dict.fromkeys(found) if word not in self._odd]
        if new:
            codes, bounds = _joined(map(normalise, new))
            spans = np.stack([bounds[:-1], bounds[1:]], axis=1)
            # Put in lower case already, each is one word as it stands.
            every = int(codes.max()) + 1
            kinds = np.full(every, LETTER, np.uint8)
            numbers, *_ = self._enter(codes, spans, kinds, np.arange(every, dtype=np.uint32))
            self._odd.update(zip(new, numbers.tolist(), strict=True))
        return np.array([self._odd[word] for word in found], np.int32)


def _known(
    vocabulary: Sequence[str],
    weights: Vectors,
    numbers_of: Callable[[str], tuple[int, int]],
    pairs: Iterable[Sequence[str]],
    forms: tuple[Iterable[str], Iterable[str]],
    marks: Callable[[str], Marks],
) -> kernels.Known:
    rows = {name: row for row, name in enumerate(vocabulary)}
    runs = [name[2:] for name in vocabulary if name[:2] == "c:" and SHORTEST <= len(name) - 2 <= LONGEST]
    run_trie, run_rows = _trie(runs, _table([(rows[f"c:{run}"],) for run in runs], 1))
    halves = dict.fromkeys(half for pair in pairs for half in pair)
    stems = list(dict.fromkeys([*(name[2:] for name in vocabulary if name[:2] == "w:"), *halves]))
    stem_trie, stem_rows = _trie(
        stems, _table([(rows.get(f"w:{root}", -1), *numbers_of(root)) for root in stems], 3)
    )
    words, beginnings = map(list, map(dict.fromkeys, forms))
    told = [marks(form) for form in words] + [marks(form + _UNHEARD_OF) for form in beginnings]
    places = [(row, -1) for row in range(len(words))] + [(-1, row) for row in range(len(words), len(told))]
    form_trie, form_rows = _trie([*words, *beginnings], _table(places, 2))
    return kernels.Known(
        runs=run_trie,
        run_rows=run_rows[:, 0].copy(),
        stems=stem_trie,
        stem_rows=stem_rows[:, 0].copy(),
        stem_halves=np.maximum(stem_rows[:, 1:], 0),
        forms=form_trie,
        exact=form_rows[:, 0].copy(),
        beginnings=form_rows[:, 1].copy(),
        form_marks=np.array([*told, (0, 0, 0, 0)], np.int32),
        weights=weights,
        longest=max(map(len, stems), default=0),
    )


def _table(rows: Sequence[tuple[int, ...]], width: int) -> Numbers:
    return np.array(rows, np.int64).reshape(len(rows), width)


def _joined(strings: Iterable[str]) -> tuple[Codes, Numbers]:
    kept = list(strings)
    return codes_of("".join(kept)), np.cumsum([0, *map(len, kept)])


def _trie(strings: Sequence[str], facts: Numbers) -> tuple[Trie, NDArray[np.int32]]:
    """Make a trie, and by node what is told of its strings: -1, or the greatest of several numbers."""
    codes, bounds = _joined(strings)
    slots = 1 << (2 * len(codes) + 16).bit_length()
    trie = Trie(np.zeros(slots, np.uint64), np.zeros(slots, np.int32))
    nodes = np.empty(len(strings), np.int64)
    size = add_strings(codes, bounds, trie, 1, nodes)
    table = np.full((size + 1, facts.shape[1]), -1, np.int32)
    np.maximum.at(table, nodes, facts)
    return trie, table
