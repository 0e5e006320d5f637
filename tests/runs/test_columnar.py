import io
import json
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import themes.runs.columnar as columnar
from themes.runs.columnar import join_parquet, schema, write_parquet
from themes.runs.formats import Layout
from themes.runs.output import to_json
from themes.scoring.results import Explanation, Result

KEYS = ("cost", "crowding")
FEE = Result(
    document="gym.csv:2",
    index=0,
    start=0,
    end=48,
    text="The fee doubled in spring, and nobody told us why.",
    themes=["cost"],
    probabilities={"cost": 0.9, "crowding": 0.0123456},
    explanation={"cost": Explanation(1.5, -2.0, [], 3.5), "crowding": Explanation(-1.0, -1.0, [], 0.0)},
    metadata={"year": "2015", "age": -4, "tags": ["a", "é"]},
)
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
    assert write_parquet(iter(results), stream, layout) == len(results)
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
