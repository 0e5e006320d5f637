"""Classifying: the themes of each unit of a text, with probabilities and reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from themes.errors import InputError
from themes.inputs.reading import Document
from themes.scoring.judged import Judged, judge
from themes.scoring.model import Model, load_model
from themes.scoring.results import Explanation, Reason, Result
from themes.scoring.scored import Route, Scored
from themes.scoring.scorer import Scorer, Term
from themes.text.sentences import UNITS


class Classifier:
    """A model ready to classify text.

    Parameters
    ----------
    model : Model
        The trained model.
    thresholds : mapping of str to float, optional
        Thresholds to use instead of the model's, by theme.

    Raises
    ------
    InputError
        When a threshold names an unknown theme or is not between 0 and 1.
    """

    def __init__(self, model: Model, thresholds: Mapping[str, float] | None = None) -> None:
        self.model = model
        self.keys = model.keys
        self.thresholds = model.thresholds.copy()
        for key, value in (thresholds or {}).items():
            if key not in self.keys:
                raise InputError(f"no theme {key!r}; the model has {', '.join(self.keys)}")
            if not 0 <= value <= 1:
                raise InputError(f"threshold {value} of {key} is not between 0 and 1")
            self.thresholds[self.keys.index(key)] = value
        self._scorer = Scorer(model)
        self._route = Route(self._scorer)

    def classify(
        self, text: str, *, unit: str = "sentence", explain: int | None = None, name: str = "<text>"
    ) -> list[Result]:
        """Classify a text.

        Parameters
        ----------
        text : str
            The text.
        unit : {"sentence", "line", "document"}
            What gets themes. A document has every theme that one of its sentences has, and as its
            probability that of its likeliest sentence.
        explain : int, optional
            Explain every theme by this many terms; 0 for all of them.
        name : str
            How the results call the text.

        Returns
        -------
        list of Result
            In the order of the text; for a whole document one, even if it holds no sentence.
        """
        return list(self.classify_documents([Document(name, text)], unit=unit, explain=explain))

    def classify_documents(
        self, documents: Iterable[Document], *, unit: str = "sentence", explain: int | None = None
    ) -> Iterator[Result]:
        """Classify documents one after the other.

        Parameters
        ----------
        documents : iterable of Document
            The texts.
        unit, explain
            As in `classify`.

        Yields
        ------
        Result
            In the order of the documents and their text.

        Raises
        ------
        InputError
            When the unit is unknown.
        """
        if unit not in UNITS:
            raise InputError(f"unit {unit!r} is none of {', '.join(UNITS)}")
        for group in self.scored(documents, unit):
            judged = self.judged(group, unit)
            chosen = judged.chosen(only_coded=False)
            yield from judged.results(chosen) if explain is None else self.explained(judged, chosen, explain)

    def scored(self, documents: Iterable[Document], unit: str = "sentence") -> Iterator[Scored]:
        """Split documents and score their units, with no object a unit.

        Parameters
        ----------
        documents : iterable of Document
            The texts.
        unit
            As in `classify`; for whole documents, their sentences are scored.

        Yields
        ------
        Scored
            Groups of documents in their order. What came before a fault in the input is given before the
            fault is raised.
        """
        return self._route.scored(documents, "line" if unit == "line" else "sentence")

    def judged(self, group: Scored, unit: str = "sentence") -> Judged:
        """Give the probabilities and themes of a group of documents, with no object a unit.

        Parameters
        ----------
        group : Scored
            From `scored`, with the same unit.
        unit
            As in `classify`.

        Returns
        -------
        Judged
        """
        return judge(group, self.keys, self.thresholds, unit)

    def explained(self, judged: Judged, chosen: NDArray[np.int64], most: int) -> Iterator[Result]:
        """Give units one by one with an explanation of every theme.

        Parameters
        ----------
        judged : Judged
            From `judged`.
        chosen : ndarray of int64
            The units' numbers.
        most : int
            Terms that explain a theme; 0 for all of them.

        Yields
        ------
        Result
        """
        for unit, result in zip(chosen.tolist(), judged.results(chosen), strict=True):
            if judged.counts is None:
                explanation = self._explain(result.text, judged.group.logits[unit], most)
            else:
                explanation = self._explain_likeliest(judged.group, unit, most)
            yield replace(result, explanation=explanation)

    def expect(self, characters: int) -> None:
        """Make ready for an input of known length: a long one is worth the second that compiled code takes.

        Parameters
        ----------
        characters : int
            About how many are to come.
        """
        self._route.expect(characters)

    @property
    def compiled(self) -> bool:
        """Whether compiled code is at work."""
        return self._route.compiled

    def _explain_likeliest(self, group: Scored, at: int, most: int) -> dict[str, Explanation]:
        """Explain each theme by the likeliest sentence of a document; nothing where that has no sentence."""
        text = group.documents[at].text
        first, behind = group.ends[at : at + 2].tolist()
        if first == behind:
            return {}
        explanation: dict[str, Explanation] = {}
        for theme, sentence in enumerate(np.argmax(group.logits[first:behind], axis=0).tolist()):
            start, end = (group.spans[first + sentence] - group.offsets[at]).tolist()
            logits = group.logits[first + sentence]
            explanation |= self._explain(text[start:end], logits, most, only=theme, sentence=sentence)
        return explanation

    def _explain(
        self,
        text: str,
        logits: NDArray[np.float64],
        most: int,
        only: int | None = None,
        sentence: int | None = None,
    ) -> dict[str, Explanation]:
        terms = self._scorer.explain(text)
        chosen = range(len(self.keys)) if only is None else [only]
        return {
            self.keys[theme]: self._explanation(text, terms, theme, float(logits[theme]), most, sentence)
            for theme in chosen
        }

    def _explanation(
        self, text: str, terms: list[Term], theme: int, logit: float, most: int, sentence: int | None
    ) -> Explanation:
        reasons = [_reason(text, term, float(term.contributions[theme])) for term in terms]
        reasons = sorted((r for r in reasons if r.contribution), key=lambda reason: -abs(reason.contribution))
        shown = reasons[:most] if most else reasons
        intercept = float(self.model.intercepts[theme])
        rest = sum(reason.contribution for reason in reasons[len(shown) :])
        return Explanation(logit, intercept, shown, rest, sentence)


def _reason(text: str, term: Term, contribution: float) -> Reason:
    shown = " ... ".join(dict.fromkeys(text[start:end] for start, end in sorted(term.places)))
    return Reason(term.kind, term.term, contribution, shown, term.places)


def load(path: str | Path | None = None, thresholds: Mapping[str, float] | None = None) -> Classifier:
    """Load a model to classify text with.

    Parameters
    ----------
    path : str or Path, optional
        A model folder; by default the model that comes with the package.
    thresholds : mapping of str to float, optional
        Thresholds to use instead of the model's.

    Returns
    -------
    Classifier

    Raises
    ------
    ModelError
        When the folder holds no readable model.
    InputError
        When a threshold is not usable.
    """
    return Classifier(load_model(path), thresholds)
