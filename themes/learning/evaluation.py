"""Evaluation: what judging a model gave, with every single prediction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from themes.coding.labels import Label
from themes.learning.metrics import Figure, Scores, differences, draw_weights, false_alarms, score
from themes.scoring.classify import Classifier
from themes.scoring.model import Model
from themes.scoring.results import Reason

MODEL = "model"
"""What the model is called among the predictors."""

DECIDING = 5
"""Terms kept of each error."""

Predicted = tuple[NDArray[np.float64], NDArray[np.float64]]
"""What is given (0, 1 or a chance) and by what sentences are ranked, each of shape (rows, themes)."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """A held-out sentence and what was predicted for it.

    Attributes
    ----------
    id, document, source, sentence : str
        Where it comes from.
    index : int
        Its number in the document.
    fold : int
        The fold in which its document was held out.
    truth, themes : list of str
        Final codes, and the themes given.
    probabilities : dict of str to float
        By theme.
    reasons : dict of str to list of Reason
        For each theme wrongly given or missed: what weighed most in the model of its fold.
    """

    id: str
    document: str
    source: str
    sentence: str
    index: int
    fold: int
    truth: list[str]
    themes: list[str]
    probabilities: dict[str, float]
    reasons: dict[str, list[Reason]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """An evaluation.

    Attributes
    ----------
    scores : dict of str to list of Scores
        By predictor: the model first, then the baselines.
    differences : dict of str to dict of str to dict of str to Figure
        By baseline, then theme or ``macro``, then ``f1`` and ``average_precision``: the model's lead.
    alarms : dict of str to (int, int)
        For the model and the cue match: sentences without a theme that are given one, of how many.
        ``all`` and ``source <name>`` are keys of the model's, ``cues`` is the cue match on all.
    about : dict
        What was evaluated on what: documents, sentences, folds, thresholds, seed; ``undefined`` is
        the reason where nothing could be held out.
    predictions : list of Prediction
        Every held-out sentence, in the order of the labels.
    """

    scores: dict[str, list[Scores]]
    differences: dict[str, dict[str, dict[str, Figure]]]
    alarms: dict[str, tuple[int, int]]
    about: dict[str, Any]
    predictions: list[Prediction]

    def to_dict(self) -> dict[str, Any]:
        """Give the evaluation as plain data, fit for JSON.

        Returns
        -------
        dict
        """
        return self.summary() | {
            "differences": {name: _plain(rows) for name, rows in self.differences.items()},
            "predictions": [asdict(prediction) for prediction in self.predictions],
        }

    def summary(self) -> dict[str, Any]:
        """Give the figures without the single predictions, for a model's manifest.

        Returns
        -------
        dict
        """
        return {
            "about": self.about,
            "scores": {name: {row.name: _plain(row) for row in rows} for name, rows in self.scores.items()},
            "false_alarms": {name: list(pair) for name, pair in self.alarms.items()},
        }


def _plain(value: Any) -> Any:
    if isinstance(value, Scores):
        value = {name: getattr(value, name) for name in value.__slots__ if name != "name"}
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return [value.value, value.low, value.high] if isinstance(value, Figure) else value


def collect(
    labels: Sequence[Label],
    keys: Sequence[str],
    predicted: Mapping[str, Predicted],
    reasons: Sequence[dict[str, list[Reason]]],
    fold: Sequence[int],
    about: Mapping[str, Any],
) -> Evaluation:
    """Score what was predicted for some sentences.

    Parameters
    ----------
    labels : sequence of Label, length m
        The sentences; no authored ones.
    keys : sequence of str
        The themes.
    predicted : mapping of str to (ndarray, ndarray), shape (m, themes)
        By predictor; the model is among them.
    reasons : sequence of dict
        For each sentence, what `explain_errors` gave.
    fold : sequence of int
        The fold of each sentence.
    about : mapping
        What was judged how, `resamples` and `seed` among it; the counts are added here.

    Returns
    -------
    Evaluation
    """
    truth = truth_of(labels, keys)
    # A document is known by its name alone, as where folds are assigned.
    draws = draw_weights([label.document for label in labels], about["resamples"], about["seed"])
    given, ranking = predicted[MODEL]
    counts = count(labels)
    alarms = {"all": false_alarms(truth, given)}
    for source in counts["by_source"]:
        mine = np.array([label.source == source for label in labels])
        alarms[f"source {source}"] = false_alarms(truth[mine], given[mine])
    if "cues" in predicted:
        alarms["cues"] = false_alarms(truth, predicted["cues"][0])
    return Evaluation(
        scores={
            name: score(keys, truth, *pair, draws, calibrated=name == MODEL)
            for name, pair in predicted.items()
        },
        differences={
            name: differences(keys, truth, predicted[MODEL], pair, draws)
            for name, pair in predicted.items()
            if name != MODEL
        },
        alarms=alarms,
        about=counts | dict(about),
        predictions=[
            Prediction(
                id=label.id,
                document=label.document,
                source=label.source,
                sentence=label.sentence,
                index=label.index,
                fold=int(fold[i]),
                truth=list(label.themes),
                themes=[key for key, mark in zip(keys, given[i], strict=True) if mark],
                probabilities=dict(zip(keys, ranking[i].tolist(), strict=True)),
                reasons=reasons[i],
            )
            for i, label in enumerate(labels)
        ],
    )


def truth_of(labels: Sequence[Label], keys: Sequence[str]) -> NDArray[np.bool_]:
    """Set final codes out as an array of shape (labels, themes)."""
    marks = [[key in label.themes for key in keys] for label in labels]
    return np.array(marks, dtype=bool).reshape(len(labels), len(keys))


def count(labels: Sequence[Label]) -> dict[str, Any]:
    """Count the sentences judged and their documents, for `Evaluation.about`."""
    sources = sorted({label.source for label in labels})
    return {
        "sentences": len(labels),
        "coded": sum(bool(label.themes) for label in labels),
        "documents": len({label.document for label in labels}),
        "by_source": {source: sum(label.source == source for label in labels) for source in sources},
    }


def explain_errors(
    model: Model, sentences: Sequence[str], wrong: NDArray[np.bool_]
) -> list[dict[str, list[Reason]]]:
    """Give, for each sentence, what weighed most in each theme wrongly given or missed.

    Parameters
    ----------
    model : Model
        The one that erred.
    sentences : sequence of str, length m
        What it judged.
    wrong : ndarray of bool, shape (m, themes)
        Where it erred.

    Returns
    -------
    list of dict of str to list of Reason
        By theme; empty for a sentence without an error.
    """
    classifier, found = Classifier(model), []
    for sentence, themes in zip(sentences, wrong, strict=True):
        mine = [model.keys[theme] for theme in np.flatnonzero(themes)]
        reasons = {}
        if mine:
            line = " ".join(sentence.split())
            explained = classifier.classify(line, unit="line", explain=DECIDING)[0].explanation or {}
            reasons = {key: explained[key].terms for key in mine}
        found.append(reasons)
    return found
