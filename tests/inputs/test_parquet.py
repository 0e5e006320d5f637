import datetime
import decimal
import gzip
from pathlib import Path

import pytest

from themes.errors import InputError
from themes.inputs.documents import Reading, read_documents
from themes.inputs.parts import plan, read_part

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def read(name, **reading):
    return [(doc.name, doc.text, dict(doc.metadata)) for doc in read_documents([name], Reading(**reading))]


@pytest.mark.parametrize("dictionary", [True, False])
@pytest.mark.parametrize("rows_in_group", [1, 3, 1000])
def test_parts_are_row_groups_and_hold_what_the_file_holds(dictionary, rows_in_group):
    table = pa.table({"id": list(range(10)), "text": [f"t{number % 3}" for number in range(10)]})
    pq.write_table(table, "a.parquet", row_group_size=rows_in_group, use_dictionary=dictionary)
    expected = [(f"a.parquet:{number + 1}", f"t{number % 3}", {"id": number}) for number in range(10)]
    assert read("a.parquet") == expected
    parts = plan(["a.parquet"], Reading(), size=1)
    assert len(parts) == -(-10 // rows_in_group)
    found = [document for part in parts for document in read_part(part, Reading())]
    assert [(document.name, document.text, dict(document.metadata)) for document in found] == expected


def test_metadata_is_what_json_can_hold():
    columns = {
        "text": ["x"],
        "time": pa.array([datetime.datetime(2020, 1, 2)], pa.timestamp("ns")),
        "price": [decimal.Decimal("1.50")],
        "nan": [float("nan")],
        "bytes": [b"\xff"],
        "list": [[1, None]],
        "struct": [{"day": datetime.date(2020, 1, 2)}],
        "none": pa.array([None], pa.string()),
        "class": pa.array(["k"]).dictionary_encode(),
    }
    pq.write_table(pa.table(columns), "a.parquet")
    assert read("a.parquet")[0][2] == {
        "time": "2020-01-02 00:00:00.000000000",
        "price": "1.50",
        "nan": None,
        "bytes": "\ufffd",
        "list": [1, None],
        "struct": {"day": "2020-01-02"},
        "none": None,
        "class": "k",
    }


def test_bad_rows_are_reported_and_left_out():
    bad = pa.array([b"\xff"]).view(pa.string())
    text = pa.chunked_array([pa.array(["a", None, "x" * 101]), bad, pa.array(["b"])])
    pq.write_table(pa.table({"text": text}), "a.parquet")
    errors = []
    assert [text for _, text, _ in read("a.parquet", on_bad=errors.append, max_size=100)] == ["a", "b"]
    assert [error.line for error in errors] == [2, 3, 4]
    with pytest.raises(InputError, match=r"^a\.parquet, line 2: 'text' is not a string"):
        read("a.parquet")


def test_a_small_file_that_unfolds_to_much_is_read_row_by_row():
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000, pa.int32()), pa.array(["x" * 1_000_000]))
    pq.write_table(pa.table({"text": text}), "a.parquet", compression="zstd")
    assert Path("a.parquet").stat().st_size < 100_000
    documents = read_documents(["a.parquet"])
    assert [len(next(documents).text) for _ in range(5)] == [1_000_000] * 5
    errors = []
    assert list(read_documents(["a.parquet"], Reading(max_size=1000, on_bad=errors.append))) == []
    assert len(errors) == 20_000


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"id": ["a"]}, r"a\.parquet: has no column 'text' \(columns: 'id'\)"),
        ({"text": [1]}, r"a\.parquet: holds int64 in 'text', not strings"),
    ],
)
def test_what_has_no_text_is_named(columns, message):
    pq.write_table(pa.table(columns), "a.parquet")
    with pytest.raises(InputError, match=f"^{message}"):
        read("a.parquet")


def test_what_is_damaged_is_named_on_both_routes(tmp_path):
    pq.write_table(pa.table({"text": ["some words"] * 1000}), "a.parquet", use_dictionary=False)
    data = (tmp_path / "a.parquet").read_bytes()
    middle = data[:4] + bytes(60) + data[64:]
    for harmed in (b"", b"PAR1", data[:-9], middle, gzip.compress(data)):
        (tmp_path / "b.parquet").write_bytes(harmed)
        with pytest.raises(InputError, match=r"^b\.parquet: is not readable as Parquet \("):
            read("b.parquet")
        (part,) = plan(["b.parquet"], Reading())
        with pytest.raises(InputError, match=r"^b\.parquet: is not readable as Parquet \("):
            list(read_part(part, Reading()))
    (tmp_path / "a.parquet.gz").write_bytes(gzip.compress(data))
    with pytest.raises(InputError, match="is Parquet in another packing; unpack it first"):
        read("a.parquet.gz")
