"""``themes evaluate``."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from themes.cli import options
from themes.errors import InputError

_GROUPS = {
    "Material": ("label_paths", "codebook_path", "documents_path"),
    "External test": ("on_paths", "model_path"),
    "Evaluation": ("folds", "resamples", "seed", "jobs", "learning_curve", "against"),
    "Reports": ("html_path", "markdown_path", "csv_path", "json_path", "date"),
}

_TRAINING_ONLY = ("label_paths", "codebook_path", "documents_path", "folds", "jobs", "learning_curve")
"""Options that mean nothing where a finished model is judged."""


def _file(option: str, name: str, text: str, **how: Any) -> options.Decorator:
    return click.option(option, name, type=click.Path(path_type=Path), metavar="FILE", help=text, **how)


def _report(option: str, name: str, text: str) -> options.Decorator:
    why = "standard output holds the figures for reading; name a file"
    return _file(option, name, text, callback=options.file_only(why))


@click.command(
    cls=options.Grouped,
    groups=_GROUPS,
    epilog="""\b
Examples:
  themes evaluate
  themes evaluate --html report.html
  themes evaluate --folds 5 --json evaluation.json --csv figures.csv
  themes evaluate --against evaluation.json
  themes evaluate --on my-coded-sentences.csv --html report.html
""",
)
@options.labels
@options.codebook
@options.documents
@_file(
    "--on",
    "on_paths",
    "Judge the finished model, as it is, on this label file; documents that it was trained on are left out. "
    "May be given several times.",
    multiple=True,
)
@click.option(
    "--model",
    "model_path",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The model that --on judges; by default the one that comes with the package.",
)
@click.option(
    "--folds", type=click.IntRange(min=2), default=10, show_default=True, help="Folds of whole documents."
)
@options.resamples
@options.seed
@options.jobs
@click.option(
    "--learning-curve",
    is_flag=True,
    help="Measure also what more authored sentences and more real documents bring; takes several minutes.",
)
@_file("--against", "against", "Compare with another evaluation, as --json or themes train wrote it.")
@_report("--html", "html_path", "Write a report for reading: figures, drawings and every error, in one file.")
@_report("--markdown", "markdown_path", "Write the figures as Markdown, for a repository.")
@_report("--csv", "csv_path", "Write the figures as a table for a spreadsheet.")
@_report("--json", "json_path", "Write every figure and every prediction as JSON.")
@click.option(
    "--date",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Date of the reports; by default that of SOURCE_DATE_EPOCH, else today.",
)
@options.quiet
def command(
    label_paths: tuple[Path, ...],
    codebook_path: Path | None,
    documents_path: Path | None,
    on_paths: tuple[Path, ...],
    model_path: Path | None,
    folds: int,
    resamples: int,
    seed: int,
    jobs: int | None,
    learning_curve: bool,
    against: Path | None,
    html_path: Path | None,
    markdown_path: Path | None,
    csv_path: Path | None,
    json_path: Path | None,
    date: datetime | None,
    quiet: bool,
) -> None:
    """Judge the way of training on documents held out.

    Per theme: support, precision, recall, F1 and average precision with 95 % intervals, beside three
    baselines on the same folds. Authored sentences are trained on and never judged. With --on, a finished
    model is judged instead, as it is, on an external test set.
    """
    options.refuse_idle(
        (not on_paths, ("model_path",), "without --on; give the FILE that it is to judge"),
        (bool(on_paths), _TRAINING_ONLY, "with --on, which judges a finished model and trains none"),
        (not resamples and not learning_curve, ("seed",), "with --resamples 0; nothing is drawn"),
        (
            not (html_path or markdown_path or json_path),
            ("date",),
            "without a report that bears it (--html, --markdown or --json)",
        ),
    )
    from themes.inputs.files import require_writable
    from themes.learning.listing import bar_signs
    from themes.learning.trainer import gather
    from themes.reports import page
    from themes.reports.reporting import Options, report_held_out, report_outside

    # Asked for now and not after the long part.
    places = list(filter(None, (html_path, markdown_path, csv_path, json_path)))
    for path in places:
        require_writable(path)
        if places.count(path) > 1:
            raise InputError("is to hold two reports; name another file for one of them", path)
    page.require(*["jinja2"] * bool(html_path or markdown_path), *["matplotlib"] * bool(html_path))
    how = Options(
        folds=folds,
        resamples=resamples,
        seed=seed,
        jobs=options.processors(jobs),
        date=_day(date),
        against=against,
        curve=learning_curve,
        model=html_path is not None,
    )
    try:
        if on_paths:
            report = report_outside(on_paths, model_path, how)
        else:
            say = options.progress("evaluating", quiet)
            report = report_held_out(gather(label_paths, codebook_path, documents_path), how, say)
    finally:
        options.end_progress(quiet)
    if html_path:
        _write(html_path, page.html(report))
    if markdown_path:
        _write(markdown_path, page.markdown(report))
    if csv_path:
        _write(csv_path, page.spreadsheet(report))
    if json_path:
        text = json.dumps(report.to_dict(), ensure_ascii=False, indent=1, allow_nan=False)
        _write(json_path, text + "\n")
    click.echo("\n".join(report.lines(bar_signs(sys.stdout.encoding))))


def _write(path: Path, text: str) -> None:
    from themes.inputs.files import atomic_write

    with atomic_write(path) as stream:
        stream.write(text)


def _day(date: datetime | None) -> str:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if date is None and epoch:
        try:
            date = datetime.fromtimestamp(int(epoch), UTC)
        except (ValueError, OverflowError, OSError):
            raise InputError(f"SOURCE_DATE_EPOCH is no number of seconds: {epoch!r}") from None
    return (date or datetime.now().astimezone()).strftime("%Y-%m-%d")
