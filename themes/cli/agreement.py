"""``themes agreement``."""

from __future__ import annotations

from pathlib import Path

import click

from themes.cli import options

_LISTED = 5


@click.command(
    epilog="""\b
Examples:
  themes agreement
  themes agreement --labels labels/seeds.csv
"""
)
@options.labels
@options.codebook
@options.resamples
@options.seed
def command(label_paths: tuple[Path, ...], codebook_path: Path | None, resamples: int, seed: int) -> None:
    """Measure how far coders agree.

    Per theme: how many sentences each coder gave it, raw agreement on its presence, and
    Krippendorff's alpha (nominal) with a 95 % interval from a bootstrap over documents; one table a
    label file that has the codes of two coders. Codes that are no theme of the codebook are named and
    not counted.
    """
    from themes.coding.agreement import agreement
    from themes.coding.codebook import load_codebook
    from themes.coding.labels import label_files, read_labels, unknown_codes
    from themes.errors import InputError
    from themes.terminal import counted, harmless, table

    options.refuse_idle((not resamples, ("seed",), "with --resamples 0; nothing is drawn"))
    codebook = load_codebook(codebook_path)
    shown = 0
    for path in label_files(label_paths):
        labels = read_labels([path])
        rows = agreement(labels, codebook.keys, resamples=resamples, seed=seed)
        if not rows or not rows[0].sentences:
            continue
        if shown:
            click.echo()
        shown += 1
        coders = list(rows[0].counts)
        unknown = [
            f"{path}, line {label.line}: {column} has the unknown theme {theme!r}"
            for label, column, theme in unknown_codes(labels, codebook.keys)
            if column != "final" and len(label.codes) > 1
        ]
        for problem in unknown[:_LISTED]:
            known = f"(known are {', '.join(codebook.keys)})"
            click.echo(harmless(f"themes: not counted: {problem} {known}"), err=True)
        if len(unknown) > _LISTED:
            more = counted(len(unknown) - _LISTED, "more unknown theme")
            click.echo(f"themes: not counted: {more}; see: themes check", err=True)
        lines = [["theme", *map(harmless, coders), "raw", "alpha", "95 % interval"]]
        for row in rows:
            interval = "undefined" if row.low is None else f"{row.low:.2f} to {row.high:.2f}"
            alpha = "undefined" if row.alpha is None else f"{row.alpha:.3f}"
            raw = "undefined" if row.raw is None else f"{row.raw:.3f}"
            lines.append([row.theme, *(str(row.counts[name]) for name in coders), raw, alpha, interval])
        for name in coders:
            if not any(row.counts[name] for row in rows):
                click.echo(
                    harmless(f"themes: {path}: {name} gave no theme to any sentence; is it filled in?"),
                    err=True,
                )
        sentences = counted(rows[0].sentences, "sentence")
        click.echo(f"{harmless(str(path))}: {sentences} coded by {counted(len(coders), 'coder')}")
        click.echo("\n".join(f"  {line}" for line in table(lines)))
    if not shown:
        raise InputError("no label file has the columns of two coders (coder_1, coder_2)")
