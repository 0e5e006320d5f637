"""Figures: drawings of one theme's held-out predictions as SVG that takes its colours from the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from themes.metrics import BINS

_COLOURS = {
    "#010101": "var(--ink)",
    "#020202": "var(--soft)",
    "#030303": "var(--line)",
    "#040404": "var(--accent)",
    "#050505": "var(--other)",
}
"""Stand-ins for the page's colours: Matplotlib takes no CSS variables."""

_INK, _SOFT, _LINE, _ACCENT, _OTHER = _COLOURS
_SIZE = (3.6, 2.7)
_BARS = 20
_LOG_ABOVE = 40


class Bin(NamedTuple):
    """Sentences whose probability is from `low` to `high`: how many, their mean, the share that has it."""

    low: float
    high: float
    size: int
    mean: float
    share: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure.

    Attributes
    ----------
    svg : str
        An ``svg`` element to stand in a page, its text alternative included.
    alt : str
        That text alternative.
    """

    svg: str
    alt: str


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
    with _drawing(f"pr {name}") as (figure, svg):
        axes = _axes(figure, "recall: share of the theme found", "precision: share right")
        axes.axhline(prevalence, color=_SOFT, linewidth=1, linestyle=(0, (2, 2)))
        axes.plot([0, *recall], [precision[0], *precision], color=_ACCENT, linewidth=1.6)
        alt = f"Precision and recall of {name} over all thresholds. "
        if given.any():
            found = float((given * truth).sum())
            point = found / truth.sum(), found / given.sum()
            axes.plot(*point, marker="o", markersize=7, color=_INK)
            alt += f"The chosen thresholds give recall {point[0]:.2f} and precision {point[1]:.2f}. "
        for level in (0.5, 0.9):
            at = int(np.argmax(recall >= level))
            alt += f"At recall {recall[at]:.2f} precision is {precision[at]:.2f}. "
        alt += f"Marking everything would be right {prevalence:.2f} of the time (dashed)."
    return _finished(svg, alt)


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
    with _drawing(f"reliability {name}") as (figure, svg):
        axes = _axes(figure, "probability given", "share that has the theme")
        axes.plot([0, 1], [0, 1], color=_SOFT, linewidth=1, linestyle=(0, (2, 2)))
        means, shares = [part.mean for part in parts], [part.share for part in parts]
        axes.plot(means, shares, color=_ACCENT, linewidth=1.2, marker="o", markersize=4.5)
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
                color=_INK,
                fontsize=8,
            )
    told = "; ".join(f"of {part.size} at about {part.mean:.2f}, {part.share:.2f}" for part in parts)
    return _finished(svg, f"How many sentences have {name}, by the probability given: {told}.")


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
    with _drawing(f"histogram {name}") as (figure, svg):
        panels = figure.subplots(2, 1, sharex=True)
        for axes, mine, title, colour in (
            (panels[0], truth, "with the theme", _ACCENT),
            (panels[1], ~truth, "without it", _OTHER),
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
            _bare(axes)
        panels[1].set_xlim(0, 1)
        panels[1].set_xlabel("probability given")
        figure.supylabel("sentences", fontsize=9, color=_SOFT)
    half = scores >= 0.5
    alt = (
        f"Probabilities of {name}: of {truth.sum():,} sentences with the theme {(truth & half).sum():,} got "
        f"0.5 or more, of {(~truth).sum():,} without it {(~truth & half).sum():,}."
    )
    return _finished(svg, alt)


@contextmanager
def _drawing(salt: str) -> Iterator[tuple[Any, list[str]]]:
    """Give an empty figure, and a list that holds its SVG afterwards."""
    import io
    import logging

    # Its remarks on caches and fonts are nothing to a reader of the report.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    import matplotlib
    from matplotlib.figure import Figure

    style: Any = {
        "svg.hashsalt": salt,
        "svg.fonttype": "none",
        "font.size": 9,
        "text.color": _INK,
        "axes.labelcolor": _SOFT,
        "axes.edgecolor": _LINE,
        "xtick.color": _SOFT,
        "ytick.color": _SOFT,
    }
    stream, svg = io.StringIO(), [salt]
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(style)
        figure = Figure(figsize=_SIZE, layout="constrained")
        yield figure, svg
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(stream, format="svg", transparent=True, metadata=nothing)
    svg.append(stream.getvalue())


def _axes(figure: Any, across: str, up: str) -> Any:
    axes = figure.subplots()
    # A little beyond 0 and 1, so that points there are seen whole.
    axes.set(xlim=(-0.03, 1.03), ylim=(-0.04, 1.06), xlabel=across, ylabel=up)
    axes.grid(color=_LINE, linewidth=0.6)
    axes.set_axisbelow(True)
    _bare(axes)
    axes.set_xticks(np.linspace(0, 1, 6))
    axes.set_yticks(np.linspace(0, 1, 6))
    return axes


def _bare(axes: Any) -> None:
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)


def _finished(svg: list[str], alt: str) -> Drawing:
    """Make a drawing fit to stand in a page beside others."""
    import hashlib

    salt, text = svg
    text = text[text.index("<svg") :]
    # A style element would reach the whole page, and ids must not meet those of the next drawing.
    text = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", text, flags=re.DOTALL)
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    mark = "f" + hashlib.sha256(salt.encode("utf-8", "replace")).hexdigest()[:10]
    text = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{mark}-", text)
    for stand_in, colour in _COLOURS.items():
        text = text.replace(stand_in, colour)
    text = re.sub(r"<svg[^>]*viewBox=\"([^\"]*)\"[^>]*>", _opening(alt), text, count=1)
    return Drawing(text.strip(), alt)


def _opening(alt: str) -> str:
    # The replacement is a template of `re`, in which a backslash of a name would mean something.
    label = escape(alt, quote=True).replace("\\", r"\\")
    return rf'<svg role="img" aria-label="{label}" viewBox="\g<1>" focusable="false">'
