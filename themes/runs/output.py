"""Output: results as JSON lines, as tables for spreadsheets, and as text for a terminal."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from json.encoder import encode_basestring as _quoted
from typing import IO, Any

from themes.runs.formats import Layout
from themes.scoring.results import Explanation, Reason, Result
from themes.terminal import harmless, wrap

SHOWN_TERMS = 3
"""Deciding terms shown in a terminal when no number is asked for."""

DECIMALS = 10
"""Of a probability in JSON, which is exact to 5e-11 with them."""

_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
_COLOURS = ("cyan", "red", "yellow", "green", "magenta", "blue")


def to_json(result: Result) -> dict[str, Any]:
    """Give a result as plain data.

    Parameters
    ----------
    result : Result
        A classified unit.

    Returns
    -------
    dict
        Without the parts that were not asked for; probabilities are rounded to `DECIMALS`.
    """
    row: dict[str, Any] = {
        name: getattr(result, name) for name in ("document", "index", "start", "end", "text", "themes")
    }
    row["probabilities"] = {key: round(value, DECIMALS) for key, value in result.probabilities.items()}
    return row | _behind(result)


def _behind(result: Result) -> dict[str, Any]:
    """Give what follows the probabilities, where it was asked for."""
    row: dict[str, Any] = {}
    if result.counts is not None:
        row |= {"sentences": result.sentences, "counts": result.counts}
    if result.explanation is not None:
        row["explanation"] = {key: _explanation(value) for key, value in result.explanation.items()}
    if result.metadata:
        row["metadata"] = dict(result.metadata)
    return row


def _explanation(explanation: Explanation) -> dict[str, Any]:
    return {name: value for name, value in asdict(explanation).items() if value is not None}


def write_jsonl(results: Iterable[Result], stream: IO[str]) -> int:
    """Write results as JSON lines.

    Parameters
    ----------
    results : iterable of Result
        Classified units.
    stream : text stream
        Where to.

    Returns
    -------
    int
        The number of rows.
    """
    count = 0
    for result in results:
        stream.write(json_line(result))
        count += 1
    return count


def json_line(result: Result) -> str:
    """Write what `to_json` gives as a line, with neither more nor fewer than `DECIMALS` decimals."""
    themes = ", ".join(map(_quoted, result.themes))
    scores = ", ".join(
        [f"{_quoted(key)}: {value:.{DECIMALS}f}" for key, value in result.probabilities.items()]
    )
    behind = "".join(
        f", {_quoted(name)}: {json.dumps(value, ensure_ascii=False)}"
        for name, value in _behind(result).items()
    )
    return (
        f'{{"document": {_quoted(result.document)}, "index": {result.index}, "start": {result.start}, '
        f'"end": {result.end}, "text": {_quoted(result.text)}, "themes": [{themes}], '
        f'"probabilities": {{{scores}}}{behind}}}\n'
    )


def guard(cell: str) -> str:
    """Put an apostrophe before a cell that a spreadsheet would run as a formula.

    Parameters
    ----------
    cell : str
        The cell's text.

    Returns
    -------
    str

    Examples
    --------
    >>> guard("=1+1"), guard("1+1")
    ("'=1+1", '1+1')
    """
    return "'" + cell if cell.startswith(_RISKY) else cell


def write_table(
    results: Iterable[Result], stream: IO[str], layout: Layout, delimiter: str = ",", *, header: bool = True
) -> int:
    """Write results as CSV or TSV.

    A row holds document, index, start, end, text, themes joined by ``|``, and each theme's
    probability as ``p_<theme>``; where asked for, ``terms``; for whole documents ``sentences`` and
    ``n_<theme>``; metadata as ``meta_<key>``, and what has no column as JSON in ``meta_other``.

    Parameters
    ----------
    results : iterable of Result
        Classified units.
    stream : text stream
        Where to.
    layout : Layout
        The columns.
    delimiter : str
        Between cells.
    header : bool
        Whether to begin with the names of the columns.

    Returns
    -------
    int
        The number of rows.
    """
    # The terminator makes the writer quote cells that hold either of its signs; lines end in "\n" alone.
    writer = csv.writer(_Lines(stream), delimiter=delimiter, lineterminator="\r\n")
    if header:
        writer.writerow(map(guard, layout.columns()))
    count = 0
    for result in results:
        writer.writerow(_cells(result, layout))
        count += 1
    return count


class _Lines:
    """A stream that ends rows in a line feed alone."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, row: str) -> int:
        return self._stream.write(row.removesuffix("\r\n") + "\n")


def _cells(result: Result, layout: Layout) -> list[Any]:
    cells = [
        guard(result.document),
        result.index,
        result.start,
        result.end,
        guard(result.text),
        "|".join(result.themes),
        *(f"{result.probabilities[key]:.6f}" for key in layout.keys),
    ]
    if layout.counts:
        counts = result.counts or {}
        cells += [result.sentences, *(counts[key] for key in layout.keys)]
    if layout.explained:
        cells.append(guard(_terms(result)))
    return cells + [cell or "" for cell in metadata_cells(result, layout, guard)]


def _terms(result: Result) -> str:
    explanation = result.explanation or {}
    return "; ".join(
        f"{key}: " + ", ".join(f"{r.words} {r.contribution:+.2f}" for r in explanation[key].terms)
        for key in result.themes
    )


def metadata_cells(result: Result, layout: Layout, written: Callable[[str], str] = str) -> list[str | None]:
    """Give a result's metadata in the order of a layout's columns.

    Parameters
    ----------
    result : Result
        A classified unit.
    layout : Layout
        The columns.
    written : callable
        What is done to text.

    Returns
    -------
    list of str or None
        Text as it is written, other values as JSON, None where there is none; where the layout has a
        column of further metadata, behind them a JSON object of these.
    """
    metadata = result.metadata or {}
    cells: list[str | None] = [
        _cell(metadata[name], written) if name in metadata else None for name in layout.metadata
    ]
    if layout.other:
        rest = {name: value for name, value in metadata.items() if name not in layout.metadata}
        cells.append(json.dumps(rest, ensure_ascii=False) if rest else None)
    return cells


def _cell(value: Any, written: Callable[[str], str]) -> str:
    return written(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def write_terminal(
    results: Iterable[Result], stream: IO[str], names: Mapping[str, str], *, colour: bool, room: int
) -> int:
    """Write results for reading: each unit with its themes, their probabilities and deciding terms.

    Parameters
    ----------
    results : iterable of Result
        Classified units.
    stream : text stream
        Where to.
    names : mapping of str to str
        The themes' names by key, in order.
    colour : bool
        Whether to colour.
    room : int
        Columns to write in.

    Returns
    -------
    int
        The number of units.
    """
    paints = {key: _COLOURS[i % len(_COLOURS)] for i, key in enumerate(names)}
    names = {key: harmless(name) for key, name in names.items()}
    document = None
    count = 0
    for result in results:
        if result.document != document:
            document = result.document
            # One pasted text needs no name.
            if count or document not in ("<text>", "<stdin>"):
                stream.write(_paint(f"{harmless(document)}\n", colour, bold=True))
        _write_unit(result, stream, names, paints, colour, room)
        count += 1
    return count


def _write_unit(
    result: Result,
    stream: IO[str],
    names: Mapping[str, str],
    paints: Mapping[str, str],
    colour: bool,
    room: int,
) -> None:
    number = f"{result.index:>4} "
    text = harmless(result.text)
    if result.counts is not None:
        number, text = "     ", f"{result.sentences} sentence{'s' * (result.sentences != 1)}"
    for i, line in enumerate(wrap(text, room - len(number))):
        lead = number if i == 0 else " " * len(number)
        stream.write(_paint(lead, colour, dim=True) + _paint(line, colour, dim=not result.themes) + "\n")
    margin = " " * len(number) + "→ "
    for key in result.themes:
        head = f"{names[key]} {result.probabilities[key]:.2f}"
        if result.counts is not None:
            head += f" in {result.counts[key]}"
        terms = result.explanation[key].terms if result.explanation else []
        shown = " · ".join(f"{_shown(reason)} {reason.contribution:+.1f}" for reason in terms)
        lines = wrap(head + ("   " if shown else "") + shown, room - len(margin))
        stream.write(margin + _paint(lines[0][: len(head)], colour, fg=paints[key], bold=True))
        stream.write(lines[0][len(head) :] + "\n")
        for line in lines[1:]:
            stream.write(" " * len(margin) + line + "\n")


def _shown(reason: Reason) -> str:
    """Name a term by its words in the text: a cue in quotation marks, a class behind its words."""
    words = harmless(reason.words)
    if reason.kind == "class":
        return f"{words} ({reason.term})"
    return f"“{words}”" if reason.kind == "cue" else words


def _paint(text: str, colour: bool, **style: Any) -> str:
    if not colour:
        return text
    from click import style as paint

    return paint(text, **style)
