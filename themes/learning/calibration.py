"""Calibration: from the logits of held-out sentences to honest probabilities and thresholds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from themes.scoring.scorer import probabilities

Floats = NDArray[np.float64]

RIDGES = (10.0, 3.0)
"""Weights of the pull of a theme's slope and offset towards the common ones."""


def calibrate(logits: NDArray[np.float64], truth: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Fit slopes and offsets that turn logits into calibrated ones.

    Platt's method (1999) in two steps: one slope and offset for all themes together, then one a theme
    with a ridge that holds it near the common one, so that few positives cannot lead it astray.

    Parameters
    ----------
    logits : ndarray, shape (m, themes)
        Out of fold.
    truth : ndarray of bool, shape (m, themes)
        Which sentences have which theme.

    Returns
    -------
    slopes, offsets : ndarray, shape (themes,)
        Ones and zeros where nothing can be learnt: no rows, or all of them alike.
    """
    count = truth.shape[1]
    if not truth.any() or truth.all():
        return np.ones(count), np.zeros(count)
    slope, offset = _platt(logits.ravel(), truth.ravel(), 1.0, 0.0)
    common = slope * logits + offset
    pairs = [_platt(common[:, theme], truth[:, theme], *RIDGES) for theme in range(count)]
    slopes, offsets = (np.array(values) for values in zip(*pairs, strict=True))
    return slopes * slope, slopes * offset + offsets


def _platt(
    logits: NDArray[np.float64], truth: NDArray[np.bool_], slope_ridge: float, offset_ridge: float
) -> tuple[float, float]:
    from scipy.optimize import minimize

    target = truth.astype(float)

    def loss(parameters: Floats) -> tuple[float, Floats]:
        slope, offset = parameters
        scores = slope * logits + offset
        pull = np.array([slope_ridge * (slope - 1), offset_ridge * offset])
        value = np.logaddexp(0, scores).sum() - scores[truth].sum() + pull @ np.array([slope - 1, offset]) / 2
        residual = probabilities(scores) - target
        return float(value), np.array([residual @ logits, residual.sum()]) + pull

    result = minimize(loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B", bounds=[(0.05, 5), (-20, 20)])
    return float(result.x[0]), float(result.x[1])


def choose_threshold(scores: NDArray[np.float64], truth: NDArray[np.bool_], default: float) -> float:
    """Choose the probability from which a theme is given, for a high F1.

    The mean of two: the threshold with the highest F1 on these scores, and half of that F1, which is
    the best threshold for calibrated probabilities (Lipton, Elkan and Naryanaswamy 2014). The second
    steadies the first where positives are few.

    Parameters
    ----------
    scores : ndarray, shape (m,)
        Calibrated probabilities out of fold.
    truth : ndarray of bool, shape (m,)
        Which have the theme.
    default : float
        Returned where there are no positives.

    Returns
    -------
    float
    """
    if not truth.any():
        return default
    threshold, f1 = best_threshold(scores, truth)
    return (threshold + f1 / 2) / 2


def best_threshold(scores: NDArray[np.float64], truth: NDArray[np.bool_]) -> tuple[float, float]:
    """Find the threshold with the highest F1.

    Parameters
    ----------
    scores : ndarray, shape (m,)
        At least one.
    truth : ndarray of bool, shape (m,)
        At least one of them true.

    Returns
    -------
    threshold, f1 : float
        The threshold lies half-way between the two scores that it parts; the higher one of equals.
    """
    order = np.argsort(-scores, kind="stable")
    ranked, hits = scores[order], np.cumsum(truth[order])
    last = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
    f1 = 2 * hits[last] / (last + 1 + truth.sum())
    at = int(np.argmax(f1))
    best = last[at]
    below = ranked[best + 1] if best + 1 < len(ranked) else 0.0
    return float((ranked[best] + below) / 2), float(f1[at])
