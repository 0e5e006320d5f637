import io
import json
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import samples
from groups import DOCUMENTS, both
from groups import KEYS as GROUP_KEYS
from hypothesis import given
from hypothesis import strategies as st
from samples import KEYS

import themes.runs.columnar as columnar
from themes.runs.columnar import ParquetRows, join_parquet, schema
from themes.runs.formats import Layout
from themes.runs.output import to_json
from themes.scoring.results import Explanation, Result

UNEXPLAINED = {"cost": Explanation(1.5, -2.0, [], 3.5), "crowding": Explanation(-1.0, -1.0, [], 0.0)}
FEE = replace(samples.FEE, explanation=UNEXPLAINED)
SISTER = Result("gym.csv:2", 1, 49, 67, "My sister stayed.", [], {"cost": 0.1, "crowding": 0.2})
WHOLE = Result(
    "b.txt",
    0,
    0,
    9,
    "The text.",
    ["cost"],
    {"cost": 0.9, "crowding": 0.5},
    None,
    {"cost": 2, "crowding": 1},
    3,
)


def packed(results, layout):
    stream = io.BytesIO()
    with ParquetRows(stream, layout) as rows:
        assert rows.results(iter(results)) == len(results)
    stream.seek(0)
    return stream


def test_rows_are_read_back_with_their_types():
    layout = Layout(KEYS, ("year", "tags"), other=True, explained=True)
    explained = replace(SISTER, explanation={})
    table = pq.read_table(packed([FEE, explained], layout))
    assert table.schema.field("themes").type == pa.list_(pa.string())
    assert table.schema.field("p_cost").type == pa.float64()
    assert table.schema.field("start").type == pa.int64()
    first, second = table.to_pylist()
    assert first == {
        "document": "gym.csv:2",
        "index": 0,
        "start": 0,
        "end": 48,
        "text": FEE.text,
        "themes": ["cost"],
        "p_cost": 0.9,
        "p_crowding": 0.0123456,
        "explanation": json.dumps(to_json(FEE)["explanation"]),
        "meta_year": "2015",
        "meta_tags": '["a", "é"]',
        "meta_other": '{"age": -4}',
    }
    assert (second["themes"], second["meta_year"], second["meta_other"]) == ([], None, None)


def test_a_whole_document_has_its_counts():
    (row,) = pq.read_table(packed([WHOLE], Layout(KEYS, counts=True))).to_pylist()
    assert (row["sentences"], row["n_cost"], row["n_crowding"]) == (3, 2, 1)


def test_no_results_give_the_columns_alone():
    table = pq.read_table(packed([], Layout(KEYS, ("a",))))
    assert (table.num_rows, table.column_names[-1]) == (0, "meta_a")


@pytest.mark.parametrize("most", [1, 3, 1000])
def test_parts_are_joined_in_order_however_they_are_grouped(monkeypatch, most):
    monkeypatch.setattr(columnar, "_MOST_ROWS", 2)
    monkeypatch.setattr(columnar, "_GROUP_ROWS", most)
    layout = Layout(KEYS)
    target = io.BytesIO()
    join_parquet([packed(part, layout) for part in ([SISTER, WHOLE, FEE], [], [SISTER])], target, layout)
    joined = pq.ParquetFile(target)
    assert joined.schema_arrow.equals(schema(layout))
    assert joined.num_row_groups == {1: 3, 3: 1 + 1, 1000: 1}[most]
    documents = joined.read().column("document").to_pylist()
    assert documents == ["gym.csv:2", "b.txt", "gym.csv:2", "gym.csv:2"]


def at_once(groups, layout):
    stream = io.BytesIO()
    with ParquetRows(stream, layout) as rows:
        for judged, chosen in groups:
            rows.units(judged, chosen)
    stream.seek(0)
    return stream


@pytest.mark.parametrize(("most", "signs"), [(1, 1000), (3, 1000), (1000, 1), (5, 8), (1000, 1000)])
@given(
    groups=st.lists(DOCUMENTS, max_size=3),
    only_coded=st.booleans(),
    whole=st.booleans(),
    metadata=st.sampled_from([(), ("year",), ("=a", "b")]),
    other=st.booleans(),
)
def test_units_are_written_at_once_as_results_are_one_by_one(
    most, signs, groups, only_coded, whole, metadata, other
):
    layout = Layout(GROUP_KEYS, metadata, other=other, counts=whole)
    many, expected = [], []
    for described in groups:
        judged, chosen, results = both(described, whole=whole, only_coded=only_coded)
        many.append((judged, chosen))
        expected += results
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columnar, "_MOST_ROWS", most)
        patch.setattr(columnar, "_MOST_SIGNS", signs)
        assert at_once(many, layout).getvalue() == packed(expected, layout).getvalue()


def test_a_group_of_rows_ends_where_it_holds_enough_rows_or_signs(monkeypatch):
    monkeypatch.setattr(columnar, "_MOST_ROWS", 3)
    monkeypatch.setattr(columnar, "_MOST_SIGNS", 10)
    units = [("x" * size, (0.1, 0.2), (True, False)) for size in (1, 1, 1, 9, 1, 5, 20, 0)]
    judged, chosen, _ = both([("a", {}, units[:4]), ("b", {}, units[4:])])
    file = pq.ParquetFile(at_once([(judged, chosen)], Layout(GROUP_KEYS)))
    sizes = [file.read_row_group(i)["text"].to_pylist() for i in range(file.num_row_groups)]
    assert [list(map(len, texts)) for texts in sizes] == [[1, 1, 1], [9, 1], [5, 20], [0]]


def test_what_is_written_is_closed_when_writing_fails():
    stream = io.BytesIO()
    with pytest.raises(KeyError), ParquetRows(stream, Layout(KEYS)) as rows:
        rows.results([replace(SISTER, probabilities={})])
    assert pq.ParquetFile(stream).metadata.num_rows == 0
