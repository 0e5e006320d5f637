"""Tables: results as CSV or TSV for spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import IO, Any

from themes.runs.columns import Cells, columns, row
from themes.runs.formats import Layout
from themes.scoring.judged import Judged
from themes.scoring.results import Result
from themes.scoring.scored import Numbers

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


def _six_decimals(scores: list[float]) -> list[str]:
    return ["%.6f" % score for score in scores]  # noqa: UP031


_CELLS = Cells(guard, "|".join, _six_decimals, _terms, "")


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
        self._lines = _Lines(stream)
        self._layout = layout
        # The terminator makes the writer quote cells that hold either of its signs; lines end in "\n" alone.
        self._writer = csv.writer(self._lines, delimiter=delimiter, lineterminator="\r\n")

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
        self._writer.writerows(rows)
        self._lines.flush()


class _Lines:
    """A stream that ends rows in a line feed alone, and passes on many at once."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._rows: list[str] = []
        self.write = self._rows.append

    def flush(self) -> None:
        self._stream.write("".join([f"{row[:-2]}\n" for row in self._rows]))
        self._rows.clear()
