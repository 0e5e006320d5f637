"""Tables: results as CSV or TSV for spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import IO, TYPE_CHECKING, Any

from themes.runs.columns import Cells, columns, endings, row
from themes.runs.formats import Layout
from themes.scoring.judged import Judged
from themes.scoring.results import Result
from themes.scoring.scored import Numbers

if TYPE_CHECKING:
    from themes.runs.rows import Shape

_DECIMALS = 6
_MOST_ROWS = 10_000
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


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


def _terms(result: Result) -> str:
    explanation = result.explanation or {}
    return guard(
        "; ".join(
            f"{key}: " + ", ".join(f"{r.words} {r.contribution:+.2f}" for r in explanation[key].terms)
            for key in result.themes
        )
    )


def _rounded(scores: list[float]) -> list[str]:
    return [f"{score:.{_DECIMALS}f}" for score in scores]


_CELLS = Cells(guard, "|".join, _rounded, _terms, "")


class TableWriter:
    """Writes CSV or TSV.

    A row holds document, index, start, end, text, themes joined by ``|``, and each theme's
    probability as ``p_<theme>``; where asked for, ``terms``; for whole documents ``sentences`` and
    ``n_<theme>``; metadata as ``meta_<key>``, and what has no column as JSON in ``meta_other``.

    Parameters
    ----------
    stream : text stream
        Where to.
    layout : Layout
        The columns.
    delimiter : str
        Between cells.
    """

    def __init__(self, stream: IO[str], layout: Layout, delimiter: str = ",") -> None:
        self._stream = stream
        self._layout = layout
        self._csv = _Csv(delimiter)

    def header(self) -> None:
        """Write the names of the columns."""
        self._put([map(guard, self._layout.columns())])

    def units(self, judged: Judged, chosen: Numbers) -> None:
        """Write units of a group of documents, given by their numbers."""
        for first in range(0, len(chosen), _MOST_ROWS):
            some = columns(judged, chosen[first : first + _MOST_ROWS], self._layout, _CELLS)
            self._put(zip(*some, strict=True))

    def results(self, results: Iterable[Result]) -> int:
        """Write results one by one, and count them."""
        count = 0
        for result in results:
            self._put([row(result, self._layout, _CELLS)])
            count += 1
        return count

    def _put(self, rows: Iterable[Iterable[Any]]) -> None:
        self._stream.write("".join(self._csv.lines(rows)))


class _Csv:
    """Gives rows of cells as lines that end in a line feed alone."""

    def __init__(self, delimiter: str) -> None:
        self._lines: list[str] = []
        self.write = self._lines.append
        # The terminator makes the writer quote cells that hold either of its signs.
        self._writer = csv.writer(self, delimiter=delimiter, lineterminator="\r\n")

    def lines(self, rows: Iterable[Iterable[Any]]) -> list[str]:
        self._writer.writerows(rows)
        found = [f"{line[:-2]}\n" for line in self._lines]
        self._lines.clear()
        return found


def table_shape(layout: Layout, delimiter: str) -> Shape:
    """Tell how `TableWriter` writes a row, for compiled code; for rows without explanations.

    Parameters
    ----------
    layout, delimiter
        As for `TableWriter`.

    Returns
    -------
    Shape
    """
    from themes.runs.rows import Shape

    lines = _Csv(delimiter).lines

    def heads(judged: Judged) -> list[str]:
        names = [(guard(document.name), "0") for document in judged.units.documents]
        return [line[:-2] for line in lines(names)]

    def tails(judged: Judged) -> list[str]:
        rows = endings(judged, range(len(judged.units.documents)), layout, _CELLS)
        return [line[1:] for line in lines(["0", *cells] for cells in rows)]

    return Shape(
        heads=heads,
        tails=tails,
        fixed=(delimiter,) * 4,
        separator="|",
        names=[key.replace('"', '""') for key in layout.keys],
        quoted=[any(sign in key for sign in (delimiter, '"', "\r", "\n")) for key in layout.keys],
        scores=("", [delimiter] * len(layout.keys), ""),
        decimals=_DECIMALS,
        escape=lambda sign: sign * 2 if sign == '"' else sign,
        line=lambda result: lines([row(result, layout, _CELLS)])[0],
        delimiter=delimiter,
        risky=_RISKY,
    )
