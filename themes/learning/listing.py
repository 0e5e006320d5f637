"""Listing: an evaluation as text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from themes.learning.evaluation import MODEL, Evaluation
from themes.learning.metrics import AVERAGES, Figure, Scores
from themes.terminal import counted, harmless, table

NAMES = {
    MODEL: "The model",
    "cues": "Baseline: the codebook's cues as a keyword match, nothing learnt",
    "plain": "Baseline: plain TF-IDF and logistic regression on the seeds alone",
    "guess": "Baseline: guessing each theme as often as it occurs (expected values)",
}
"""What each predictor of an evaluation is called."""

FIGURES = ("precision", "recall", "f1", "average_precision")

UNDEFINED = "undef."

BLOCKS, ASCII = "·─█", ".-#"
"""Signs of the bars: the scale from 0 to 1, the interval, the value."""

_BAR = 16
_LEADS = {"f1": "F1", "average_precision": "average precision"}


def report_lines(evaluation: Evaluation, notes: Mapping[str, str] | None = None, bars: str = "") -> list[str]:
    """Set out an evaluation for a terminal.

    Parameters
    ----------
    evaluation : Evaluation
        What was found.
    notes : mapping of str to str, optional
        What a user should know about single themes.
    bars : str
        The signs of bars under the model's figures, `BLOCKS` or `ASCII`; none by default.

    Returns
    -------
    list of str
    """
    about = evaluation.about
    sources = ", ".join(f"{count} {harmless(source)}" for source, count in about["by_source"].items())
    lines = [
        f"Held out: {counted(about['sentences'], 'sentence')} ({sources}) of "
        f"{counted(about['documents'], 'document')}, {about['coded']} with a theme.",
        f"{counted(about['folds'], 'fold that never splits', 'folds that never split')} a document; "
        f"{counted(about['authored_in_training'], 'authored sentence')} in training, none here.",
        "In brackets: 95 % intervals, bootstrap over documents. undef. = undefined, not 0.",
    ]
    if bars:
        lines.append(f"Bars run from 0 to 1: {bars[1]} is the interval, {bars[2]} the value.")
    if "undefined" in about:
        lines.append(f"Everything is undefined: {about['undefined']}.")
    for name, rows in evaluation.scores.items():
        mine = name == MODEL
        lines += ["", NAMES.get(name, name), *scores_table(rows, intervals=mine, bars=bars if mine else "")]
        if mine:
            lines += _alarm_lines(evaluation)
    lines += _lead_lines(evaluation)
    if notes:
        lines += ["", *(f"note: {key}: {note}" for key, note in notes.items())]
    return lines


def scores_table(rows: list[Scores], *, intervals: bool, bars: str = "") -> list[str]:
    """Set out the figures of one predictor.

    Parameters
    ----------
    rows : list of Scores
        Themes and averages.
    intervals : bool
        Whether to show them.
    bars : str
        The signs of a bar under each figure, as for `report_lines`.

    Returns
    -------
    list of str
    """
    cells = [["theme", "support", "given", "precision", "recall", "F1", "avg. precision"]]
    for row in rows:
        if row.name == AVERAGES[0]:
            cells.append([""] * len(cells[0]))
        figures = [getattr(row, figure) for figure in FIGURES]
        shown = [_figure(figure, intervals) for figure in figures]
        if row.name in ("micro", "samples"):
            shown[3] = ""
        given = f"{row.predicted:.0f}"
        cells.append([row.name, str(row.support), given, *shown])
        if bars and row.name not in AVERAGES:
            cells.append(["", "", "", *(bar(figure, bars) for figure in figures)])
    return [f"  {line}".rstrip() for line in table(cells)]


def bar(figure: Figure, signs: str = BLOCKS) -> str:
    """Draw a figure and its interval on a scale from 0 to 1.

    Parameters
    ----------
    figure : Figure
        What to draw.
    signs : str
        Three signs: the scale, the interval, the value.

    Returns
    -------
    str
        16 columns; empty where the figure is undefined.

    Examples
    --------
    >>> bar(Figure(0.5, 0.25, 0.75), ".-#")
    '....----#---....'
    """
    if figure.value is None:
        return ""
    low, value, high = (
        min(int(_BAR * end), _BAR - 1) if end is not None else -1
        for end in (figure.low, figure.value, figure.high)
    )
    reach = [signs[1] if 0 <= low <= i <= high else signs[0] for i in range(_BAR)]
    return "".join([*reach[:value], signs[2], *reach[value + 1 :]])


def bar_signs(encoding: str | None) -> str:
    """Give the signs of bars that a stream's encoding can hold.

    Parameters
    ----------
    encoding : str, optional
        As in the `encoding` of a text stream.

    Returns
    -------
    str
        `BLOCKS` or `ASCII`.
    """
    try:
        BLOCKS.encode(encoding or "ascii")
    except (LookupError, UnicodeError):
        return ASCII
    return BLOCKS


def _figure(figure: Figure, interval: bool) -> str:
    if figure.value is None:
        return UNDEFINED
    value = f"{figure.value:.2f}"
    if not interval:
        return value
    return (
        f"{value} [{figure.low:.2f}-{figure.high:.2f}]"
        if figure.low is not None
        else f"{value} [{UNDEFINED}]"
    )


def _alarm_lines(evaluation: Evaluation) -> list[str]:
    if "undefined" in evaluation.about:
        return []
    alarms, without = evaluation.alarms["all"]
    share = f" ({100 * alarms / without:.1f} %)" if without else ""
    errors = [
        f"{row.name} {row.calibration_error:.3f}"
        for row in evaluation.scores[MODEL]
        if row.calibration_error is not None
    ]
    return [
        f"  Of {counted(without, 'sentence')} without a theme, {alarms}{share} "
        f"{'is' if alarms == 1 else 'are'} given one.",
        f"  Expected calibration error: {', '.join(errors)}.",
    ]


def _lead_lines(evaluation: Evaluation) -> list[str]:
    """Say by how much the model is better on average, from the same resamples."""
    lines = []
    for name, leads in evaluation.differences.items():
        told = [f"{what} {_signed(leads['macro'][key])}" for key, what in _LEADS.items()]
        lines.append(f"  over {name}: {', '.join(told)}")
    return ["", "The model's lead, macro (intervals of paired differences)", *lines] if lines else []


def _signed(figure: Figure) -> str:
    if figure.value is None:
        return UNDEFINED
    interval = UNDEFINED if figure.low is None else f"{figure.low:+.2f} to {figure.high:+.2f}"
    return f"{figure.value:+.2f} [{interval}]"
