"""Drawing: SVG that stands in a page beside others and takes its colours from it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

_COLOURS = {
    "#010101": "var(--ink)",
    "#020202": "var(--soft)",
    "#030303": "var(--line)",
    "#040404": "var(--accent)",
    "#050505": "var(--other)",
}
"""Stand-ins for the page's colours: Matplotlib takes no CSS variables."""

INK, SOFT, LINE, ACCENT, OTHER = _COLOURS
_SIZE = (3.6, 2.7)


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


@contextmanager
def drawing(salt: str) -> Iterator[tuple[Any, list[str]]]:
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
        "text.color": INK,
        "axes.labelcolor": SOFT,
        "axes.edgecolor": LINE,
        "xtick.color": SOFT,
        "ytick.color": SOFT,
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


def shares(figure: Any, across: str, up: str) -> Any:
    """Give axes on which a share is drawn over another."""
    axes = share_over(figure, across, up)
    axes.set_xlim(-0.03, 1.03)
    axes.set_xticks(np.linspace(0, 1, 6))
    return axes


def share_over(figure: Any, across: str, up: str) -> Any:
    """Give axes on which a share is drawn over anything."""
    axes = figure.subplots()
    # A little beyond 0 and 1, so that points there are seen whole.
    axes.set(ylim=(-0.04, 1.06), xlabel=across, ylabel=up)
    axes.grid(color=LINE, linewidth=0.6)
    axes.set_axisbelow(True)
    bare(axes)
    axes.set_yticks(np.linspace(0, 1, 6))
    return axes


def bare(axes: Any) -> None:
    """Take away what of axes' frame and ticks says nothing."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)


def finished(svg: list[str], alt: str) -> Drawing:
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
