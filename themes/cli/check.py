"""``themes check``."""

from __future__ import annotations

from pathlib import Path

import click

from themes.cli import options


@click.command(
    epilog="""\b
Exit code 1 when there are errors, 0 when there are warnings only.

\b
Examples:
  themes check
  themes check --left-out
  themes check --labels my-labels.csv --codebook my-codebook.toml
"""
)
@options.labels
@options.codebook
@options.documents
@click.option("--left-out", is_flag=True, help="List the page furniture left out of the documents.")
@click.option("--notes", is_flag=True, help="Show also what was found in order.")
@click.pass_context
def command(
    ctx: click.Context,
    label_paths: tuple[Path, ...],
    codebook_path: Path | None,
    documents_path: Path | None,
    left_out: bool,
    notes: bool,
) -> None:
    """Audit the label files.

    Cues that fail on the codebook's own sentences, counts per theme with a warning where they are too
    few, unknown themes, rows whose text is no longer that of their document, copies and near-copies,
    equal text with unequal themes, and themes that go with a sentence's length, place or author.
    """
    from themes.coding.balance import NOTE
    from themes.coding.check import audit
    from themes.coding.codebook import BUNDLED, load_codebook
    from themes.coding.labels import read_labels
    from themes.terminal import counted, harmless, table

    options.refuse_idle(
        (documents_path is None, ("left_out",), "without documents; name their folder with --documents")
    )
    codebook = load_codebook(codebook_path)
    result = audit(read_labels(label_paths), codebook, documents_path, codebook_path or BUNDLED)
    head = ["source", "documents", "sentences", *codebook.keys, "none"]
    rows = [
        [harmless(source), *(str(n) for n in counts.values())] for source, counts in result.counts.items()
    ]
    click.echo("\n".join(table([head, *rows])))
    click.echo(f"\nLeft out as page furniture: {counted(len(result.left_out), 'line')}.")
    if left_out:
        for item in result.left_out:
            where = f"{item.sentence.document} {item.sentence.index}"
            click.echo(f"  {harmless(where)}  {item.kind}: {harmless(item.sentence.text)}")
    click.echo()
    shown = [finding for finding in result.findings if notes or finding.level != NOTE]
    for finding in shown:
        click.echo(f"{finding.level}: {harmless(finding.message)}")
    quiet = len(result.findings) - len(shown)
    warnings = len(shown) - result.errors if not notes else sum(f.level == "warning" for f in shown)
    more = f"; {counted(quiet, 'note')} (--notes shows {'it' if quiet == 1 else 'them'})" if quiet else ""
    click.echo(f"{counted(result.errors, 'error')}, {counted(warnings, 'warning')}{more}")
    ctx.exit(1 if result.errors else 0)
