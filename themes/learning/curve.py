"""Learning curves: what the model gains from more authored sentences, and from more real documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import log2
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from themes.errors import InputError
from themes.learning.dataset import Dataset
from themes.learning.folds import assign_folds
from themes.learning.metrics import RESAMPLES, differences, draw_weights, score
from themes.learning.training import Rows, Settings, fit, project
from themes.scoring.scorer import probabilities
from themes.terminal import counted, table, wrap

Floats = NDArray[np.float64]
Progress = Callable[[str], None]
_Draw = tuple[str, float, int]

AUTHORED, DOCUMENTS = "authored sentences", "real documents"
"""What there is more or less of in training."""


class Mean(NamedTuple):
    """A mean over the repeats with its standard deviation; None where undefined or of one repeat only."""

    value: float | None
    spread: float | None


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a curve.

    Attributes
    ----------
    share, size : float
        Of what there is to train on, and how many sentences or documents that is on average.
    f1, average_precision : Mean
        Macro averages. Where everything is taken there is one run, hence no spread.
    """

    share: float
    size: float
    f1: Mean
    average_precision: Mean


@dataclass(frozen=True, slots=True)
class Gain:
    """What a doubling brought at the end of a curve, in macro average precision.

    Attributes
    ----------
    start, gain : float, Mean
        The share, at most half, from which it is measured to the end; the gain per doubling.
    low, high : float or None
        Mean bounds of the repeats' 95 % intervals: bootstrap over documents, the same for both ends.
    """

    start: float
    gain: Mean
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Curve:
    """Two learning curves.

    Attributes
    ----------
    points : dict of str to list of Point
        By what is varied, `AUTHORED` and `DOCUMENTS`; the first is missing where nothing is authored.
    gains : dict of str to Gain
        Missing where no share is half or less.
    sentences, documents, folds, repeats : int
        What was judged and how often.
    strengths : list of float
        Chosen for each fold inside its training rows, all of them, and kept for every share.
    """

    points: dict[str, list[Point]]
    gains: dict[str, Gain]
    sentences: int
    documents: int
    folds: int
    repeats: int
    strengths: list[float]


def learning_curve(
    data: Dataset,
    settings: Settings | None = None,
    shares: Sequence[float] = (0.1, 0.2, 0.4, 0.7, 1.0),
    repeats: int = 3,
    folds: int = 5,
    seed: int = 0,
    jobs: int = 1,
    say: Progress | None = None,
) -> Curve:
    """Train on less and less of the authored sentences, then of the real documents, and judge each time.

    Whole documents are held out as in `themes.learning.holdout.evaluate`; calibration and thresholds are
    chosen inside the training rows. In a repeat every share holds the smaller ones.

    Parameters
    ----------
    data : Dataset
        All rows.
    settings : Settings, optional
        How to train; each fold's strength is chosen once, inside its training rows, with two folds there.
    shares : sequence of float
        Above 0 and at most 1; all of it is always among them.
    repeats, folds, seed, jobs : int
        Draws of what is left out, folds of whole documents, seed of the draws, processes to use.
    say : callable, optional
        Called with a line as models are finished.

    Returns
    -------
    Curve

    Raises
    ------
    InputError
        When a share is out of range, or the real sentences are of fewer than two documents.
    """
    if not all(0 < share <= 1 for share in shares):
        raise InputError("shares of a learning curve must be above 0 and at most 1")
    real = np.flatnonzero(data.held_out)
    if len(np.unique(data.group[real])) < 2:
        raise InputError("a learning curve holds out whole documents, and there are fewer than two")
    # Fewer folds inside than for a model that is kept, for speed.
    settings = replace(settings or Settings(), folds=2)
    kinds = [AUTHORED] * bool((~data.held_out).any()) + [DOCUMENTS]
    # All of it is the same for both kinds and every repeat. The slowest come first.
    parts = sorted({share for share in shares if share < 1}, reverse=True)
    keys = [("", 1.0, 0), *((k, share, n) for k in kinds[::-1] for share in parts for n in range(repeats))]
    fold = assign_folds(data.group[real].tolist(), data.truth[real], folds)
    tests = [real[fold == number] for number in range(int(fold.max()) + 1)]
    strengths = _strengths(data, tests, settings, seed, jobs)
    ways = [replace(settings, strengths=(strength,)) for strength in strengths]
    found = _train(data, list(zip(tests, ways, strict=True)), fold, keys, seed, jobs, say)
    runs = list(zip(keys, found, strict=True))
    mine = {kind: [(key[1], run) for key, run in runs if key[0] in (kind, "")] for kind in kinds}
    points = {kind: _points(data, real, some, kind) for kind, some in mine.items()}
    gains = {kind: gain for kind, some in mine.items() if (gain := _gain(data, real, some, seed))}
    return Curve(points, gains, len(real), len({*_documents(data, real)}), len(tests), repeats, strengths)


def _strengths(data: Dataset, tests: list[Rows], settings: Settings, seed: int, jobs: int) -> list[float]:
    """Choose each fold's strength without any document that the fold holds out."""
    from joblib import Parallel, delayed

    everything: _Draw = ("", 1.0, 0)
    calls = (delayed(fit)(data, _training_rows(data, test, everything, seed), settings) for test in tests)
    return [fitted.strength for fitted in Parallel(n_jobs=jobs)(calls)]


def _train(
    data: Dataset,
    folds: list[tuple[Rows, Settings]],
    fold: NDArray[np.int64],
    keys: Sequence[_Draw],
    seed: int,
    jobs: int,
    say: Progress | None,
) -> list[_Run]:
    from joblib import Parallel, delayed

    calls = [delayed(_run)(data, test, key, settings, seed) for key in keys for test, settings in folds]
    results = []
    for done, result in enumerate(Parallel(n_jobs=jobs, return_as="generator")(calls), 1):
        results.append(result)
        if say:
            say(f"model {done} of {len(calls)}")
    return [_join(results[i : i + len(folds)], fold) for i in range(0, len(results), len(folds))]


class _Run(NamedTuple):
    given: Floats
    ranking: Floats
    sizes: Floats


_Runs = Sequence[tuple[float, _Run]]


def _documents(data: Dataset, rows: Rows) -> list[str]:
    return [data.labels[row].document for row in rows]


def _run(data: Dataset, test: Rows, draw: _Draw, settings: Settings, seed: int) -> _Run:
    train = _training_rows(data, test, draw, seed)
    fitted = fit(data, train, settings)
    scores = probabilities(project(fitted, data, test))
    held = data.held_out[train]
    sizes = np.array([(~held).sum(), len({*_documents(data, train[held])})], dtype=float)
    return _Run((scores >= fitted.thresholds).astype(float), scores, sizes)


def _training_rows(data: Dataset, test: Rows, draw: _Draw, seed: int) -> Rows:
    """Give what shares no group with the rows held out, less what is drawn to be left out."""
    kind, share, repeat = draw
    train = np.flatnonzero(~np.isin(data.group, data.group[test]))
    varied = train[data.held_out[train] == (kind == DOCUMENTS)]
    if not kind or not len(varied):
        return train
    names = _documents(data, varied) if kind == DOCUMENTS else [str(row) for row in varied]
    different = sorted(set(names))
    # The same order for every share of a repeat, so that each share holds the smaller ones.
    order = np.random.default_rng([seed, repeat]).permutation(len(different))
    kept = {different[place] for place in order[: max(1, round(share * len(different)))]}
    return np.setdiff1d(train, varied[[name not in kept for name in names]])


def _join(folds: Sequence[_Run], fold: NDArray[np.int64]) -> _Run:
    """Put the folds of a run together again, in the order of the real sentences."""
    place = np.argsort(np.argsort(fold, kind="stable"))
    given, ranking, sizes = zip(*folds, strict=True)
    return _Run(np.concatenate(given)[place], np.concatenate(ranking)[place], np.mean(sizes, axis=0))


def _points(data: Dataset, real: Rows, runs: _Runs, kind: str) -> list[Point]:
    none = np.zeros((0, len(real)), dtype=np.int64)
    points = []
    for share in sorted({share for share, _ in runs}):
        mine = [run for other, run in runs if other == share]
        scores = [score(data.codebook.keys, data.truth[real], *run[:2], none) for run in mine]
        macro = [row for rows in scores for row in rows if row.name == "macro"]
        size = np.mean([run.sizes for run in mine], axis=0)[(AUTHORED, DOCUMENTS).index(kind)]
        figures = ((row.f1.value, row.average_precision.value) for row in macro)
        points.append(Point(share, float(size), *map(_mean, zip(*figures, strict=True))))
    return points


def _mean(values: Iterable[float | None]) -> Mean:
    defined = [value for value in values if value is not None]
    spread = float(np.std(defined, ddof=1)) if len(defined) > 1 else None
    return Mean(float(np.mean(defined)) if defined else None, spread)


def _gain(data: Dataset, real: Rows, runs: _Runs, seed: int) -> Gain | None:
    start = max((share for share, _ in runs if share <= 0.5), default=None)
    if start is None:
        return None
    (end,) = (run for share, run in runs if share == 1)
    keys, truth = data.codebook.keys, data.truth[real]
    draws = draw_weights(_documents(data, real), RESAMPLES, seed)
    leads = [differences(keys, truth, end[:2], run[:2], draws) for share, run in runs if share == start]
    figures = [lead["macro"]["average_precision"] for lead in leads]
    value, low, high = (
        _mean(None if bound is None else bound / log2(1 / start) for bound in bounds)
        for bounds in zip(*((figure.value, figure.low, figure.high) for figure in figures), strict=True)
    )
    return Gain(start, value, low.value, high.value)


def outlook(kind: str, gain: Gain) -> str:
    """Say in a sentence whether more would still pay."""
    value, spread = gain.gain
    if value is None:
        return "what the last doubling brought cannot be measured: average precision is undefined."
    noise = "undefined" if spread is None else f"{spread:.3f}"
    said = f"the last doubling brought {value:+.3f} mAP (spread {noise})"
    if value <= (spread or 0.0):
        return f"{said}: no gain beyond chance, so more {kind} would hardly pay."
    if gain.low is not None and gain.low > 0:
        return f"{said}: more {kind} would still pay."
    return f"{said}: more {kind} may still pay, but the documents judged are too few to be sure."


def curve_lines(curve: Curve) -> list[str]:
    """Set out learning curves for a terminal.

    Parameters
    ----------
    curve : Curve
        What was found.

    Returns
    -------
    list of str
    """
    judged = f"{counted(curve.sentences, 'sentence')} of {counted(curve.documents, 'document')}"
    lines = [
        f"Judged each time: {judged}, held out in {counted(curve.folds, 'fold')}.",
        f"Mean and spread (standard deviation) over {counted(curve.repeats, 'draw')}; mAP = macro average "
        "precision.",
    ]
    for kind, points in curve.points.items():
        cells = [[kind, "share", "macro F1", "spread", "mAP", "spread"]]
        for point in points:
            shown = ["" if x is None else f"{x:.3f}" for x in (*point.f1, *point.average_precision)]
            cells.append([f"{point.size:.0f}", f"{100 * point.share:.0f} %", *shown])
        lines += ["", *(f"  {line}" for line in table(cells, left=0))]
        if kind in curve.gains:
            text = f"{kind.capitalize()}: {outlook(kind, curve.gains[kind])}"
            lines += [f"  {line}" for line in wrap(text, 98)]
    return lines
