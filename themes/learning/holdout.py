"""Holding out: every real sentence judged by models that never saw its document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from themes.learning import baselines
from themes.learning.dataset import Dataset
from themes.learning.evaluation import MODEL, Evaluation, Predicted, collect, count, explain_errors
from themes.learning.folds import assign_folds
from themes.learning.metrics import AVERAGES, RESAMPLES, Figure, Scores
from themes.learning.training import Fitted, Rows, Settings, fit, project, to_model
from themes.scoring.results import Reason
from themes.scoring.scorer import probabilities

FOLDS = 10
"""Folds by default; fewer where there are fewer documents."""

TOO_FEW = "an evaluation holds out whole documents, and there are fewer than two that share no near-copies"

Progress = Callable[[str], None]


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
    return _judge(data, settings or Settings(), folds, resamples, seed, jobs, say, final=False)[0]


def evaluate_and_fit(
    data: Dataset,
    settings: Settings | None = None,
    *,
    folds: int = FOLDS,
    resamples: int = RESAMPLES,
    seed: int = 0,
    jobs: int = 1,
    say: Progress | None = None,
) -> tuple[Evaluation, Fitted]:
    """Evaluate as `evaluate` does and, alongside the folds, train on all rows.

    Parameters
    ----------
    data, settings, folds, resamples, seed, jobs, say
        As for `evaluate`.

    Returns
    -------
    Evaluation
    Fitted
    """
    evaluation, fitted = _judge(data, settings or Settings(), folds, resamples, seed, jobs, say, final=True)
    assert fitted is not None
    return evaluation, fitted


def _judge(
    data: Dataset,
    settings: Settings,
    folds: int,
    resamples: int,
    seed: int,
    jobs: int,
    say: Progress | None,
    *,
    final: bool,
) -> tuple[Evaluation, Fitted | None]:
    from joblib import Parallel, delayed

    real = np.flatnonzero(data.held_out)
    everything = np.arange(len(data.labels))
    about = _about(data, resamples, seed)
    if len(np.unique(data.group[real])) < 2:
        return _undefined(data, real, about), fit(data, everything, settings) if final else None
    fold = assign_folds(data.group[real].tolist(), data.truth[real], folds)
    number = int(fold.max()) + 1
    tasks = [delayed(_run_fold)(data, real[fold == i], settings) for i in range(number)]
    tasks += [delayed(fit)(data, everything, settings)] * final
    results: list[Any] = []
    for done, result in enumerate(Parallel(n_jobs=jobs, return_as="generator")(tasks), 1):
        results.append(result)
        if say:
            say(f"fold {done} of {number}" if done <= number else "model of all sentences")
    fitted = results.pop() if final else None
    return _join(data, real, fold, results, about), fitted


def _join(data: Dataset, real: Rows, fold: Rows, results: list[_Fold], about: dict[str, Any]) -> Evaluation:
    """Put the folds together again, in the order of the real sentences."""
    place = np.argsort(np.argsort(fold, kind="stable"))
    predicted = {}
    for name in results[0].predicted:
        given, ranking = zip(*(result.predicted[name] for result in results), strict=True)
        predicted[name] = np.concatenate(given)[place], np.concatenate(ranking)[place]
    reasons = [found for result in results for found in result.reasons]
    keys = data.codebook.keys
    about |= {
        "folds": len(results),
        "strengths": [result.strength for result in results],
        "thresholds": [dict(zip(keys, result.thresholds, strict=True)) for result in results],
    }
    labels = [data.labels[row] for row in real]
    return collect(labels, keys, predicted, [reasons[i] for i in place], fold.tolist(), about)


@dataclass(frozen=True, eq=False)
class _Fold:
    predicted: dict[str, Predicted]
    strength: float
    thresholds: list[float]
    reasons: list[dict[str, list[Reason]]]


def _run_fold(data: Dataset, test: Rows, settings: Settings) -> _Fold:
    train = np.flatnonzero(~np.isin(data.group, data.group[test]))
    fitted = fit(data, train, settings)
    scores = probabilities(project(fitted, data, test))
    predicted = {MODEL: ((scores >= fitted.thresholds).astype(float), scores)}
    if any(theme.cues for theme in data.codebook.themes):
        predicted["cues"] = baselines.cue_match(data, test)
    predicted["plain"] = baselines.plain_model(data, train, test)
    predicted["guess"] = baselines.guess(data, train, test)
    # Explained here, for once the fold is over its model is gone.
    reasons = explain_errors(
        to_model(fitted, data.codebook, {}),
        [data.labels[row].sentence for row in test],
        predicted[MODEL][0] != data.truth[test],
    )
    return _Fold(predicted, fitted.strength, fitted.thresholds.tolist(), reasons)


def _about(data: Dataset, resamples: int, seed: int) -> dict[str, Any]:
    return {
        "codebook": data.codebook.title,
        "codebook_version": data.codebook.version,
        "authored_in_training": int((~data.held_out).sum()),
        "folds": 0,
        "resamples": resamples,
        "seed": seed,
        "interval": "95 %, percentiles of a bootstrap over documents",
    }


def _undefined(data: Dataset, real: Rows, about: dict[str, Any]) -> Evaluation:
    none = Figure(None)
    support = dict(zip(data.codebook.keys, data.truth[real].sum(axis=0).tolist(), strict=True))
    support |= dict.fromkeys(AVERAGES, sum(support.values()))
    rows = [Scores(name, number, 0.0, none, none, none, none) for name, number in support.items()]
    chosen = {"strengths": [], "thresholds": [], "undefined": TOO_FEW}
    counts = count([data.labels[row] for row in real])
    return Evaluation({MODEL: rows}, {}, {"all": (0, 0)}, counts | about | chosen, [])
