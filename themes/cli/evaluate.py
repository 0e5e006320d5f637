"""``themes evaluate``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from themes.cli import options


@click.command(
    epilog="""\b
Examples:
  themes evaluate
  themes evaluate --folds 5 --json evaluation.json
"""
)
@options.labels
@options.codebook
@options.documents
@click.option(
    "--folds", type=click.IntRange(min=2), default=10, show_default=True, help="Folds of whole documents."
)
@options.resamples
@options.seed
@click.option(
    "--json",
    "json_path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write every figure and every held-out prediction as JSON.",
)
@options.jobs
@options.quiet
def command(
    label_paths: tuple[Path, ...],
    codebook_path: Path | None,
    documents_path: Path | None,
    folds: int,
    resamples: int,
    seed: int,
    json_path: Path | None,
    jobs: int | None,
    quiet: bool,
) -> None:
    """Judge the way of training on documents held out.

    Per theme: support, precision, recall, F1 and average precision with 95 % intervals, beside three
    baselines on the same folds. Authored sentences are trained on and never judged.
    """
    from themes.evaluation import evaluate
    from themes.files import atomic_write
    from themes.report import report_lines
    from themes.trainer import gather

    say = options.progress("evaluating", quiet)
    data = gather(label_paths, codebook_path, documents_path).dataset()
    try:
        result = evaluate(
            data, folds=folds, resamples=resamples, seed=seed, jobs=options.processors(jobs), say=say
        )
    finally:
        options.end_progress(quiet)
    if json_path is not None:
        with atomic_write(json_path) as stream:
            json.dump(result.to_dict(), stream, ensure_ascii=False, indent=1, allow_nan=False)
            stream.write("\n")
    click.echo("\n".join(report_lines(result)))
