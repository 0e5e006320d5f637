"""Evaluation: every real sentence judged by models that never saw its document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from themes import baselines
from themes.classify import Classifier, Reason
from themes.dataset import Dataset
from themes.folds import assign_folds
from themes.metrics import AVERAGES, RESAMPLES, Figure, Scores, differences, draw_weights, false_alarms, score
from themes.scorer import probabilities
from themes.training import Fitted, Rows, Settings, fit, project, to_model

FOLDS = 10
"""Folds by default; fewer where there are fewer documents."""

MODEL = "model"

DECIDING = 5
"""Terms kept of each error."""

TOO_FEW = "an evaluation holds out whole documents, and there are fewer than two that share no near-copies"

Progress = Callable[[str], None]


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


def evaluate(
    data: Dataset,
    settings: Settings | None = None,
    *,
    folds: int = FOLDS,
    resamples: int = RESAMPLES,
    seed: int = 0,
    jobs: int = 1,
    say: Progress | None = None,
) -> Evaluation:
    """Evaluate the way of training by holding out whole documents.

    Everything that is chosen (strength, calibration, thresholds) is chosen anew in each fold, inside
    its training rows. Authored sentences are trained on and never judged; those that are near-copies
    of a sentence held out are left out of that fold's training.

    Parameters
    ----------
    data : Dataset
        All rows.
    settings : Settings, optional
        How to train.
    folds : int
        Folds wanted.
    resamples : int
        Bootstrap resamples of documents for the intervals.
    seed : int
        Seed of the bootstrap.
    jobs : int
        Processes to use.
    say : callable, optional
        Called with a line as folds are finished.

    Returns
    -------
    Evaluation
        With every figure undefined where the real sentences are of fewer than two documents.
    """
    from joblib import Parallel, delayed

    settings = settings or Settings()
    real = np.flatnonzero(data.held_out)
    if len(np.unique(data.group[real])) < 2:
        return _undefined(data, real, _about(data, real, 0, resamples, seed))
    fold = assign_folds(data.group[real].tolist(), data.truth[real], folds)
    count = int(fold.max()) + 1
    tasks = (delayed(_run_fold)(data, real[fold == number], settings) for number in range(count))
    results = []
    for done, result in enumerate(Parallel(n_jobs=jobs, return_as="generator")(tasks), 1):
        results.append(result)
        if say:
            say(f"fold {done} of {count}")
    shape = (len(real), len(data.codebook.keys))
    predicted = {name: (np.zeros(shape), np.zeros(shape)) for name in results[0].predicted}
    for number, result in enumerate(results):
        for name, (given, ranking) in result.predicted.items():
            predicted[name][0][fold == number] = given
            predicted[name][1][fold == number] = ranking
    chosen = {
        "strengths": [result.strength for result in results],
        "thresholds": [dict(zip(data.codebook.keys, r.thresholds, strict=True)) for r in results],
    }
    about = _about(data, real, count, resamples, seed) | chosen
    reasons = {row: found for result in results for row, found in result.reasons.items()}
    return _collect(data, real, fold, predicted, reasons, about)


@dataclass(frozen=True, eq=False)
class _Fold:
    predicted: dict[str, baselines.Predicted]
    strength: float
    thresholds: list[float]
    reasons: dict[int, dict[str, list[Reason]]]


def _run_fold(data: Dataset, test: Rows, settings: Settings) -> _Fold:
    train = np.flatnonzero(~np.isin(data.group, data.group[test]))
    fitted = fit(data, train, settings)
    scores = probabilities(project(fitted, data, test))
    predicted = {MODEL: ((scores >= fitted.thresholds).astype(float), scores)}
    if any(theme.cues for theme in data.codebook.themes):
        predicted["cues"] = baselines.cue_match(data, test)
    predicted["plain"] = baselines.plain_model(data, train, test)
    predicted["guess"] = baselines.guess(data, train, test)
    reasons = _reasons(fitted, data, test, predicted[MODEL][0] != data.truth[test])
    return _Fold(predicted, fitted.strength, fitted.thresholds.tolist(), reasons)


def _reasons(
    fitted: Fitted, data: Dataset, test: Rows, wrong: NDArray[np.bool_]
) -> dict[int, dict[str, list[Reason]]]:
    """Explain the errors of a fold, by row and theme; once the fold is over its model is gone."""
    book = data.codebook
    classifier = Classifier(to_model(fitted, book, {}))
    found = {}
    for row, themes in zip(test.tolist(), wrong, strict=True):
        if themes.any():
            line = " ".join(data.labels[row].sentence.split())
            explained = classifier.classify(line, unit="line", explain=DECIDING)[0].explanation or {}
            found[row] = {book.keys[t]: explained[book.keys[t]].terms for t in np.flatnonzero(themes)}
    return found


def _about(data: Dataset, real: Rows, folds: int, resamples: int, seed: int) -> dict[str, Any]:
    labels = [data.labels[row] for row in real]
    sources = sorted({label.source for label in labels})
    return {
        "codebook": data.codebook.title,
        "codebook_version": data.codebook.version,
        "sentences": len(labels),
        "coded": int(data.truth[real].any(axis=1).sum()),
        "documents": len({label.document for label in labels}),
        "by_source": {source: sum(label.source == source for label in labels) for source in sources},
        "authored_in_training": int((~data.held_out).sum()),
        "folds": folds,
        "resamples": resamples,
        "seed": seed,
        "interval": "95 %, percentiles of a bootstrap over documents",
    }


def _collect(
    data: Dataset,
    real: Rows,
    fold: NDArray[np.int64],
    predicted: dict[str, baselines.Predicted],
    reasons: dict[int, dict[str, list[Reason]]],
    about: dict[str, Any],
) -> Evaluation:
    keys, truth = data.codebook.keys, data.truth[real]
    labels = [data.labels[row] for row in real]
    names = [label.document for label in labels]
    draws = draw_weights(names, about["resamples"], about["seed"])
    scores = {
        name: score(keys, truth, given, ranking, draws, calibrated=name == MODEL)
        for name, (given, ranking) in predicted.items()
    }
    leads = {
        name: differences(keys, truth, predicted[MODEL], other, draws)
        for name, other in predicted.items()
        if name != MODEL
    }
    given, ranking = predicted[MODEL]
    alarms = {"all": false_alarms(truth, given)}
    for source in about["by_source"]:
        mine = np.array([label.source == source for label in labels])
        alarms[f"source {source}"] = false_alarms(truth[mine], given[mine])
    if "cues" in predicted:
        alarms["cues"] = false_alarms(truth, predicted["cues"][0])
    predictions = [
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
            reasons=reasons.get(int(real[i]), {}),
        )
        for i, label in enumerate(labels)
    ]
    return Evaluation(scores, leads, alarms, about, predictions)


def _undefined(data: Dataset, real: Rows, about: dict[str, Any]) -> Evaluation:
    none = Figure(None)
    support = dict(zip(data.codebook.keys, data.truth[real].sum(axis=0).tolist(), strict=True))
    support |= dict.fromkeys(AVERAGES, sum(support.values()))
    rows = [Scores(name, count, 0.0, none, none, none, none) for name, count in support.items()]
    chosen = {"strengths": [], "thresholds": [], "undefined": TOO_FEW}
    return Evaluation({MODEL: rows}, {}, {"all": (0, 0)}, about | chosen, [])
