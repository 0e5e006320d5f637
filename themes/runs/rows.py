"""Rows: the JSON lines of a group of documents written at once by compiled code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from json.encoder import encode_basestring as quoted
from typing import Any

import numpy as np
from numpy.typing import NDArray

from themes.runs import rowkernels as kernels
from themes.runs.output import DECIMALS, closing, json_line
from themes.scoring.judged import Judged
from themes.scoring.scored import Numbers

_ROOM = 1 << 20
_NO_DIGITS = "0." + DECIMALS * "0"

Pieces = tuple[NDArray[np.uint8], NDArray[np.int64]]


class RowWriter:
    """Writes JSON lines of units, the same bytes as `themes.runs.output.json_line` gives.

    Parameters
    ----------
    keys : sequence of str
        The themes.
    """

    def __init__(self, keys: Sequence[str]) -> None:
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
        heads = _pieces(f'{{"document": {quoted(document.name)}, "index": ' for document in units.documents)
        tails = _pieces(_tails(judged))
        at = 0
        while at < len(chosen):
            at, size = kernels.write_rows(
                (units.codes, units.offsets, units.spans, units.ends),
                (judged.scores, judged.marks),
                chosen,
                heads,
                tails,
                self._parts,
                self._escapes,
                at,
                self._out,
            )
            if size:
                yield self._out[:size].data
            elif at < len(chosen):
                # Compiled code cannot be sure of this row, or has no room for it.
                (result,) = judged.results(chosen[at : at + 1])
                yield json_line(result).encode()
                at += 1


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


def _escapes() -> NDArray[np.uint8]:
    """Give the length and the bytes of each ASCII character as JSON has it in a text."""
    table = np.zeros((128, 1 + kernels.LARGEST_SIGN), dtype=np.uint8)
    for code in range(len(table)):
        escape = quoted(chr(code))[1:-1].encode()
        table[code, 0] = len(escape)
        table[code, 1 : 1 + len(escape)] = list(escape)
    return table
