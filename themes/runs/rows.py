"""Rows: JSON lines and rows of CSV of a group of documents written at once by compiled code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring as quoted
from typing import Any

import numpy as np
from numpy.typing import NDArray

from themes.runs import rowkernels as kernels
from themes.runs.output import DECIMALS, closing, json_line
from themes.scoring.judged import Judged
from themes.scoring.results import Result
from themes.scoring.scored import Numbers

_ROOM = 1 << 20
_ASCII = 128

Pieces = tuple[NDArray[np.uint8], NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Shape:
    """How a format writes a row.

    Attributes
    ----------
    heads : callable
        Gives what opens the rows of each document, up to the index.
    tails : callable
        Gives what closes the rows of each document, from behind the probabilities.
    fixed : tuple of str
        What stands before the start, the end, the text and the themes.
    separator : str
        What stands between themes.
    names : sequence of str
        The themes as they are written.
    quoted : sequence of bool
        Which of them stand in quotation marks, put around all themes of a row.
    scores : tuple of (str, sequence of str, str)
        What stands before all probabilities, before each and behind all.
    decimals : int
        Of a probability: 6 or 10.
    escape : callable
        Gives an ASCII character as it stands in a text.
    line : callable
        Writes a row whole, for those that compiled code leaves to it.
    delimiter : str
        Of CSV, of which a text is a cell, in quotation marks where it must be; none for JSON.
    risky : sequence of str
        Characters with which a cell begins that gets an apostrophe.
    """

    heads: Callable[[Judged], Iterable[str]]
    tails: Callable[[Judged], Iterable[str]]
    fixed: tuple[str, str, str, str]
    separator: str
    names: Sequence[str]
    quoted: Sequence[bool]
    scores: tuple[str, Sequence[str], str]
    decimals: int
    escape: Callable[[str], str]
    line: Callable[[Result], str]
    delimiter: str = ""
    risky: Sequence[str] = ()


class RowWriter:
    """Writes rows of units, the same bytes as writing them one by one gives.

    Parameters
    ----------
    shape : Shape
        How.
    """

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        before, each, behind = shape.scores
        scores = before
        places: list[int] = []
        for piece in each:
            scores += piece
            places.append(len(scores.encode()))
            scores += "0." + shape.decimals * "0"
        pieces = _pieces([*shape.fixed, shape.separator, *shape.names, scores + behind])
        marked = np.array(shape.quoted, dtype=np.bool_)
        self._parts = (*pieces, np.array(places, dtype=np.int64), marked, shape.decimals)
        risky = np.array([chr(code) in shape.risky for code in range(_ASCII)])
        self._signs = (_escapes(shape.escape), ord(shape.delimiter or "\0"), risky)
        self._out = np.empty(_ROOM, dtype=np.uint8)

    def write(self, judged: Judged, chosen: Numbers) -> Iterator[memoryview | bytes]:
        """Write rows of a group.

        Parameters
        ----------
        judged : Judged
            The documents and their units.
        chosen : ndarray of int64
            Numbers of the units to write, rising.

        Yields
        ------
        bytes or memoryview
            Some rows each; overwritten when the next is asked for.

        Raises
        ------
        UnicodeEncodeError
            When a text or a name holds half of a surrogate pair.
        """
        units = judged.units
        heads = _pieces(self._shape.heads(judged))
        tails = _pieces(self._shape.tails(judged))
        at = 0
        while at < len(chosen):
            at, size = kernels.write_rows(
                (units.codes, units.offsets, units.spans, units.ends),
                (judged.scores, judged.marks),
                chosen,
                heads,
                tails,
                self._parts,
                self._signs,
                at,
                self._out,
            )
            if size:
                yield self._out[:size].data
            else:
                # Compiled code cannot be sure of this row, or has no room for it.
                (result,) = judged.results(chosen[at : at + 1])
                yield self._shape.line(result).encode()
                at += 1


def json_shape(keys: Sequence[str]) -> Shape:
    """Tell how `themes.runs.output.json_line` writes a row."""
    return Shape(
        heads=_heads,
        tails=_tails,
        fixed=(', "start": ', ', "end": ', ', "text": "', '", "themes": ['),
        separator=", ",
        names=list(map(quoted, keys)),
        quoted=[False] * len(keys),
        scores=(
            '], "probabilities": {',
            [", " * (at > 0) + f"{quoted(key)}: " for at, key in enumerate(keys)],
            "}",
        ),
        decimals=DECIMALS,
        escape=lambda sign: quoted(sign)[1:-1],
        line=json_line,
    )


def _heads(judged: Judged) -> list[str]:
    return [f'{{"document": {quoted(document.name)}, "index": ' for document in judged.units.documents]


def _tails(judged: Judged) -> Iterator[str]:
    """Give what closes the rows of each document."""
    counts = None if judged.counts is None else judged.counts.tolist()
    sentences = judged.sentences.tolist()
    for at, document in enumerate(judged.units.documents):
        behind: dict[str, Any] = {}
        if counts is not None:
            behind |= {"sentences": sentences[at], "counts": dict(zip(judged.keys, counts[at], strict=True))}
        if document.metadata:
            behind["metadata"] = dict(document.metadata)
        yield closing(behind)


def _pieces(texts: Iterable[str]) -> Pieces:
    """Give texts as bytes behind one another, and where each begins and the last ends."""
    encoded = [text.encode() for text in texts]
    bounds = np.zeros(len(encoded) + 1, dtype=np.int64)
    np.cumsum([len(piece) for piece in encoded], out=bounds[1:])
    return np.frombuffer(bytearray(b"".join(encoded)), np.uint8), bounds


def _escapes(escape: Callable[[str], str]) -> NDArray[np.uint8]:
    """Give the length and the bytes of each ASCII character as it stands in a text."""
    table = np.zeros((_ASCII, 1 + kernels.LARGEST_SIGN), dtype=np.uint8)
    for code in range(_ASCII):
        signs = escape(chr(code)).encode()
        table[code, 0] = len(signs)
        table[code, 1 : 1 + len(signs)] = list(signs)
    return table
