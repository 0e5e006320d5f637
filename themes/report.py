"""The evaluation as text."""

from __future__ import annotations

from collections.abc import Mapping

from themes.evaluation import MODEL, Evaluation
from themes.metrics import AVERAGES, Figure, Scores
from themes.terminal import table

NAMES = {
    MODEL: "The model",
    "cues": "Baseline: the codebook's cues as a keyword match, nothing learnt",
    "plain": "Baseline: plain TF-IDF and logistic regression on the seeds alone",
    "guess": "Baseline: guessing each theme as often as it occurs (expected values)",
}
"""What each predictor of an evaluation is called."""

UNDEFINED = "undef."


def report_lines(evaluation: Evaluation, notes: Mapping[str, str] | None = None) -> list[str]:
    """Set out an evaluation for a terminal.

    Parameters
    ----------
    evaluation : Evaluation
        What was found.
    notes : mapping of str to str, optional
        What a user should know about single themes.

    Returns
    -------
    list of str
        Lines of at most 100 columns.
    """
    about = evaluation.about
    sources = ", ".join(f"{count} {source}" for source, count in about["by_source"].items())
    lines = [
        f"Held out: {about['sentences']} sentences ({sources}) of {about['documents']} documents, "
        f"{about['coded']} with a theme.",
        f"{about['folds']} folds that never split a document; {about['authored_in_training']} authored "
        "sentences in training, none here.",
        "In brackets: 95 % intervals, bootstrap over documents. undef. = undefined, not 0.",
    ]
    for name, rows in evaluation.scores.items():
        lines += ["", NAMES.get(name, name), *scores_table(rows, intervals=name == MODEL)]
        if name == MODEL:
            lines += _alarm_lines(evaluation)
    if notes:
        lines += ["", *(f"note: {key}: {note}" for key, note in notes.items())]
    return lines


def scores_table(rows: list[Scores], *, intervals: bool) -> list[str]:
    """Set out the figures of one predictor.

    Parameters
    ----------
    rows : list of Scores
        Themes and averages.
    intervals : bool
        Whether to show them.

    Returns
    -------
    list of str
    """
    cells = [["theme", "support", "given", "precision", "recall", "F1", "avg. precision"]]
    for row in rows:
        if row.name == AVERAGES[0]:
            cells.append([""] * len(cells[0]))
        figures = [row.precision, row.recall, row.f1, row.average_precision]
        shown = [_figure(figure, intervals) for figure in figures]
        if row.name in ("micro", "samples"):
            shown[3] = ""
        given = f"{row.predicted:.0f}"
        cells.append([row.name, str(row.support), given, *shown])
    return [f"  {line}" for line in table(cells)]


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
    alarms, without = evaluation.alarms["all"]
    share = f" ({100 * alarms / without:.1f} %)" if without else ""
    errors = [
        f"{row.name} {row.calibration_error:.3f}"
        for row in evaluation.scores[MODEL]
        if row.calibration_error is not None
    ]
    return [
        f"  Of {without} sentences without a theme, {alarms}{share} are given one.",
        f"  Expected calibration error: {', '.join(errors)}.",
    ]
