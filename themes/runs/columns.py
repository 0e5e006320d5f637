"""Columns: what the cells of tables hold, for many units at once or for one result."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np

from themes.runs.formats import Layout
from themes.scoring.judged import Judged
from themes.scoring.results import Result
from themes.scoring.scored import Numbers


@dataclass(frozen=True, slots=True)
class Cells:
    """How a format of tables has what its cells hold.

    Attributes
    ----------
    text : callable
        Gives the cell of a text.
    themes : callable
        Gives the cell of a list of themes.
    scores : callable
        Gives the cells of a list of probabilities.
    explanation : callable
        Gives the cell that explains a result.
    missing : str or None
        Stands where a row has no metadata for a column.
    """

    text: Callable[[str], str]
    themes: Callable[[list[str]], Any]
    scores: Callable[[list[float]], list[Any]]
    explanation: Callable[[Result], str]
    missing: str | None


def row(result: Result, layout: Layout, cells: Cells) -> list[Any]:
    """Give the cells of a result in the order of a layout's columns.

    Parameters
    ----------
    result : Result
        A classified unit.
    layout : Layout
        The columns.
    cells : Cells
        How they are written.

    Returns
    -------
    list
    """
    counts = result.counts or {}
    return [
        cells.text(result.document),
        result.index,
        result.start,
        result.end,
        cells.text(result.text),
        cells.themes(result.themes),
        *cells.scores([result.probabilities[key] for key in layout.keys]),
        *((result.sentences, *(counts[key] for key in layout.keys)) if layout.counts else ()),
        *((cells.explanation(result),) if layout.explained else ()),
        *metadata_cells(result.metadata or {}, layout, cells),
    ]


def columns(judged: Judged, chosen: Numbers, layout: Layout, cells: Cells) -> list[list[Any]]:
    """Give units column by column: what `row` gives of each, turned round.

    Parameters
    ----------
    judged : Judged
        A group of documents.
    chosen : ndarray of int64, shape (n,)
        Numbers of units, rising.
    layout : Layout
        The columns; without explanations.
    cells : Cells
        How they are written.

    Returns
    -------
    list of list
        A list of `n` cells for each column.
    """
    homes, indexes, spans = judged.places(chosen)
    first, behind = (int(homes[0]), int(homes[-1]) + 1) if len(homes) else (0, 0)
    documents = judged.units.documents[first:behind]
    texts = [document.text for document in documents]
    names = [cells.text(document.name) for document in documents]
    of = (homes - first).tolist()
    starts, ends = spans.T.tolist()
    found = [
        [names[home] for home in of],
        indexes.tolist(),
        starts,
        ends,
        [cells.text(texts[home][start:end]) for home, start, end in zip(of, starts, ends, strict=True)],
        _themes(judged, chosen, cells),
        *map(cells.scores, judged.scores[chosen].T.tolist()),
    ]
    behind_scores = zip(*endings(judged, range(first, behind), layout, cells), strict=True)
    return found + [[column[home] for home in of] for column in behind_scores]


def endings(judged: Judged, chosen: range, layout: Layout, cells: Cells) -> Iterator[list[Any]]:
    """Give the cells behind the probabilities, which all units of a document share.

    Parameters
    ----------
    judged : Judged
        A group of documents.
    chosen : range
        Numbers of documents.
    layout : Layout
        The columns; without explanations.
    cells : Cells
        How they are written.

    Yields
    ------
    list
        Of each document.
    """
    counts = None if judged.counts is None else np.column_stack([judged.sentences, judged.counts])
    for at in chosen:
        numbers = [] if counts is None else counts[at].tolist()
        yield numbers + metadata_cells(judged.units.documents[at].metadata, layout, cells)


def _themes(judged: Judged, chosen: Numbers, cells: Cells) -> list[Any]:
    marks = judged.marks[chosen]
    found = [cells.themes([])] * len(marks)
    # Few units have a theme.
    for at in np.flatnonzero(marks.any(axis=1)).tolist():
        found[at] = cells.themes(list(compress(judged.keys, marks[at])))
    return found


def metadata_cells(metadata: Mapping[str, Any], layout: Layout, cells: Cells) -> list[str | None]:
    """Give metadata in the order of a layout's columns.

    Parameters
    ----------
    metadata : mapping
        Of a document.
    layout : Layout
        The columns.
    cells : Cells
        How they are written.

    Returns
    -------
    list of str or None
        Text as the format has it, other values as JSON; where the layout has a column of further
        metadata, behind them a JSON object of these.
    """
    found: list[str | None] = [
        _cell(metadata[name], cells) if name in metadata else cells.missing for name in layout.metadata
    ]
    if layout.other:
        rest = {name: value for name, value in metadata.items() if name not in layout.metadata}
        found.append(json.dumps(rest, ensure_ascii=False) if rest else cells.missing)
    return found


def _cell(value: Any, cells: Cells) -> str:
    return cells.text(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
