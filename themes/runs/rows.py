"""Rows: the JSON lines of a group of documents written at once by compiled code."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from json.encoder import encode_basestring as quoted

import numpy as np
from numpy.typing import NDArray

from themes.inputs.reading import Document
from themes.runs import rowkernels as kernels
from themes.runs.output import DECIMALS, json_line
from themes.scoring.results import Result
from themes.scoring.scored import Scored

_ROOM = 1 << 20
_as_json = json.JSONEncoder(ensure_ascii=False).encode
_NO_DIGITS = "0." + DECIMALS * "0"

Pieces = tuple[NDArray[np.uint8], NDArray[np.int64]]


class RowWriter:
    """Writes JSON lines of units, the same bytes as `themes.runs.output.json_line` gives.

    Parameters
    ----------
    keys : sequence of str
        The themes.
    only_coded : bool
        Whether to leave out units without a theme.
    """

    def __init__(self, keys: Sequence[str], *, only_coded: bool = False) -> None:
        self._keys = keys
        self._only_coded = only_coded
        scores = '], "probabilities": {'
        places: list[int] = []
        for key in keys:
            scores += f"{', ' if places else ''}{quoted(key)}: "
            places.append(len(scores.encode()))
            scores += _NO_DIGITS
        fixed = (', "start": ', ', "end": ', ', "text": "', '", "themes": [')
        pieces = _pieces([*fixed, *map(quoted, keys), scores + "}"])
        self._parts = (*pieces, np.array(places, dtype=np.int64))
        self._escapes = _escapes()
        self._out = np.empty(_ROOM, dtype=np.uint8)

    def write(
        self, group: Scored, scores: NDArray[np.float64], marks: NDArray[np.bool_]
    ) -> Iterator[memoryview | bytes]:
        """Write the rows of a group.

        Parameters
        ----------
        group : Scored
            The documents and their units.
        scores : ndarray, shape (units, themes)
            The units' probabilities.
        marks : ndarray of bool, shape (units, themes)
            Which themes they are given.

        Yields
        ------
        bytes or memoryview
            Some rows each; overwritten when the next is asked for.

        Raises
        ------
        UnicodeEncodeError
            When a text or a name holds half of a surrogate pair.
        """
        heads = _pieces(f'{{"document": {quoted(document.name)}, "index": ' for document in group.documents)
        tails = _pieces(map(_tail, group.documents))
        arrays = (group.codes, group.offsets, group.spans, group.ends)
        unit, units = 0, len(group.spans)
        while unit < units:
            unit, size = kernels.write_rows(
                arrays,
                (scores, marks),
                self._only_coded,
                heads,
                tails,
                self._parts,
                self._escapes,
                unit,
                self._out,
            )
            if size:
                yield self._out[:size].data
            elif unit < units:
                yield self._line(group, unit, scores[unit], marks[unit])
                unit += 1

    def _line(self, group: Scored, unit: int, scores: NDArray[np.float64], marks: NDArray[np.bool_]) -> bytes:
        """Write a row of which compiled code cannot be sure, or for which it has no room."""
        at = int(np.searchsorted(group.ends, unit, side="right")) - 1
        document = group.documents[at]
        start, end = (group.spans[unit] - group.offsets[at]).tolist()
        result = Result(
            document=document.name,
            index=unit - int(group.ends[at]),
            start=start,
            end=end,
            text=document.text[start:end],
            themes=[key for key, mark in zip(self._keys, marks, strict=True) if mark],
            probabilities=dict(zip(self._keys, scores.tolist(), strict=True)),
            metadata=document.metadata,
        )
        return json_line(result).encode()


def _tail(document: Document) -> str:
    if not document.metadata:
        return "}\n"
    return f', "metadata": {_as_json(dict(document.metadata))}}}\n'


def _pieces(texts: Iterable[str]) -> Pieces:
    """Give texts as bytes behind one another, and where each begins and the last ends."""
    encoded = [text.encode() for text in texts]
    bounds = np.zeros(len(encoded) + 1, dtype=np.int64)
    np.cumsum([len(piece) for piece in encoded], out=bounds[1:])
    return np.frombuffer(bytearray(b"".join(encoded)), np.uint8), bounds


def _escapes() -> NDArray[np.uint8]:
    """Give the length and the bytes of each ASCII character as JSON has it in a text."""
    table = np.zeros((128, 1 + kernels.LARGEST_SIGN), dtype=np.uint8)
    for code in range(len(table)):
        escape = quoted(chr(code))[1:-1].encode()
        table[code, 0] = len(escape)
        table[code, 1 : 1 + len(escape)] = list(escape)
    return table
