"""``themes classify``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from themes.errors import InputError
from themes.files import MAX_DOCUMENT_SIZE

if TYPE_CHECKING:
    from themes.classify import Classifier, Result
    from themes.documents import Document, Reading


@click.command(
    epilog="""\b
Examples:
  themes classify                          paste text, finish with Ctrl-D
  themes classify --text "There was no bread for weeks."
  themes classify report.txt --explain 5
  themes classify interviews.csv --text-column answer --output coded.csv
  cat pages/*.txt | themes classify --only-coded > coded.jsonl
"""
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--text", help="Classify this text.")
@click.option(
    "--unit",
    type=click.Choice(["sentence", "line", "document"]),
    default="sentence",
    show_default=True,
    help="What gets themes. A line is taken whole; a document has the themes of its sentences, "
    "with the probability of the likeliest.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "jsonl", "csv", "tsv"]),
    help="By default table on a terminal, what the name of --output says, else jsonl.",
)
@click.option("--output", "-o", type=click.Path(path_type=Path), metavar="FILE", help="Write to this file.")
@click.option("--model", type=click.Path(path_type=Path), metavar="DIR", help="The model folder.")
@click.option(
    "--explain",
    type=click.IntRange(min=0),
    metavar="N",
    help="Give each theme's N weightiest terms; 0 for all of them.",
)
@click.option("--only-coded", is_flag=True, help="Leave out units without a theme.")
@click.option("--threshold", "thresholds", multiple=True, metavar="THEME=VALUE", help="Use this threshold.")
@click.option("--text-column", metavar="NAME", help="Column or JSON key of the text.  [default: text]")
@click.option("--encoding", default="utf-8", show_default=True, help="Encoding of the input.")
@click.option("--skip-bad", is_flag=True, help="Report bad rows of tables and go on.")
@click.option(
    "--max-document-size",
    type=click.IntRange(min=1),
    default=MAX_DOCUMENT_SIZE,
    show_default=True,
    metavar="BYTES",
    help="Refuse larger documents.",
)
def command(
    files: tuple[Path, ...],
    text: str | None,
    unit: str,
    form: str | None,
    output: Path | None,
    model: Path | None,
    explain: int | None,
    only_coded: bool,
    thresholds: tuple[str, ...],
    text_column: str | None,
    encoding: str,
    skip_bad: bool,
    max_document_size: int,
) -> None:
    """Find the themes in text.

    FILES are plain text, CSV, TSV or JSON lines, also with .gz behind; - is standard input. Rows come
    out in the order of the input.
    """
    from themes.classify import load
    from themes.documents import Reading

    if text is not None and files:
        raise InputError("give either --text or files, not both")
    if output is not None and output.exists() and any(p.exists() and p.samefile(output) for p in files):
        raise InputError("is read and cannot be written at once; name another output", output)
    form = form or _form(output)
    if explain is None and form == "table":
        from themes.output import SHOWN_TERMS

        explain = SHOWN_TERMS
    reading = Reading(text_column, encoding, max_document_size, _report if skip_bad else None)
    classifier = load(model, dict(map(_threshold, thresholds)))
    documents = _documents(files, text, reading)
    results = classifier.classify_documents(documents, unit=unit, explain=explain)
    if only_coded:
        results = (result for result in results if result.themes)
    if output is None:
        _write(results, sys.stdout, form, classifier)
    else:
        from themes.files import atomic_write

        with atomic_write(output) as stream:
            _write(results, stream, form, classifier)


def _form(output: Path | None) -> str:
    if output is not None:
        return {".csv": "csv", ".tsv": "tsv"}.get(output.suffix.lower(), "jsonl")
    return "table" if sys.stdout.isatty() else "jsonl"


def _threshold(option: str) -> tuple[str, float]:
    theme, _, value = option.partition("=")
    try:
        return theme.strip(), float(value)
    except ValueError:
        raise InputError(f"--threshold {option!r} is not of the form THEME=VALUE") from None


def _report(error: InputError) -> None:
    click.echo(f"themes: skipped: {error}", err=True)


def _documents(files: tuple[Path, ...], text: str | None, reading: Reading) -> Iterator[Document]:
    from themes.documents import Document, read_documents

    read = 0
    if text is not None:
        sources: Iterator[Document] = iter([Document("<text>", text)])
    elif files:
        sources = (
            document
            for path in files
            for document in ([_stdin(reading)] if str(path) == "-" else read_documents([path], reading))
        )
    else:
        sources = iter([_stdin(reading)])
    for document in sources:
        read += bool(document.text.strip())
        yield document
    if not read:
        raise InputError("there is no text in the input")


def _stdin(reading: Reading) -> Document:
    from themes.documents import Document
    from themes.files import decode, read_stream

    if sys.stdin.isatty():
        click.echo("Paste or type text, then press Ctrl-D on an empty line:", err=True)
    data = read_stream(sys.stdin.buffer, reading.max_size, "<stdin>")
    return Document("<stdin>", decode(data, reading.encoding, "<stdin>"))


def _write(results: Iterator[Result], stream: IO[str], form: str, classifier: Classifier) -> None:
    from themes import output, terminal

    if form == "table":
        colour = stream is sys.stdout and terminal.use_colour()
        names = classifier.model.names
        output.write_terminal(results, stream, names, colour=colour, room=terminal.width())
    elif form == "jsonl":
        output.write_jsonl(results, stream)
    else:
        output.write_table(results, stream, classifier.keys, "\t" if form == "tsv" else ",")
