"""Reporting: judging the way of training or a finished model, and all that is told of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from themes.coding.labels import label_files, read_labels
from themes.inputs.files import read_bytes
from themes.learning.compare import Comparison, compare, read_evaluation
from themes.learning.curve import learning_curve
from themes.learning.evaluation import Evaluation
from themes.learning.external import judge
from themes.learning.holdout import FOLDS, evaluate, evaluate_and_fit
from themes.learning.metrics import RESAMPLES
from themes.learning.trainer import Material, digests
from themes.learning.training import Settings, to_model
from themes.reports.report import Report
from themes.scoring.model import default_model_path, load_model

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Options:
    """How to judge.

    Attributes
    ----------
    folds, resamples, seed, jobs : int
        Folds of whole documents, bootstrap resamples and their seed, processes to use.
    date : str
        Day of the report, as ``2026-11-21``.
    against : Path, optional
        Another evaluation, to compare with.
    curve : bool
        Whether to measure learning curves.
    model : bool
        Whether to train a model on all rows, for its weightiest terms.
    """

    folds: int = FOLDS
    resamples: int = RESAMPLES
    seed: int = 0
    jobs: int = 1
    date: str = ""
    against: Path | None = None
    curve: bool = False
    model: bool = False


def report_held_out(material: Material, options: Options, say: Progress | None = None) -> Report:
    """Judge the way of training on documents held out.

    Parameters
    ----------
    material : Material
        What there is to train on.
    options : Options
        How to judge.
    say : callable, optional
        Called with a line as models are finished.

    Returns
    -------
    Report

    Raises
    ------
    InputError
        When the evaluation to compare with cannot be used, or there is too little for a learning curve.
    """
    # Read now, lest a mistake in its name be found after the long part.
    other = None if options.against is None else read_evaluation(options.against)
    data, settings, model = material.dataset(), Settings(), None
    judging: dict[str, Any] = {
        "folds": options.folds,
        "resamples": options.resamples,
        "seed": options.seed,
        "jobs": options.jobs,
        "say": say,
    }
    if options.model:
        evaluation, fitted = evaluate_and_fit(data, settings, **judging)
        model = to_model(fitted, material.codebook, {})
    else:
        evaluation = evaluate(data, settings, **judging)
    curve = None
    if options.curve:
        curve = learning_curve(data, settings, seed=options.seed, jobs=options.jobs, say=say)
    return Report(
        evaluation=evaluation,
        codebook=material.codebook,
        labels=material.labels,
        hashes=material.hashes,
        settings=asdict(settings),
        date=options.date,
        model=model,
        comparison=_compared(evaluation, other, options),
        curve=curve,
    )


def report_outside(paths: Sequence[Path], folder: Path | None, options: Options) -> Report:
    """Judge a finished model on coded sentences that it was not trained on.

    Parameters
    ----------
    paths : sequence of Path
        Label files, or folders of them.
    folder : Path, optional
        The model; by default the one that comes with the package.
    options : Options
        How to judge; nothing is trained, so that folds, jobs and curves play no part.

    Returns
    -------
    Report

    Raises
    ------
    InputError
        When a file cannot be used, or nothing is left to judge.
    ModelError
        When the model cannot be read.
    """
    other = None if options.against is None else read_evaluation(options.against)
    place = folder or default_model_path()
    model, files = load_model(place), label_files(paths)
    labels = read_labels(files)
    judgement = judge(model, labels, options.resamples, options.seed)
    return Report(
        evaluation=judgement.evaluation,
        codebook=model.codebook,
        labels=labels,
        hashes=digests(files),
        settings=model.about.get("settings", {}),
        date=options.date,
        model=model,
        judgement=judgement,
        comparison=_compared(judgement.evaluation, other, options),
        model_digest=hashlib.sha256(read_bytes(place / "SHA256SUMS")).hexdigest(),
    )


def _compared(evaluation: Evaluation, other: Mapping[str, Any] | None, options: Options) -> Comparison | None:
    if other is None:
        return None
    return compare(evaluation.to_dict(), other, options.resamples, options.seed, options.against)
