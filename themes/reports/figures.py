"""Figures: drawings of one theme's held-out predictions, and of a learning curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from themes.learning.metrics import BINS
from themes.reports.drawing import (
    ACCENT,
    INK,
    OTHER,
    SOFT,
    Drawing,
    bare,
    drawing,
    finished,
    share_over,
    shares,
)

_BARS = 20
_LOG_ABOVE = 40

Spread = tuple[float | None, float | None]
"""A mean and its standard deviation."""


class Bin(NamedTuple):
    """Sentences whose probability is from `low` to `high`: how many, their mean, the share that has it."""

    low: float
    high: float
    size: int
    mean: float
    share: float


def bins(truth: NDArray[np.bool_], scores: NDArray[np.float64]) -> list[Bin]:
    """Part sentences by probability into bins of equal width; empty ones are left out.

    Parameters
    ----------
    truth, scores : ndarray, shape (m,)
        Of one theme.

    Returns
    -------
    list of Bin
    """
    places = np.minimum((scores * BINS).astype(int), BINS - 1)
    return [
        Bin(
            place / BINS,
            (place + 1) / BINS,
            int(mine.sum()),
            float(scores[mine].mean()),
            float(truth[mine].mean()),
        )
        for place in range(BINS)
        if (mine := places == place).any()
    ]


def precision_recall(
    name: str, truth: NDArray[np.bool_], scores: NDArray[np.float64], given: NDArray[np.float64]
) -> Drawing | None:
    """Draw precision against recall over all thresholds, with what is given now marked.

    Parameters
    ----------
    name : str
        The theme's name, for the text alternative.
    truth, scores, given : ndarray, shape (m,)
        Of this theme.

    Returns
    -------
    Drawing or None
        None where no sentence has the theme.
    """
    if not truth.any():
        return None
    order = np.argsort(-scores, kind="stable")
    last = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    hits = np.cumsum(truth[order])[last]
    recall, precision = hits / truth.sum(), hits / (last + 1)
    prevalence = float(truth.mean())
    with drawing(f"pr {name}") as (figure, svg):
        axes = shares(figure, "recall: share of the theme found", "precision: share right")
        axes.axhline(prevalence, color=SOFT, linewidth=1, linestyle=(0, (2, 2)))
        axes.plot([0, *recall], [precision[0], *precision], color=ACCENT, linewidth=1.6)
        alt = f"Precision and recall of {name} over all thresholds. "
        if given.any():
            found = float((given * truth).sum())
            point = found / truth.sum(), found / given.sum()
            axes.plot(*point, marker="o", markersize=7, color=INK)
            alt += f"The chosen thresholds give recall {point[0]:.2f} and precision {point[1]:.2f}. "
        for level in (0.5, 0.9):
            at = int(np.argmax(recall >= level))
            alt += f"At recall {recall[at]:.2f} precision is {precision[at]:.2f}. "
        alt += f"Marking everything would be right {prevalence:.2f} of the time (dashed)."
    return finished(svg, alt)


def reliability(name: str, truth: NDArray[np.bool_], scores: NDArray[np.float64]) -> Drawing | None:
    """Draw the share of sentences that have the theme against their probability, with counts.

    Parameters
    ----------
    name : str
        The theme's name, for the text alternative.
    truth, scores : ndarray, shape (m,)
        Of this theme.

    Returns
    -------
    Drawing or None
        None without sentences.
    """
    if not len(truth):
        return None
    parts = bins(truth, scores)
    with drawing(f"reliability {name}") as (figure, svg):
        axes = shares(figure, "probability given", "share that has the theme")
        axes.plot([0, 1], [0, 1], color=SOFT, linewidth=1, linestyle=(0, (2, 2)))
        means, observed = [part.mean for part in parts], [part.share for part in parts]
        axes.plot(means, observed, color=ACCENT, linewidth=1.2, marker="o", markersize=4.5)
        for part in parts:
            up = part.share < 0.85
            place = (0, 6 if up else -6)
            axes.annotate(
                str(part.size),
                (part.mean, part.share),
                xytext=place,
                textcoords="offset points",
                ha="center",
                va="bottom" if up else "top",
                color=INK,
                fontsize=8,
            )
    told = "; ".join(f"of {part.size} at about {part.mean:.2f}, {part.share:.2f}" for part in parts)
    return finished(svg, f"How many sentences have {name}, by the probability given: {told}.")


def histogram(name: str, truth: NDArray[np.bool_], scores: NDArray[np.float64]) -> Drawing | None:
    """Draw how many sentences with and without the theme got which probability.

    Parameters
    ----------
    name : str
        The theme's name, for the text alternative.
    truth, scores : ndarray, shape (m,)
        Of this theme.

    Returns
    -------
    Drawing or None
        None without sentences.
    """
    if not len(truth):
        return None
    edges = np.linspace(0, 1, _BARS + 1)
    with drawing(f"histogram {name}") as (figure, svg):
        panels = figure.subplots(2, 1, sharex=True)
        for axes, mine, title, colour in (
            (panels[0], truth, "with the theme", ACCENT),
            (panels[1], ~truth, "without it", OTHER),
        ):
            counts = np.histogram(scores[mine], edges)[0]
            axes.bar(edges[:-1], counts, width=0.9 / _BARS, align="edge", color=colour)
            most = max(int(counts.max()), 1)
            axes.set_ylim(0, most * 1.35)
            if most > _LOG_ABOVE:
                # Most sentences have no theme: on an even scale all but the first bar would vanish.
                axes.set_yscale("symlog", linthresh=1)
                axes.set_ylim(0, most * 3)
                title += ", log scale"
                ticks = [10**power for power in range(len(str(most)))]
                axes.set_yticks([0, *ticks], ["0", *(f"{tick:,}" for tick in ticks)])
            else:
                axes.set_yticks([0, most])
            axes.minorticks_off()
            axes.text(0.98, 0.96, f"{mine.sum():,} {title}", transform=axes.transAxes, ha="right", va="top")
            bare(axes)
        panels[1].set_xlim(0, 1)
        panels[1].set_xlabel("probability given")
        figure.supylabel("sentences", fontsize=9, color=SOFT)
    half = scores >= 0.5
    alt = (
        f"Probabilities of {name}: of {truth.sum():,} sentences with the theme {(truth & half).sum():,} got "
        f"0.5 or more, of {(~truth).sum():,} without it {(~truth & half).sum():,}."
    )
    return finished(svg, alt)


def learning_curve(
    name: str,
    sizes: Sequence[float],
    lines: Sequence[tuple[str, Sequence[Spread]]],
) -> Drawing | None:
    """Draw how figures grow with what there is to train on.

    Parameters
    ----------
    name : str
        What there is more or less of.
    sizes : sequence of float, length n
        How much of it, ascending.
    lines : sequence of (str, sequence of (float or None, float or None))
        At most two figures by name, each with `n` means and standard deviations.

    Returns
    -------
    Drawing or None
        None where nothing is defined.
    """
    alt = ""
    with drawing(f"curve {name}") as (figure, svg):
        axes = share_over(figure, name, "macro average")
        for (what, values), colour, marker in zip(lines, (ACCENT, OTHER), "os", strict=False):
            known = [
                (x, y, spread or 0.0) for x, (y, spread) in zip(sizes, values, strict=True) if y is not None
            ]
            if not known:
                continue
            across, up, spreads = zip(*known, strict=True)
            axes.errorbar(across, up, spreads, color=colour, marker=marker, markersize=4.5, linewidth=1.4)
            axes.annotate(
                what,
                (across[-1], up[-1]),
                xytext=(0, 8 if colour == ACCENT else -8),
                textcoords="offset points",
                ha="right",
                va="bottom" if colour == ACCENT else "top",
                color=INK,
            )
            told = ", ".join(f"{y:.2f} at {x:,.0f}" for x, y, _ in known)
            alt += f" {what[:1].upper()}{what[1:]}: {told}."
        # Half as many and twice as many are as far apart anywhere on it.
        axes.set_xscale("log")
        axes.set_xticks(sizes, [f"{size:,.0f}" for size in sizes])
        axes.minorticks_off()
    return finished(svg, f"What the model gains from more {name}.{alt}") if alt else None
