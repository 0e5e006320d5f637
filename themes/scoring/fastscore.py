"""Scoring by compiled code (extra ``fast``): the sentences of many documents and their logits, as arrays.

Gives the spans of `themes.text.sentences.sentence_spans` and the logits of `themes.scoring.scorer.Scorer`, to
the last bit, without an object for a sentence.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from themes.scoring.classkernels import Classes, add_classes
from themes.scoring.classscan import ClassScan
from themes.scoring.cuekernels import Cues, add_cues
from themes.scoring.cuescan import CueScan, CueTables
from themes.scoring.fastwords import FastWords
from themes.scoring.features import length_scales
from themes.scoring.lists import Numbers, bit, padded, spread
from themes.scoring.pairs import PairIndex
from themes.scoring.scorer import Scorer
from themes.scoring.sumkernels import add_words
from themes.scoring.tablekernels import Pairs, add_pairs
from themes.text.fastsplit import CompiledSplitter

Codes = NDArray[np.uint32]
Vectors = NDArray[np.float64]


class CompiledScorer:
    """Splits and scores documents by compiled code.

    Parameters
    ----------
    scorer : Scorer
        Scores one sentence at a time.
    """

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self._splitter = CompiledSplitter()
        self._scan, self._class_scan = CueScan(scorer.matcher), ClassScan(scorer.lexicon)
        pairs = scorer.pairs()
        index = PairIndex([pair for pair, _ in pairs])
        self._words = FastWords(
            scorer.model.vocabulary,
            scorer.weights,
            index.halves,
            [pair.split(" ") for pair, _ in pairs],
            self._forms(),
            lambda word: (self._scan.role(word), *self._class_scan.marks(word)),
        )
        self._pairs = _pairs(index)
        self._pair_weights = scorer.weights[np.array([row for _, row in pairs], np.int64)]
        class_weights = [scorer.weight(f"k:{key}") for key in scorer.lexicon.keys]
        self._class_weights = np.array(class_weights).reshape(-1, len(scorer.model.keys))
        self._class_pairs = _pairs(self._class_scan.pairs)
        self._intercepts = scorer.model.intercepts.copy()
        self._owners = _owners(scorer)
        self._roles = (0, 0)

    def _forms(self) -> tuple[list[str], list[str]]:
        """List words of which cues or classes know something, and beginnings of words."""
        tests = [*self._scorer.matcher.tests(), *self._scorer.lexicon.tests()]
        # Negations are told by their ending, but for this one.
        words = ["cannot", *(test for test in tests if not test.endswith("*"))]
        return words, [test[:-1] for test in tests if test.endswith("*")]

    def score(self, codes: Codes, offsets: Numbers) -> tuple[Numbers, Numbers, Vectors]:
        """Split documents into sentences and score these.

        Parameters
        ----------
        codes : ndarray of uint32
            The characters of all documents, one behind the other.
        offsets : ndarray of int, shape (documents + 1,)
            Document ``i`` is ``codes[offsets[i] : offsets[i + 1]]``.

        Returns
        -------
        spans : ndarray of int, shape (sentences, 2)
            Start and end of each sentence in `codes`.
        ends : ndarray of int, shape (documents + 1,)
            The sentences of document ``i`` are those from ``ends[i]`` to ``ends[i + 1]``.
        logits : ndarray, shape (sentences, themes)
        """
        spans, ends = self._splitter.split(codes, offsets)
        return spans, ends, self.logits(codes, spans)

    def logits(self, codes: Codes, spans: Numbers) -> Vectors:
        """Give each theme's logit for stretches of a text.

        Parameters
        ----------
        codes : ndarray of uint32
            The characters of a text.
        spans : ndarray of int, shape (n, 2)
            Start and end of each stretch.

        Returns
        -------
        ndarray, shape (n, themes)
        """
        numbers, bounds = self._words.find(codes, spans)
        self._take_roles()
        marks, weights = self._words.marks, self._scorer.weights
        total = np.empty((len(spans), len(self._intercepts)))
        add_words(
            numbers,
            bounds,
            self._words.vectors,
            marks,
            self._pairs,
            self._pair_weights,
            length_scales(np.diff(bounds)),
            self._intercepts,
            total,
        )
        add_cues(numbers, bounds, marks, self._cues, weights, total)
        opened = np.empty(len(spans), np.int64)
        count = add_classes(numbers, bounds, marks, self._classes, total, opened)
        for sentence in opened[:count].tolist():
            words = [self._words.word(number) for number in numbers[slice(*bounds[sentence : sentence + 2])]]
            total[sentence] += self._scorer.class_sum(words)
        return total

    def _take_roles(self) -> None:
        """Make the tables of all roles met so far."""
        cues, classes = self._scan.tables(), self._class_scan.tables()
        if self._roles == (len(cues.has), len(classes.meets)):
            return
        self._roles = (len(cues.has), len(classes.meets))
        steps, gaps = (_stacked(*sides) for sides in zip(cues.before, cues.after, strict=True))
        self._cues = Cues(
            starts=cues.calls.starts,
            counts=cues.calls.counts,
            items=cues.calls.items,
            rarest=_rarest(cues),
            element_starts=cues.elements.starts,
            element_counts=cues.elements.counts,
            elements=cues.elements.items,
            has=cues.has,
            needs=cues.needs,
            steps=steps,
            gaps=gaps,
            cue=cues.cue,
            part=cues.part,
            parts=cues.parts,
            first_parts=np.cumsum(cues.parts) - cues.parts,
            **self._owners,
            widest=int((gaps + 1).clip(0).sum(axis=2).max(initial=0)),
        )
        self._classes = Classes(
            starts=classes.classes.starts,
            counts=classes.classes.counts,
            items=classes.classes.items,
            opens=classes.opens,
            meets=classes.meets,
            pairs=self._class_pairs,
            phrase_starts=classes.of_pair.starts,
            phrase_counts=classes.of_pair.counts,
            kind=classes.kind,
            rest=classes.rest,
            weights=self._class_weights,
        )


def _rarest(cues: CueTables) -> Numbers:
    """Give for each call of a role the first of the needs that the word itself does not meet, or -1."""
    role, _ = spread(cues.calls.counts)
    rarest = np.full(len(role), -1, np.int64)
    for needs in cues.needs[cues.calls.items].T[::-1]:
        unmet = ~bit(cues.has, role, needs)
        rarest[unmet] = needs[unmet]
    return rarest


def _stacked(before: Numbers, after: Numbers) -> Numbers:
    """Put two tables filled up with -1 behind one another."""
    stacked = np.full((2, len(before), max(before.shape[1], after.shape[1])), -1, np.int64)
    stacked[0, :, : before.shape[1]], stacked[1, :, : after.shape[1]] = before, after
    return stacked


def _pairs(index: PairIndex) -> Pairs:
    slots = 1 << (4 * len(index.keys) + 16).bit_length()
    pairs = Pairs(index.wide, np.zeros(slots, np.int64), np.zeros(slots, np.int32))
    add_pairs(index.keys, index.order, pairs)
    return pairs


def _owners(scorer: Scorer) -> dict[str, Numbers]:
    """Say of cues whose they are, what silences them, and where their features stand in the weights."""
    cues = scorer.matcher.cues()
    names = dict.fromkeys(name for owner, _, unless, near in cues for name in (owner, *unless, *near))
    number = {name: at for at, name in enumerate(names)}
    return {
        "owner": np.array([number[owner] for owner, *_ in cues], np.int64),
        "unless": padded([sorted(number[name] for name in unless) for _, _, unless, _ in cues]),
        "near": padded([sorted(number[name] for name in near) for *_, near in cues]),
        "own_rows": np.array([scorer.row(f"q:{owner}:{cue}") for owner, cue, *_ in cues], np.int64),
        "owner_rows": np.array(
            [(scorer.row(f"q:{name}"), scorer.row(f"q:~{name}")) for name in names], np.int64
        ).reshape(-1, 2),
    }
