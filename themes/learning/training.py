"""Training: one calibrated logistic regression a theme, its settings chosen inside the training rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from themes.coding.codebook import Codebook
from themes.coding.lexicon import Lexicon
from themes.coding.matcher import CueMatcher
from themes.learning.calibration import calibrate, choose_threshold
from themes.learning.dataset import Dataset
from themes.learning.folds import assign_folds
from themes.scoring.model import Model
from themes.scoring.scorer import probabilities

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]
Progress = Callable[[str], None]

WEIGHTS = {"w": 0.3, "p": 0.3, "c": 0.1, "q": 0.5, "k": 0.5}
"""Factors of the kinds of features by default."""

FEW = 10
"""Positives below which a theme is reported as too small to learn from with any confidence."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a model is trained.

    Attributes
    ----------
    strengths : tuple of float
        Inverse strengths of regularisation to choose from (scikit-learn's ``C``).
    folds : int
        Folds inside the training rows for choosing strength, calibration and thresholds.
    rarest : int
        A word feature found in fewer training sentences is left out.
    weights : mapping of str to float
        Factor for each kind of feature, by its sign: ``w`` stems, ``p`` pairs, ``c`` letter runs,
        ``q`` cues, ``k`` classes of words.
    threshold : float
        Threshold of a theme for which none can be chosen.
    """

    strengths: tuple[float, ...] = (0.03, 0.1, 0.3)
    folds: int = 5
    rarest: int = 3
    weights: dict[str, float] = field(default_factory=lambda: dict(WEIGHTS))
    threshold: float = 0.5


@dataclass(frozen=True, eq=False)
class Fitted:
    """What training gave.

    Attributes
    ----------
    features : list of str, length f
        Names of the features kept, sorted.
    idf : ndarray, shape (f,)
        Inverse document frequency times the kind's weight; the kind's weight alone for cues and classes.
    coefficients : ndarray, shape (f, themes)
        Calibrated: the slope of the calibration is multiplied in.
    intercepts, thresholds : ndarray, shape (themes,)
        As in `themes.scoring.model.Model`.
    strength : float
        The one chosen.
    notes : dict of str to str
        What a user should know, by theme.
    """

    features: list[str]
    idf: NDArray[np.float64]
    coefficients: NDArray[np.float64]
    intercepts: NDArray[np.float64]
    thresholds: NDArray[np.float64]
    strength: float
    notes: dict[str, str]


@dataclass(frozen=True, eq=False)
class _Design:
    """The columns kept for some training rows, and their weights."""

    kept: NDArray[np.int64]
    idf: NDArray[np.float64]
    marks_kept: NDArray[np.int64]
    mark_weights: NDArray[np.float64]

    def matrix(self, data: Dataset, rows: Rows) -> Any:
        from scipy.sparse import diags, hstack

        text = data.counts[rows][:, self.kept] @ diags(self.idf)
        marks = data.marks[rows][:, self.marks_kept] @ diags(self.mark_weights)
        return hstack([text, marks]).tocsr()


def _design(data: Dataset, rows: Rows, settings: Settings) -> _Design:
    from sklearn.feature_extraction.text import TfidfTransformer

    counts = data.counts[rows]
    kept = np.flatnonzero(_frequency(counts) >= settings.rarest)
    idf = np.zeros(0)
    if len(kept):
        idf = TfidfTransformer(norm=None).fit(counts[:, kept]).idf_
        idf = idf * np.array([settings.weights[name[0]] for name in data.features[kept]])
    marks_kept = np.flatnonzero(_frequency(data.marks[rows]))
    weights = np.array([settings.weights[name[0]] for name in data.mark_names[marks_kept]])
    return _Design(kept, idf, marks_kept, weights)


def _frequency(matrix: Any) -> NDArray[np.int64]:
    frequency: NDArray[np.int64] = np.bincount(matrix.indices, minlength=matrix.shape[1])
    return frequency


def fit_one(matrix: Any, truth: NDArray[np.bool_], strength: float) -> tuple[NDArray[np.float64], float]:
    """Fit the logistic regression of one theme.

    Parameters
    ----------
    matrix : sparse matrix, shape (n, f)
        Training rows.
    truth : ndarray of bool, shape (n,)
        Which row has the theme.
    strength : float
        Inverse strength of regularisation.

    Returns
    -------
    coefficients : ndarray, shape (f,)
        All 0 where every row says the same or there is no feature.
    intercept : float
        There, the logit of ``(positives + 1/2) / (n + 1)``.
    """
    from sklearn.linear_model import LogisticRegression

    if truth.all() or not truth.any() or not matrix.shape[1]:
        share = (truth.sum() + 0.5) / (len(truth) + 1)
        return np.zeros(matrix.shape[1]), float(np.log(share / (1 - share)))
    classifier = LogisticRegression(C=strength, solver="liblinear", dual=True, random_state=0, max_iter=2000)
    classifier.fit(matrix, truth)
    return classifier.coef_[0], float(classifier.intercept_[0])


def out_of_fold(
    data: Dataset, rows: Rows, settings: Settings, say: Progress | None = None
) -> tuple[Rows, dict[float, NDArray[np.float64]]]:
    """Score the real sentences among some rows by models that did not see their documents.

    Parameters
    ----------
    data : Dataset
        All rows.
    rows : ndarray of int
        Those that may be used.
    settings : Settings
        Strengths and number of folds.
    say : callable, optional
        Called with a line at each fold.

    Returns
    -------
    real : ndarray of int, shape (m,)
        The rows scored; none where they are of fewer than two groups.
    logits : dict of float to ndarray, shape (m, themes)
        By strength.
    """
    real = rows[data.held_out[rows]]
    empty = {strength: np.zeros((0, data.truth.shape[1])) for strength in settings.strengths}
    if len(np.unique(data.group[real])) < 2:
        return real[:0], empty
    folds = assign_folds(data.group[real].tolist(), data.truth[real], settings.folds)
    logits = {strength: np.zeros((len(real), data.truth.shape[1])) for strength in settings.strengths}
    for fold in range(int(folds.max()) + 1):
        if say:
            say(f"fold {fold + 1} of {folds.max() + 1}")
        test = real[folds == fold]
        train = np.setdiff1d(rows, rows[np.isin(data.group[rows], data.group[test])])
        design = _design(data, train, settings)
        matrix, held = design.matrix(data, train), design.matrix(data, test)
        for strength in settings.strengths:
            for theme in range(data.truth.shape[1]):
                weights, intercept = fit_one(matrix, data.truth[train, theme], strength)
                logits[strength][folds == fold, theme] = held @ weights + intercept
    return real, logits


def fit(data: Dataset, rows: Rows, settings: Settings, say: Progress | None = None) -> Fitted:
    """Train on some rows: choose strength, calibration and thresholds inside them, then fit on all.

    Parameters
    ----------
    data : Dataset
        All rows.
    rows : ndarray of int
        Those to train on.
    settings : Settings
        What to choose from.
    say : callable, optional
        Called with a line at each step.

    Returns
    -------
    Fitted
    """
    real, logits = out_of_fold(data, rows, settings, say)
    truth = data.truth[real]
    strength, slopes, offsets = _choose(logits, truth, settings)
    scores = probabilities(logits[strength] * slopes + offsets)
    keys = data.codebook.keys
    thresholds = [choose_threshold(scores[:, t], truth[:, t], settings.threshold) for t in range(len(keys))]
    if say:
        say("all rows")
    design = _design(data, rows, settings)
    matrix = design.matrix(data, rows)
    fits = [fit_one(matrix, data.truth[rows, theme], strength) for theme in range(len(keys))]
    names = [*data.features[design.kept].tolist(), *data.mark_names[design.marks_kept].tolist()]
    order = sorted(range(len(names)), key=names.__getitem__)
    idf = np.append(design.idf, design.mark_weights)
    return Fitted(
        features=[names[i] for i in order],
        idf=idf[order],
        coefficients=np.column_stack([weights for weights, _ in fits])[order] * slopes,
        intercepts=np.array([intercept for _, intercept in fits]) * slopes + offsets,
        thresholds=np.array(thresholds),
        strength=strength,
        notes=_notes(data, rows, real),
    )


def _choose(
    logits: dict[float, NDArray[np.float64]], truth: NDArray[np.bool_], settings: Settings
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """Take the strength with the least calibrated log loss, and its calibration."""
    best: tuple[float, float, Floats, Floats] | None = None
    for strength in settings.strengths:
        slopes, offsets = calibrate(logits[strength], truth)
        scores = logits[strength] * slopes + offsets
        loss = float(np.logaddexp(0, scores).sum() - scores[truth].sum())
        if best is None or loss < best[0] - 1e-9:
            best = (loss, strength, slopes, offsets)
    assert best is not None
    return best[1], best[2], best[3]


def to_model(fitted: Fitted, codebook: Codebook, about: Mapping[str, Any]) -> Model:
    """Make the model that scores text.

    Parameters
    ----------
    fitted : Fitted
        What training gave.
    codebook : Codebook
        The codebook it was trained with.
    about : mapping
        What the manifest is to hold.

    Returns
    -------
    Model
    """
    return Model(
        names={theme.key: theme.name for theme in codebook.themes},
        cues=CueMatcher.from_codebook(codebook).to_data(),
        classes=Lexicon.from_codebook(codebook).to_data(),
        vocabulary=fitted.features,
        idf=fitted.idf,
        coefficients=fitted.coefficients,
        intercepts=fitted.intercepts,
        thresholds=fitted.thresholds,
        about=about,
    )


def _notes(data: Dataset, rows: Rows, real: Rows) -> dict[str, str]:
    notes = {}
    for theme, key in enumerate(data.codebook.keys):
        total, held = int(data.truth[rows, theme].sum()), int(data.truth[real, theme].sum())
        if total == 0:
            notes[key] = "no example: it will never be found"
        elif total < FEW:
            notes[key] = (
                f"only {total} example{'s' * (total != 1)}: too few to learn from with any confidence"
            )
        elif held == 0:
            notes[key] = "no example among real sentences: its threshold and calibration could not be chosen"
        elif held < FEW:
            notes[key] = (
                f"only {held} real example{'s' * (held != 1)}: its threshold is little better than a guess"
            )
    return notes


def project(fitted: Fitted, data: Dataset, rows: Rows) -> NDArray[np.float64]:
    """Give the calibrated logits of rows of a dataset.

    Parameters
    ----------
    fitted : Fitted
        What training gave.
    data : Dataset
        The dataset it was trained on.
    rows : ndarray of int, shape (m,)
        Rows to score.

    Returns
    -------
    ndarray, shape (m, themes)
    """
    place = {name: row for row, name in enumerate(fitted.features)}
    logits = np.tile(fitted.intercepts, (len(rows), 1))
    for matrix, names in ((data.counts, data.features), (data.marks, data.mark_names)):
        columns = np.array([i for i, name in enumerate(names) if name in place], dtype=np.int64)
        weights = np.array([place[name] for name in names[columns]], dtype=np.int64)
        logits += matrix[rows][:, columns] @ (fitted.coefficients[weights] * fitted.idf[weights, None])
    return logits
