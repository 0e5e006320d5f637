"""``themes evaluate``."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from themes.cli import options

_GROUPS = {
    "Material": ("label_paths", "codebook_path", "documents_path"),
    "Evaluation": ("folds", "resamples", "seed", "jobs"),
    "Reports": ("html_path", "markdown_path", "csv_path", "json_path", "date"),
}


class _Command(click.Command):
    """A command whose help sets its options out in groups."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = {parameter.name: parameter.get_help_record(ctx) for parameter in self.get_params(ctx)}
        grouped = {name for names in _GROUPS.values() for name in names}
        rest = tuple(name for name in records if name is not None and name not in grouped)
        for title, names in {**_GROUPS, "Other": rest}.items():
            with formatter.section(title):
                formatter.write_dl([record for name in names if (record := records[name])])


def _report(option: str, name: str, text: str) -> options.Decorator:
    kind = click.Path(path_type=Path)
    return click.option(option, name, type=kind, metavar="FILE", help=text)


@click.command(
    cls=_Command,
    epilog="""\b
Examples:
  themes evaluate
  themes evaluate --html report.html
  themes evaluate --folds 5 --json evaluation.json --csv figures.csv
""",
)
@options.labels
@options.codebook
@options.documents
@click.option(
    "--folds", type=click.IntRange(min=2), default=10, show_default=True, help="Folds of whole documents."
)
@options.resamples
@options.seed
@options.jobs
@_report("--html", "html_path", "Write a report for reading: figures, drawings and every error, in one file.")
@_report("--markdown", "markdown_path", "Write the figures as Markdown, for a repository.")
@_report("--csv", "csv_path", "Write the figures as a table for a spreadsheet.")
@_report("--json", "json_path", "Write every figure and every held-out prediction as JSON.")
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
    folds: int,
    resamples: int,
    seed: int,
    jobs: int | None,
    html_path: Path | None,
    markdown_path: Path | None,
    csv_path: Path | None,
    json_path: Path | None,
    date: datetime | None,
    quiet: bool,
) -> None:
    """Judge the way of training on documents held out.

    Per theme: support, precision, recall, F1 and average precision with 95 % intervals, beside three
    baselines on the same folds. Authored sentences are trained on and never judged.
    """
    import numpy as np

    from themes import page
    from themes.evaluation import evaluate
    from themes.report import Report, bar_signs, report_lines
    from themes.trainer import gather
    from themes.training import Settings, fit

    # Asked for now and not after the long part.
    page.require(*["jinja2"] * bool(html_path or markdown_path), *["matplotlib"] * bool(html_path))
    day = _day(date)
    say = options.progress("evaluating", quiet)
    material = gather(label_paths, codebook_path, documents_path)
    data, settings, fitted = material.dataset(), Settings(), None
    try:
        result = evaluate(
            data,
            settings,
            folds=folds,
            resamples=resamples,
            seed=seed,
            jobs=options.processors(jobs),
            say=say,
        )
        if html_path and result.predictions:
            say("model of all rows")
            fitted = fit(data, np.arange(len(data.labels)), settings)
    finally:
        options.end_progress(quiet)
    report = Report(result, material.codebook, material.labels, material.hashes, settings, day, fitted)
    if html_path:
        _write(html_path, page.html(report))
    if markdown_path:
        _write(markdown_path, page.markdown(report))
    if csv_path:
        _write(csv_path, page.spreadsheet(result))
    if json_path:
        text = json.dumps(report.to_dict(), ensure_ascii=False, indent=1, allow_nan=False)
        _write(json_path, text + "\n")
    click.echo("\n".join(report_lines(result, bars=bar_signs(sys.stdout.encoding))))


def _write(path: Path, text: str) -> None:
    from themes.files import atomic_write

    with atomic_write(path) as stream:
        stream.write(text)


def _day(date: datetime | None) -> str:
    from themes.errors import InputError

    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if date is None and epoch:
        try:
            date = datetime.fromtimestamp(int(epoch), UTC)
        except (ValueError, OverflowError, OSError):
            raise InputError(f"SOURCE_DATE_EPOCH is no number of seconds: {epoch!r}") from None
    return (date or datetime.now().astimezone()).strftime("%Y-%m-%d")
