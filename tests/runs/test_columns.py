import numpy as np
import pytest
from groups import DOCUMENTS, KEYS, both
from hypothesis import given
from hypothesis import strategies as st

from themes.runs.columns import Cells, columns, endings, metadata_cells, row
from themes.runs.formats import Layout

CELLS = Cells(str.upper, "+".join, lambda scores: [score * 2 for score in scores], repr, "none")
DESCRIBED = [
    (
        "a",
        {"year": 2015, "b": "x"},
        [("one", (0.25, 0.5), (False, True)), ("two", (0.0, 0.125), (True, True))],
    ),
    ("empty", {}, []),
    ("c", {"b": None}, [("three", (0.5, 0.0), (False, False))]),
]


def test_columns_hold_units_in_a_formats_own_way():
    judged, chosen, _ = both(DESCRIBED)
    assert columns(judged, chosen, Layout(KEYS, ("b",), other=True), CELLS) == [
        ["A", "A", "C"],
        [0, 1, 0],
        [0, 4, 0],
        [3, 7, 5],
        ["ONE", "TWO", "THREE"],
        [KEYS[1], "+".join(KEYS), ""],
        [0.5, 0.0, 1.0],
        [1.0, 0.25, 0.0],
        ["X", "X", "null"],
        ['{"year": 2015}', '{"year": 2015}', "none"],
    ]


def test_cells_behind_the_probabilities_are_given_for_each_document():
    judged, _, _ = both(DESCRIBED, whole=True)
    layout = Layout(KEYS, ("b",), counts=True)
    assert list(endings(judged, range(3), layout, CELLS)) == [
        [2, 1, 2, "X"],
        [0, 0, 0, "none"],
        [1, 0, 0, "null"],
    ]
    assert list(endings(judged, range(1, 2), Layout(KEYS, counts=True), CELLS)) == [[0, 0, 0]]


def test_metadata_without_a_column_share_one():
    metadata = {"a": "é", "b": ["é"], "c": 1, "d": "é"}
    assert metadata_cells(metadata, Layout(KEYS, ("b", "a", "z"), other=True), CELLS) == [
        '["é"]',
        "É",
        "none",
        '{"c": 1, "d": "é"}',
    ]
    assert metadata_cells({}, Layout(KEYS), CELLS) == []


@pytest.mark.parametrize("whole", [False, True])
@given(described=DOCUMENTS, only_coded=st.booleans(), other=st.booleans())
def test_columns_are_rows_turned_round(whole, described, only_coded, other):
    layout = Layout(KEYS, ("year", "=a"), other=other, counts=whole)
    judged, chosen, results = both(described, whole=whole, only_coded=only_coded)
    found = columns(judged, chosen, layout, CELLS)
    assert list(map(list, zip(*found, strict=True))) == [row(result, layout, CELLS) for result in results]
    nothing = columns(judged, np.array([], dtype=np.int64), layout, CELLS)
    assert not any(nothing)
