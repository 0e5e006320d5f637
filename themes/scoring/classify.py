"""Classifying: the themes of each unit of a text, with probabilities and reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from themes.errors import InputError
from themes.inputs.reading import Document
from themes.scoring.model import Model, load_model
from themes.scoring.results import Explanation, Reason, Result
from themes.scoring.scored import Route, Scored, units
from themes.scoring.scorer import Scorer, Term, probabilities
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
            yield from self.results(group, unit=unit, explain=explain)

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

    def results(
        self, group: Scored, *, unit: str = "sentence", explain: int | None = None
    ) -> Iterator[Result]:
        """Give the results of a group of documents.

        Parameters
        ----------
        group : Scored
            From `scored`, with the same unit.
        unit, explain
            As in `classify`.

        Yields
        ------
        Result
        """
        for document, spans, logits in units(group):
            scores = probabilities(logits)
            if unit == "document":
                yield self._whole(document, spans, logits, scores, explain)
                continue
            for index, (span, mine, likely) in enumerate(zip(spans, logits, scores, strict=True)):
                yield self._result(document, index, span, mine, likely, explain)

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

    def _given(self, scores: NDArray[np.float64]) -> list[str]:
        return [key for key, mark in zip(self.keys, scores >= self.thresholds, strict=True) if mark]

    def _result(
        self,
        document: Document,
        index: int,
        span: tuple[int, int],
        logits: NDArray[np.float64],
        scores: NDArray[np.float64],
        explain: int | None,
    ) -> Result:
        text = document.text[span[0] : span[1]]
        return Result(
            document=document.name,
            index=index,
            start=span[0],
            end=span[1],
            text=text,
            themes=self._given(scores),
            probabilities=dict(zip(self.keys, scores.tolist(), strict=True)),
            explanation=None if explain is None else self._explain(text, logits, explain),
            metadata=document.metadata,
        )

    def _whole(
        self,
        document: Document,
        sentences: list[tuple[int, int]],
        logits: NDArray[np.float64],
        scores: NDArray[np.float64],
        explain: int | None,
    ) -> Result:
        if not sentences:
            logits = np.full((1, len(self.keys)), -np.inf)
            scores = probabilities(logits)
        best = np.argmax(logits, axis=0)
        top = scores[best, np.arange(len(self.keys))]
        counts = (scores >= self.thresholds).sum(axis=0)
        explanation: dict[str, Explanation] | None = None if explain is None else {}
        if explain is not None and explanation is not None and sentences:
            for theme, key in enumerate(self.keys):
                at = int(best[theme])
                text = document.text[slice(*sentences[at])]
                explained = self._explain(text, logits[at], explain, only=theme, sentence=at)
                explanation[key] = explained[key]
        return Result(
            document=document.name,
            index=0,
            start=0,
            end=len(document.text),
            text=document.text,
            themes=[key for key, count in zip(self.keys, counts, strict=True) if count and sentences],
            probabilities=dict(zip(self.keys, top.tolist(), strict=True)),
            explanation=explanation,
            counts=dict(zip(self.keys, (int(count) * bool(sentences) for count in counts), strict=True)),
            sentences=len(sentences),
            metadata=document.metadata,
        )

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
