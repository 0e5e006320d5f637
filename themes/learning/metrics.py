"""Metrics: figures per theme from held-out predictions, with intervals from a bootstrap over documents.

An undefined value (precision where nothing was predicted, recall where nothing is to be found) is
None, never 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RESAMPLES = 1000
"""Bootstrap resamples of documents by default."""

BINS = 10
"""Bins of equal width for the expected calibration error."""

_SAME = 1e-9

AVERAGES = ("micro", "macro", "samples")


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with its 95 % interval.

    Attributes
    ----------
    value : float or None
        None where undefined.
    low, high : float or None
        Percentiles 2.5 and 97.5 over resampled documents. Resamples in which the value is undefined
        are left out; None where fewer than half remain, there is one document only, or all resamples give
        the same value: then too few documents bear on it, which is no certainty.
    """

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Scores:
    """Figures of one theme or of one average.

    Attributes
    ----------
    name : str
        A theme's key, or ``micro``, ``macro`` or ``samples``.
    support : int
        Sentences that have the theme; for averages, the sum over themes.
    predicted : float
        Sentences given the theme (for guessing, as many as expected).
    precision, recall, f1, average_precision : Figure
        The last is undefined for the averages micro and samples.
    calibration_error : float or None
        Expected calibration error over ten bins of equal width; None for averages and baselines without
        probabilities.
    """

    name: str
    support: int
    predicted: float
    precision: Figure
    recall: Figure
    f1: Figure
    average_precision: Figure
    calibration_error: float | None = None


def draw_weights(documents: Sequence[str], resamples: int, seed: int) -> NDArray[np.int64]:
    """Draw how often each sentence counts in each resample of whole documents.

    Parameters
    ----------
    documents : sequence of str, length m
        The document of each sentence.
    resamples : int
        Number of resamples, b.
    seed : int
        Seed of the draw.

    Returns
    -------
    ndarray of int, shape (b, m)
        No rows where there are fewer than two documents.
    """
    names, place = np.unique(np.asarray(documents, dtype=str), return_inverse=True)
    if len(names) < 2:
        return np.zeros((0, len(place)), dtype=np.int64)
    drawn = np.random.default_rng(seed).integers(len(names), size=(resamples, len(names)))
    times = np.zeros((resamples, len(names)), dtype=np.int64)
    np.add.at(times, (np.arange(resamples)[:, None], drawn), 1)
    result: NDArray[np.int64] = times[:, place]
    return result


def average_precision(truth: NDArray[np.bool_], scores: Floats, weights: NDArray[np.int64]) -> Floats:
    """Compute average precision under several weightings at once.

    The sum over distinct scores, from the highest, of the gain in recall times the precision there,
    as in scikit-learn's ``average_precision_score``.

    Parameters
    ----------
    truth : ndarray of bool, shape (m,)
        Which sentences have the theme.
    scores : ndarray, shape (m,)
        Higher is likelier.
    weights : ndarray of int, shape (b, m)
        How often each sentence counts.

    Returns
    -------
    ndarray, shape (b,)
        NaN where no positive counts.
    """
    if not len(truth):
        return np.full(len(weights), np.nan)
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    last = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
    hits = np.cumsum(weights[:, order] * truth[order], axis=1)[:, last].astype(float)
    seen = np.cumsum(weights[:, order], axis=1)[:, last].astype(float)
    gains = np.diff(hits, axis=1, prepend=0.0)
    precision = np.divide(hits, seen, out=np.zeros_like(hits), where=seen > 0)
    return _ratio((gains * precision).sum(axis=1), hits[:, -1])


def score(
    keys: Sequence[str],
    truth: NDArray[np.bool_],
    given: Floats,
    ranking: Floats,
    draws: NDArray[np.int64],
    *,
    calibrated: bool = False,
) -> list[Scores]:
    """Score predictions theme by theme and on average.

    Parameters
    ----------
    keys : sequence of str
        The themes.
    truth : ndarray of bool, shape (m, themes)
        Final codes.
    given : ndarray, shape (m, themes)
        1 where a theme is given, else 0; a chance in between counts as expected.
    ranking : ndarray, shape (m, themes)
        Scores by which sentences are ranked for average precision.
    draws : ndarray of int, shape (b, m)
        Weights of the bootstrap (see `draw_weights`).
    calibrated : bool
        Whether `ranking` holds probabilities whose calibration is to be measured.

    Returns
    -------
    list of Scores
        One a theme, then micro, macro and samples. Macro is the mean over the themes for which a value
        is defined, samples that over the sentences for which it is: precision over those given a theme,
        recall over those that have one, F1 over both (as in scikit-learn with ``zero_division=nan``).
        Samples is undefined where chances are given.
    """
    weights = np.concatenate([np.ones((1, len(truth)), dtype=np.int64), draws])
    hits, predicted, support = weights @ (given * truth), weights @ given, weights @ truth.astype(float)
    precision, recall, f1 = _rates(hits, predicted, support)
    ap = _average_precisions(truth, ranking, weights)
    results = []
    for t, key in enumerate(keys):
        error = calibration_error(truth[:, t], ranking[:, t]) if calibrated else None
        figures = [values[:, t] for values in (precision, recall, f1, ap)]
        results.append(_row(key, support[0, t], predicted[0, t], figures, error))
    total, marked = support[0].sum(), predicted[0].sum()
    micro = _rates(hits.sum(axis=1), predicted.sum(axis=1), support.sum(axis=1))
    results.append(_row("micro", total, marked, micro))
    results.append(_row("macro", total, marked, [_mean(values) for values in (precision, recall, f1, ap)]))
    results.append(_row("samples", total, marked, _samples(truth, given, weights)))
    return results


def differences(
    keys: Sequence[str],
    truth: NDArray[np.bool_],
    first: tuple[Floats, Floats],
    second: tuple[Floats, Floats],
    draws: NDArray[np.int64],
) -> dict[str, dict[str, Figure]]:
    """Compare two predictors on the same resamples.

    Parameters
    ----------
    keys, truth, draws
        As for `score`.
    first, second : (ndarray, ndarray)
        What each gives and by what it ranks, as for `score`.

    Returns
    -------
    dict of str to dict of str to Figure
        By theme, then ``macro`` (the mean over the themes for which a difference is defined): how much
        higher the first is in ``f1`` and ``average_precision``. Intervals are of the differences.
    """
    weights = np.concatenate([np.ones((1, len(truth)), dtype=np.int64), draws])
    support = weights @ truth.astype(float)
    f1, ap = (np.zeros((len(weights), len(keys))) for _ in range(2))
    for sign, (given, ranking) in ((1, first), (-1, second)):
        f1 += sign * _rates(weights @ (given * truth), weights @ given, support)[2]
        ap += sign * _average_precisions(truth, ranking, weights)
    columns = zip([*keys, "macro"], [*f1.T, _mean(f1)], [*ap.T, _mean(ap)], strict=True)
    return {name: {"f1": _lead(a), "average_precision": _lead(b)} for name, a, b in columns}


def _average_precisions(truth: NDArray[np.bool_], ranking: Floats, weights: NDArray[np.int64]) -> Floats:
    found = [average_precision(truth[:, t], ranking[:, t], weights) for t in range(truth.shape[1])]
    return np.column_stack(found)


def _row(
    name: str, support: float, predicted: float, values: Sequence[Floats], error: float | None = None
) -> Scores:
    precision, recall, f1, ap, *_ = [*map(_figure, values), Figure(None)]
    return Scores(name, int(support), float(predicted), precision, recall, f1, ap, error)


def false_alarms(truth: NDArray[np.bool_], given: Floats) -> tuple[int, int]:
    """Count sentences without a theme, and those among them that are given one.

    Parameters
    ----------
    truth : ndarray of bool, shape (m, themes)
        Final codes.
    given : ndarray, shape (m, themes)
        1 where a theme is given.

    Returns
    -------
    alarms, sentences : int
    """
    empty = ~truth.any(axis=1)
    return int((given[empty] > 0).any(axis=1).sum()), int(empty.sum())


def calibration_error(truth: NDArray[np.bool_], scores: Floats) -> float | None:
    """Measure how far probabilities are from observed shares.

    Expected calibration error (Naeini, Cooper and Hauskrecht 2015) over ten bins of equal width.

    Parameters
    ----------
    truth : ndarray of bool, shape (m,)
        Which sentences have the theme.
    scores : ndarray, shape (m,)
        Probabilities.

    Returns
    -------
    float or None
        None without sentences.
    """
    if not len(truth):
        return None
    places = np.minimum((scores * BINS).astype(int), BINS - 1)
    gaps = np.bincount(places, weights=scores - truth, minlength=BINS)
    return float(np.abs(gaps).sum() / len(truth))


def _rates(hits: Floats, predicted: Floats, support: Floats) -> tuple[Floats, Floats, Floats]:
    return _ratio(hits, predicted), _ratio(hits, support), _ratio(2 * hits, predicted + support)


def _ratio(top: Floats, bottom: Floats) -> Floats:
    result: Floats = np.divide(top, bottom, out=np.full(np.shape(top), np.nan), where=bottom > 0)
    return result


def _samples(truth: NDArray[np.bool_], given: Floats, weights: NDArray[np.int64]) -> list[Floats]:
    if not np.isin(given, (0, 1)).all():
        # A chance of each theme says how often, not which themes are given together.
        return [np.full(len(weights), np.nan)] * 3
    counts, hits = weights.astype(float), (given * truth).sum(axis=1)
    rates = _rates(hits, given.sum(axis=1), truth.sum(axis=1).astype(float))
    return [_ratio(counts @ np.nan_to_num(v), counts @ (~np.isnan(v)).astype(float)) for v in rates]


def _mean(values: Floats) -> Floats:
    defined = ~np.isnan(values)
    return _ratio(np.where(defined, values, 0.0).sum(axis=1), defined.astype(float).sum(axis=1))


def _figure(values: Floats) -> Figure:
    value, resampled = values[0], values[1:]
    if np.isnan(value):
        return Figure(None)
    defined = resampled[~np.isnan(resampled)]
    if not len(defined) or 2 * len(defined) < len(resampled):
        return Figure(float(value))
    low, high = np.percentile(defined, [2.5, 97.5])
    if high - low < _SAME:
        return Figure(float(value))
    return Figure(float(value), float(low), float(high))


def _lead(values: Floats) -> Figure:
    # Two that decide alike differ by 0 whatever documents are drawn.
    alike = len(values) > 1 and not values.any()
    return Figure(0.0, 0.0, 0.0) if alike else _figure(values)
