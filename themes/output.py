"""Output: results as JSON lines, as tables for spreadsheets, and as text for a terminal."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import IO, Any

from themes.classify import Explanation, Reason, Result
from themes.terminal import harmless, wrap

FORMATS = ("table", "jsonl", "csv", "tsv")

SHOWN_TERMS = 3
"""Deciding terms shown in a terminal when no number is asked for."""

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
        Without the parts that were not asked for.
    """
    row: dict[str, Any] = {
        name: getattr(result, name)
        for name in ("document", "index", "start", "end", "text", "themes", "probabilities")
    }
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
        stream.write(json.dumps(to_json(result), ensure_ascii=False) + "\n")
        count += 1
    return count


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


def write_table(results: Iterable[Result], stream: IO[str], keys: Sequence[str], delimiter: str = ",") -> int:
    """Write results as CSV or TSV.

    A row holds document, index, start, end, text, themes joined by ``|``, and each theme's
    probability as ``p_<theme>``; where asked for, ``terms``; for whole documents ``sentences`` and
    ``n_<theme>``; the metadata of the first document as ``meta_<column>``.

    Parameters
    ----------
    results : iterable of Result
        Classified units.
    stream : text stream
        Where to.
    keys : sequence of str
        The themes.
    delimiter : str
        Between cells.

    Returns
    -------
    int
        The number of rows.
    """
    # The terminator makes the writer quote cells that hold either of its signs; lines end in "\n" alone.
    writer = csv.writer(_Lines(stream), delimiter=delimiter, lineterminator="\r\n")
    header: list[str] = []
    count = 0
    for result in results:
        row = _flat(result, keys)
        if not header:
            header = list(row)
            writer.writerow([guard(name) for name in header])
        writer.writerow([row.get(name, "") for name in header])
        count += 1
    if not header:
        writer.writerow(["document", "index", "start", "end", "text", "themes", *(f"p_{k}" for k in keys)])
    return count


class _Lines:
    """A stream that ends rows in a line feed alone."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, row: str) -> int:
        return self._stream.write(row.removesuffix("\r\n") + "\n")


def _flat(result: Result, keys: Sequence[str]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "document": guard(result.document),
        "index": result.index,
        "start": result.start,
        "end": result.end,
        "text": guard(result.text),
        "themes": "|".join(result.themes),
    }
    row |= {f"p_{key}": f"{result.probabilities[key]:.6f}" for key in keys}
    if result.counts is not None:
        row["sentences"] = result.sentences
        row |= {f"n_{key}": result.counts[key] for key in keys}
    if result.explanation is not None:
        row["terms"] = guard(
            "; ".join(
                f"{key}: "
                + ", ".join(f"{r.words} {r.contribution:+.2f}" for r in result.explanation[key].terms)
                for key in result.themes
            )
        )
    for name, value in (result.metadata or {}).items():
        row[f"meta_{name}"] = (
            guard(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        )
    return row


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
            if count or not document.startswith("<"):
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
