"""The direct route of ``themes classify``: text comes in and results go out as they come, in this process."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from themes.errors import InputError

if TYPE_CHECKING:
    from themes.inputs.reading import Document, Reading
    from themes.runs.formats import Layout
    from themes.scoring.classify import Classifier
    from themes.scoring.results import Result

_WHOLE = 1 << 62


def classify(
    files: tuple[str, ...],
    text: str | None,
    output: str | None,
    form: str,
    model: Path | None,
    thresholds: Mapping[str, float],
    unit: str,
    explain: int | None,
    only_coded: bool,
    reading: Reading,
    input_form: str,
    skip_bad: bool,
) -> None:
    """Classify text, files or standard input, and write results as they come."""
    from themes.scoring.classify import load

    if output is not None and any(_same(file, output) for file in files):
        raise InputError("is read and cannot be written at once; name another output", output)
    if skip_bad:
        reading = replace(reading, on_bad=_report)
    classifier = load(model, thresholds)
    documents = _with_text(_documents(files, text, reading, input_form))
    if form == "table":
        results = classifier.classify_documents(documents, unit=unit, explain=explain)
        _show(results if not only_coded else (r for r in results if r.themes), output, classifier.model.names)
        return
    from themes.runs.formats import Layout, Wanted, is_packed
    from themes.runs.writing import write

    layout = Layout(classifier.keys)
    if form != "jsonl":
        layout, documents = _layout(classifier, files, documents, reading, unit, explain)
    wanted = Wanted(form, layout, unit, explain, only_coded, output is not None and is_packed(output))
    groups = classifier.scored(documents, unit)
    if output is None:
        write(classifier, groups, sys.stdout.buffer, wanted, header=True)
        return
    from themes.inputs.files import atomic_write

    with atomic_write(output, binary=True) as raw:
        write(classifier, groups, raw, wanted, header=True)


def _show(results: Iterator[Result], output: str | None, names: Mapping[str, str]) -> None:
    """Write results for reading."""
    from themes import terminal
    from themes.runs.output import write_terminal

    if output is None:
        write_terminal(results, sys.stdout, names, colour=terminal.use_colour(), room=terminal.width())
        return
    from themes.inputs.files import atomic_write
    from themes.runs.formats import is_packed
    from themes.runs.writing import as_text

    with atomic_write(output, binary=True) as raw, as_text(raw, packed=is_packed(output)) as stream:
        write_terminal(results, stream, names, colour=False, room=terminal.width())


def _same(file: str, output: str) -> bool:
    return Path(file).exists() and Path(output).exists() and Path(file).samefile(output)


def _report(error: InputError) -> None:
    from themes.terminal import harmless

    click.echo(f"themes: skipped: {harmless(str(error))}", err=True)


def _documents(
    files: Iterable[str], text: str | None, reading: Reading, input_form: str
) -> Iterator[Document]:
    from themes.inputs.reading import Document

    if text is not None:
        yield Document("<text>", text)
    elif not files:
        yield from _stdin(reading, input_form)
    for file in files:
        if file == "-":
            yield from _stdin(reading, input_form)
        elif is_stream(file):
            from themes.inputs.documents import read_documents

            yield from read_documents([file], reading)
        else:
            from themes.inputs.parts import plan, read_part

            for part in plan([file], reading, size=_WHOLE):
                yield from read_part(part, reading)


def is_stream(file: str) -> bool:
    """Tell pipes and devices, which can be read once, from what can be read anew."""
    place = Path(file)
    return place.exists() and not place.is_file() and not place.is_dir()


def _with_text(documents: Iterator[Document]) -> Iterator[Document]:
    read = 0
    for document in documents:
        read += bool(document.text.strip())
        yield document
    if not read:
        raise InputError("there is no text in the input")


def _stdin(reading: Reading, form: str) -> Iterator[Document]:
    from themes.inputs.documents import read_input

    if sys.stdin.isatty():
        click.echo("Paste or type text, then press Ctrl-D on an empty line:", err=True)
    return read_input(sys.stdin.buffer, form, reading)


def _layout(
    classifier: Classifier,
    files: tuple[str, ...],
    documents: Iterator[Document],
    reading: Reading,
    unit: str,
    explain: int | None,
) -> tuple[Layout, Iterator[Document]]:
    """Choose a table's columns of metadata: those of the files, and of the first document of a stream."""
    from themes.runs.formats import Layout

    streams = [file for file in files if is_stream(file)]
    again = [file for file in files if file != "-" and file not in streams]
    found: dict[str, None] = {}
    other = False
    if again:
        from themes.inputs.parts import columns, plan
        from themes.runs.order import any_json

        parts = plan(again, reading, size=_WHOLE)
        found = dict.fromkeys(columns(parts, replace(reading, on_bad=None)))
        other = bool(streams) or any_json(piece.path for part in parts for piece in part.pieces)
    else:
        first = next(documents, None)
        if first is not None:
            found = dict.fromkeys(first.metadata)
            other = bool(found)
            documents = chain([first], documents)
    explained = explain is not None
    layout = Layout(classifier.keys, tuple(found), other, unit == "document", explained)
    return layout, documents
