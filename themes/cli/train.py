"""``themes train``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from themes.cli import options

_LABELS = Path(__file__).resolve().parents[2] / "labels"
"""The labels that come with the project; an installed package has none."""


@click.command(
    epilog="""\b
Examples:
  themes train
  themes train --labels my-labels.csv --codebook my-codebook.toml --output my-model
"""
)
@options.labels
@options.codebook
@options.documents
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    default=Path("models/default"),
    show_default=True,
    metavar="DIR",
    help="The model folder; an existing one is replaced at the very end.",
    callback=options.file_only("a model is a folder; name one"),
)
@click.option("--no-evaluation", is_flag=True, help="Train only; the model will hold no evaluation.")
@options.jobs
@options.quiet
def command(
    label_paths: tuple[Path, ...],
    codebook_path: Path | None,
    documents_path: Path | None,
    output: Path,
    no_evaluation: bool,
    jobs: int | None,
    quiet: bool,
) -> None:
    """Train a model from hand-labelled sentences.

    Reads and audits the labels, judges the way of training on documents held out, trains the final
    model on all sentences, prints the evaluation and writes the model folder with its card. Ctrl-C leaves
    an old model in place.
    """
    from themes.learning.card import OURS, UNKNOWN, with_card
    from themes.learning.listing import report_lines
    from themes.learning.trainer import gather, train
    from themes.scoring.model import require_place, save_model
    from themes.terminal import counted, harmless

    options.refuse_idle(
        (no_evaluation and jobs != 1, ("jobs",), "with --no-evaluation; one model is one process's work")
    )
    require_place(output)
    say = options.progress("training", quiet)
    material = gather(label_paths, codebook_path, documents_path)
    left_out = counted(len(material.audit.left_out), "line")
    if not quiet:
        sources = ", ".join(
            f"{n['sentences']} {harmless(source)}" for source, n in material.audit.counts.items()
        )
        click.echo(f"Sentences: {sources}; {left_out} of page furniture left out.")
    try:
        model, evaluation = train(material, judge=not no_evaluation, jobs=options.processors(jobs), say=say)
    finally:
        options.end_progress(quiet)
    # What is known of how labels were made is known of those that come with the project only.
    ours = codebook_path is None and [path.resolve() for path in label_paths] == [_LABELS]
    model, card = with_card(model, OURS if ours else UNKNOWN)
    extra = {"README.md": card}
    if evaluation is not None:
        extra["evaluation.json"] = json.dumps(evaluation.to_dict(), ensure_ascii=False, indent=1) + "\n"
    save_model(model, output, extra)
    if not quiet:
        if evaluation is not None:
            click.echo("\n".join([*report_lines(evaluation, model.about["notes"]), ""]))
        elif no_evaluation:
            click.echo("Not evaluated.")
        else:
            click.echo("Not evaluated: fewer than two documents to hold out.")
        size = f"{counted(len(model.vocabulary), 'feature', style=',')}, {counted(len(model.keys), 'theme')}"
        click.echo(f"{harmless(str(output))}: written ({size})")
