"""``themes sentences``."""

from __future__ import annotations

from pathlib import Path

import click

from themes.cli import options


@click.command(
    epilog="""\b
Examples:
  themes sentences seeds/*.txt
  themes sentences my-pages/*.txt --output my-labels.csv
"""
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write an empty coding sheet.",
    callback=options.file_only("a coding sheet is a file to fill in; name one"),
)
@click.option("--keep-furniture", is_flag=True, help="Keep headlines, captions, bylines and page texts.")
@click.option("--text-column", metavar="NAME", help="Column or JSON key of the text.  [default: text]")
@click.option("--encoding", default="utf-8", show_default=True, help="Encoding of the input.")
def command(
    files: tuple[Path, ...],
    output: Path | None,
    keep_furniture: bool,
    text_column: str | None,
    encoding: str,
) -> None:
    """Split documents into sentences; make a coding sheet.

    Without --output, sentences are printed with their number; what is left out as page furniture is
    marked by its kind. With it, a label file is written that has a row a sentence and empty columns for
    two coders and their final codes; an existing file is not touched.
    """
    from themes.coding.labels import write_sheet
    from themes.errors import InputError
    from themes.inputs.documents import read_documents
    from themes.inputs.reading import Reading
    from themes.terminal import counted, harmless
    from themes.text.furniture import part

    options.refuse_idle(
        (options.all_of(files, "text"), ("text_column",), "on plain text, which has no columns"),
        (options.all_of(files, "parquet"), ("encoding",), "on Parquet, which is always UTF-8"),
    )
    if output is not None and output.exists():
        raise InputError("exists; name another file, so that no codes are lost", output)
    furniture = 0
    rows: list[tuple[str, str, int, str, str, str, str, str]] = []
    names: set[str] = set()
    for document in read_documents(files, Reading(text_column, encoding)):
        sentences, left_out = part(document)
        kinds = {} if keep_furniture else {item.sentence.index: item.kind for item in left_out}
        both = sorted([*sentences, *(item.sentence for item in left_out)], key=lambda s: s.index)
        name = Path(document.name).name
        # What a sheet calls a document does not hang on the other documents: two sheets give the same ids.
        called = name.removesuffix(".txt")
        if called in names and output is not None:
            raise InputError(f"two documents are called {called}; a label file tells them apart by name")
        names.add(called)
        furniture += len(kinds)
        if output is None:
            click.echo(harmless(document.name))
            for sentence in both:
                kind = kinds.get(sentence.index)
                mark = f"[{kind}] " if kind else ""
                click.echo(f"{sentence.index:>4} {mark}{harmless(sentence.text)}")
        rows += [
            (f"{called}-{s.index:03d}", name, s.index, s.text, "", "", "", "")
            for s in both
            if s.index not in kinds
        ]
    if output is not None:
        written = f"{counted(write_sheet(output, rows), 'sentence')} to code"
        left = f"; {furniture} left out as page furniture (--keep-furniture keeps it)" if furniture else ""
        click.echo(f"{harmless(str(output))}: {written}{left}")
