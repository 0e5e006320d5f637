"""The page: an evaluation as one HTML file, as Markdown, and as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from themes import __version__
from themes.coding.entries import Theme
from themes.errors import InputError
from themes.learning.compare import flips_of
from themes.learning.curve import outlook
from themes.learning.evaluation import MODEL
from themes.learning.external import UNKNOWN
from themes.learning.listing import FIGURES, NAMES
from themes.reports import figures, findings
from themes.reports.report import Report
from themes.reports.weights import Weights, weightiest
from themes.runs.tables import guard
from themes.terminal import harmless

_LEGENDS = (
    "by threshold; the dot is what the chosen thresholds give, the dashed line marking everything",
    "points on the dashed line are; the numbers are sentences",
    "by whether the sentence has the theme",
)
_LONGEST = 3000
_PAIRS = 30


def require(*modules: str) -> None:
    """Say how to get what a page needs where it is missing.

    Parameters
    ----------
    *modules : str
        Names of modules.

    Raises
    ------
    InputError
        When one cannot be imported.
    """
    from importlib import import_module

    for name in modules:
        try:
            import_module(name)
        except ImportError:
            raise InputError(f"this needs {name}; install it with: pip install 'themes[report]'") from None


def html(report: Report) -> str:
    """Write an evaluation as a page that needs no other file.

    Parameters
    ----------
    report : Report
        What to show.

    Returns
    -------
    str

    Raises
    ------
    InputError
        When Jinja2 or Matplotlib is missing.
    """
    require("jinja2", "matplotlib")
    weights = _weights(report)
    themes = [_theme(report, i, weights) for i in range(len(report.codebook.keys))]
    view = _view(report) | {"themes": themes, "curves": _curves(report)}
    return _render("report.html", view, _clean)


def markdown(report: Report) -> str:
    """Write the figures of an evaluation as Markdown, without single sentences.

    Parameters
    ----------
    report : Report
        What to show.

    Returns
    -------
    str

    Raises
    ------
    InputError
        When Jinja2 is missing.
    """
    require("jinja2")
    view = _view(report) | {"themes": [_plainly(report, theme) for theme in report.codebook.themes]}
    return _render("report.md", view, _escaped)


def spreadsheet(report: Report) -> str:
    """Write every figure of every predictor as CSV.

    Parameters
    ----------
    report : Report
        What was found.

    Returns
    -------
    str
        A heading and a line for each predictor and theme; what is undefined is empty. The last column
        tells whether documents were held out or a finished model was judged on an external test set.
    """
    test = "external" if report.judgement else "held out"
    ends = ("", "_low", "_high")
    names = [name + end for name in FIGURES for end in ends]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["predictor", "theme", "support", "given", *names, "calibration_error", "test"])
    for predictor, scores in report.evaluation.scores.items():
        for row in scores:
            values = [value for name in FIGURES for value in asdict(getattr(row, name)).values()]
            cells = ["" if value is None else f"{value:.6f}" for value in (*values, row.calibration_error)]
            writer.writerow([predictor, guard(row.name), row.support, f"{row.predicted:.6g}", *cells, test])
    return stream.getvalue()


def _render(name: str, view: dict[str, Any], finalize: Callable[[Any], Any]) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("themes"),
        autoescape=True,
        # Whatever a label file or a codebook holds passes through here before it is written.
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    names = view["names"]
    environment.filters |= {
        "two": _two,
        "signed": _signed,
        "lead": lambda figure: "undefined" if figure.value is None else _signed(figure.value),
        "plural": findings.plural,
        "named": lambda key: names.get(key, key),
    }
    return environment.get_template(f"{name}.j2").render(view)


def _clean(value: Any) -> Any:
    """Make text harmless; what was marked safe is the package's own."""
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    text = harmless(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ... ({len(text):,} characters)"


def _escaped(value: Any) -> Any:
    """Keep text from being read as Markdown or HTML."""
    from markupsafe import Markup

    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    # Escaped for Markdown, so that the template need not do it again for HTML.
    return Markup(re.sub(r"([\\`*_{}\[\]<>#|~&!])", r"\\\1", _clean(value)))  # noqa: S704


def _two(value: float, sign: str = "") -> str:
    text = f"{value:{sign}.2f}"
    return "0.00" if float(text) == 0 else text.replace("-", "−")


def _signed(value: float) -> str:
    return _two(value, "+")


def _view(report: Report) -> dict[str, Any]:
    """Give what every format shows."""
    evaluation = report.evaluation
    return {
        "report": report,
        "about": evaluation.about,
        "names": {theme.key: theme.name for theme in report.codebook.themes},
        "rows": evaluation.scores[MODEL],
        "predictors": {name: _predictor(name) for name in evaluation.scores},
        "alarms": evaluation.alarms,
        "settings": report.settings,
        "external": report.judgement,
        "unknown": UNKNOWN,
        "comparison": report.comparison,
        "compared": _compared(report),
        "digest": report.codebook.digest(),
        "label_digest": report.label_digest,
        "version": __version__,
        "pairs": report.pairs[:_PAIRS],
        "pairs_left": max(len(report.pairs) - _PAIRS, 0),
        "figures": FIGURES,
        "model": MODEL,
        "why": findings.why_undefined,
        "judgement": findings.judgement,
        "legends": _LEGENDS,
    }


def _predictor(name: str) -> str:
    told = NAMES.get(name, name).removeprefix("Baseline: ")
    return told[:1].upper() + told[1:]


def _plainly(report: Report, theme: Theme) -> dict[str, Any]:
    """Give a theme with what may be said of it in a sentence."""
    evaluation = report.evaluation
    row = next(row for row in evaluation.scores[MODEL] if row.name == theme.key)
    documents = findings.documents_with(evaluation.predictions, theme.key)
    undefined = evaluation.about.get("undefined")
    return {
        "key": theme.key,
        "name": theme.name,
        "definition": theme.definition,
        "row": row,
        "verdict": f"Undefined: {undefined}." if undefined else findings.verdict(row, documents),
        "caution": findings.caution(row.support, documents),
    }


def _theme(report: Report, column: int, weights: dict[str, Weights]) -> dict[str, Any]:
    from markupsafe import Markup

    theme, evaluation = report.codebook.themes[column], report.evaluation
    held = findings.arrays(evaluation.predictions, report.codebook.keys)
    truth, scores, given = held.truth[:, column], held.scores[:, column], held.given[:, column]
    drawings = {
        "Precision and recall": figures.precision_recall(theme.name, truth, scores, given),
        "Are the probabilities right?": figures.reliability(theme.name, truth, scores),
        "Probabilities given": figures.histogram(theme.name, truth, scores),
    }
    chosen = sorted(fold[theme.key] for fold in evaluation.about["thresholds"])
    return _plainly(report, theme) | {
        # The drawings are made from numbers by this package, and their alternative text is escaped there.
        "drawings": {name: drawing and Markup(drawing.svg) for name, drawing in drawings.items()},  # noqa: S704
        "bins": figures.bins(truth, scores),
        "choices": findings.choices(truth, scores, int(given.sum())),
        "thresholds": chosen,
        "mistakes": findings.mistakes(evaluation, theme.key),
        "weights": weights.get(theme.key),
    }


def _weights(report: Report) -> dict[str, Weights]:
    sentences = [p.sentence for p in report.evaluation.predictions]
    return weightiest(report.model, sentences) if report.model and sentences else {}


def _compared(report: Report) -> list[dict[str, Any]]:
    """Give, for each theme and the macro average, both figures and the sentences that flipped."""
    found = report.comparison
    if found is None:
        return []
    names = {theme.key: theme.name for theme in report.codebook.themes}
    return [
        {
            "name": names.get(key, key),
            "support": mine[0].support,
            "figures": mine,
            "flips": flips_of(found, key),
        }
        for key in dict.fromkeys(pair.theme for pair in found.pairs)
        for mine in [[pair for pair in found.pairs if pair.theme == key]]
    ]


def _curves(report: Report) -> list[dict[str, Any]]:
    from markupsafe import Markup

    if report.curve is None:
        return []
    curves = []
    for kind, points in report.curve.points.items():
        lines = [
            ("macro average precision", [point.average_precision for point in points]),
            ("macro F1", [point.f1 for point in points]),
        ]
        drawing = figures.learning_curve(kind, [point.size for point in points], lines)
        gain = report.curve.gains.get(kind)
        curves.append(
            {
                "kind": kind,
                "points": points,
                "verdict": gain and outlook(kind, gain),
                # As in `_theme`.
                "drawing": drawing and Markup(drawing.svg),  # noqa: S704
            }
        )
    return curves
