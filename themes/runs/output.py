"""Output: results as JSON lines, and as text for a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from json.encoder import encode_basestring as _quoted
from typing import IO, Any

from themes.scoring.results import Explanation, Reason, Result
from themes.terminal import harmless, wrap

SHOWN_TERMS = 3
"""Deciding terms shown in a terminal when no number is asked for."""

DECIMALS = 10
"""Of a probability in JSON, which is exact to 5e-11 with them."""

_as_json = json.JSONEncoder(ensure_ascii=False).encode
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


def json_line(result: Result) -> str:
    """Write what `to_json` gives as a line, with neither more nor fewer than `DECIMALS` decimals."""
    themes = ", ".join(map(_quoted, result.themes))
    scores = ", ".join(
        [f"{_quoted(key)}: {value:.{DECIMALS}f}" for key, value in result.probabilities.items()]
    )
    return (
        f'{{"document": {_quoted(result.document)}, "index": {result.index}, "start": {result.start}, '
        f'"end": {result.end}, "text": {_quoted(result.text)}, "themes": [{themes}], '
        f'"probabilities": {{{scores}}}{closing(_behind(result))}'
    )


def closing(behind: Mapping[str, Any]) -> str:
    """Write what follows the probabilities of a JSON line, to its end."""
    return "".join([f", {_quoted(name)}: {_as_json(value)}" for name, value in behind.items()]) + "}\n"


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
