"""``themes classify``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, cast

import click

from themes.cli import options
from themes.cli.stopping import STOPPED
from themes.errors import InputError
from themes.inputs.bounds import MAX_DOCUMENT_SIZE
from themes.inputs.reading import FORMATS as INPUT_FORMATS
from themes.runs.formats import FORMATS, SUFFIXES, form_of, is_packed

if TYPE_CHECKING:
    from themes.runs.order import Settings

_GROUPS = {
    "Input": ("text", "input_form", "text_column", "encoding", "max_document_size", "skip_bad"),
    "Classifying": ("unit", "model", "thresholds", "explain", "only_coded"),
    "Output": ("output", "form", "quiet"),
    "Whole collections (files with --output)": (_RUNS := ("jobs", "cluster", "restart", "part_size")),
}

_ENCODING = "utf-8"


@click.command(
    cls=options.Grouped,
    groups=_GROUPS,
    epilog="""\b
Examples:
  themes classify                          paste text, finish with Ctrl-D
  themes classify --text "There was no bread for weeks."
  themes classify report.txt --explain 5
  themes classify interviews.csv --text-column answer --output coded.csv
  cat pages/*.txt | themes classify --only-coded > coded.jsonl
  themes classify archive/ --output coded.parquet --jobs 8
""",
)
@click.argument("files", nargs=-1)
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
    type=click.Choice(FORMATS),
    help="By default table on a terminal, what the name of --output says, else jsonl.",
)
@click.option(
    "--output",
    "-o",
    metavar="FILE",
    help="Write to this file: .jsonl, .csv, .tsv (also with .gz), .parquet; - is standard output.",
)
@click.option("--model", type=click.Path(path_type=Path), metavar="DIR", help="The model folder.")
@click.option(
    "--explain",
    type=click.IntRange(min=0),
    metavar="N",
    help="Give each theme's N weightiest terms; 0 for all of them.",
)
@click.option("--only-coded", is_flag=True, help="Leave out units without a theme.")
@click.option("--threshold", "thresholds", multiple=True, metavar="THEME=VALUE", help="Use this threshold.")
@click.option(
    "--input-format",
    "input_form",
    type=click.Choice(INPUT_FORMATS),
    default="text",
    show_default=True,
    help="What standard input holds.",
)
@click.option("--text-column", metavar="NAME", help="Column or JSON key of the text.  [default: text]")
@click.option("--encoding", default=_ENCODING, show_default=True, help="Encoding of the input.")
@click.option("--skip-bad", is_flag=True, help="Report bad rows of tables and go on.")
@click.option(
    "--max-document-size",
    type=click.IntRange(min=1),
    default=MAX_DOCUMENT_SIZE,
    show_default=True,
    metavar="BYTES",
    help="Refuse larger documents.",
)
@options.jobs
@click.option(
    "--cluster",
    metavar="URL",
    help="Use a running cluster, dask://HOST:PORT, instead of processes of this machine.",
)
@click.option("--restart", is_flag=True, help="Start over instead of going on where a run was stopped.")
@click.option(
    "--part-size",
    type=click.IntRange(min=1),
    metavar="BYTES",
    hidden=True,
    help="Bytes of input that are scored at a time.",
)
@options.quiet
def command(
    files: tuple[str, ...],
    text: str | None,
    unit: str,
    form: str | None,
    output: str | None,
    model: Path | None,
    explain: int | None,
    only_coded: bool,
    thresholds: tuple[str, ...],
    input_form: str,
    text_column: str | None,
    encoding: str,
    skip_bad: bool,
    max_document_size: int,
    jobs: int | None,
    cluster: str | None,
    restart: bool,
    part_size: int | None,
    quiet: bool,
) -> None:
    """Find the themes in text.

    FILES are plain text, CSV, TSV or JSON lines, also with .gz or .zst behind, Parquet, folders and
    patterns of these; - is standard input. Rows come out in the order of the input. With --output,
    files are classified in several processes; stopped at any time, the same command goes on where it
    was.
    """
    from themes.cli.direct import classify, is_stream
    from themes.inputs.reading import Reading

    if text is not None and files:
        raise InputError("give either --text or files, not both")
    if output == "-":
        output = None
    form = _form(form, output)
    # Only what can be read anew can be gone on with; a listing's lines hang on those before.
    again = not any(file == "-" or is_stream(file) for file in files)
    named = [file for file in files if file != "-"]
    stdin = text is None and (not files or "-" in files)
    for_runs = "(only for files with --output)"
    options.refuse_idle(
        (
            text is not None,
            ("input_form", "text_column", "encoding", "max_document_size", "skip_bad"),
            "with --text",
        ),
        (not stdin, ("input_form",), "where standard input is not read; files are read by their endings"),
        (
            stdin and not named and input_form == "text",
            ("text_column", "skip_bad"),
            "on plain text; say with --input-format what table standard input holds",
        ),
        (
            text_column is not None
            and not (stdin and input_form != "text")
            and options.all_of(named, "text"),
            ("text_column",),
            "on plain text; files of tables end in .csv, .tsv, .jsonl, .ndjson or .parquet",
        ),
        (
            encoding != _ENCODING and options.all_of(files, "parquet"),
            ("encoding",),
            "on Parquet, which is always UTF-8",
        ),
        (text is not None, _RUNS, f"with --text {for_runs}"),
        (stdin, _RUNS, f"where standard input is read {for_runs}"),
        (output is None, _RUNS, f"where results go to standard output {for_runs}"),
        (form == "table", _RUNS, f"with --format table {for_runs}"),
        (not again, _RUNS, f"where a pipe or device is read {for_runs}"),
        (cluster is not None, ("jobs",), "with --cluster; its workers do the work"),
    )
    if form == "parquet" and output is None:
        raise InputError("Parquet is not for printing; add --output FILE")
    if explain is None and form == "table":
        from themes.runs.output import SHOWN_TERMS

        explain = SHOWN_TERMS
    given = dict(map(_threshold, thresholds))
    if len(given) < len(thresholds):
        raise InputError("--threshold names a theme twice; give each theme one")
    reading = Reading(text_column, encoding, max_document_size)
    if output is not None and files and form != "table" and again:
        from themes.runs.order import Settings

        settings = Settings(
            form, None if model is None else str(model), given, unit, explain, only_coded, reading, skip_bad
        )
        _run(files, output, settings, options.processors(jobs), cluster, restart, part_size, quiet)
        return
    classify(
        files, text, output, form, model, given, unit, explain, only_coded, reading, input_form, skip_bad
    )


def _run(
    files: tuple[str, ...],
    output: str,
    settings: Settings,
    jobs: int,
    cluster: str | None,
    restart: bool,
    part_size: int | None,
    quiet: bool,
) -> None:
    from themes.inputs.parts import PART_SIZE
    from themes.runs.progress import Progress
    from themes.runs.run import run

    progress = Progress(quiet=quiet)
    size = part_size or PART_SIZE
    click.get_current_context().meta[STOPPED] = "stopped; the same command goes on where it was"
    try:
        with _without("scipy"):
            run(
                files,
                output,
                settings,
                jobs=jobs,
                cluster=cluster,
                restart=restart,
                size=size,
                progress=progress,
            )
    except KeyboardInterrupt:
        progress.clear()
        raise


@contextmanager
def _without(library: str) -> Iterator[None]:
    """Let no import find a library that is not loaded yet.

    Numba loads SciPy, which takes as long as all that is needed, to find linear algebra that nothing calls.
    """
    modules = cast("dict[str, Any]", sys.modules)
    hidden = modules.setdefault(library, None) is None
    try:
        yield
    finally:
        if hidden:
            del modules[library]


def _form(form: str | None, output: str | None) -> str:
    if output is None:
        return form or ("table" if sys.stdout.isatty() else "jsonl")
    if form is None:
        return form_of(output)
    ending = PurePath(output.lower().removesuffix(".gz")).suffix
    if form == "parquet" and is_packed(output):
        ending = ".gz"
    elif SUFFIXES.get(ending, form) == form:
        return form
    raise InputError(
        f"--format {form} contradicts its ending {ending}; leave --format out or name another file", output
    )


def _threshold(option: str) -> tuple[str, float]:
    theme, _, value = option.partition("=")
    try:
        return theme.strip(), float(value)
    except ValueError:
        raise InputError(f"--threshold {option!r} is not of the form THEME=VALUE") from None
