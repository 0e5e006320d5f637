import csv
import io
from dataclasses import replace

import pytest
from groups import DOCUMENTS, SCORES, both
from groups import KEYS as GROUP_KEYS
from hypothesis import given
from hypothesis import strategies as st
from samples import FEE, KEYS, SISTER, WHOLE

from themes.runs import rows, tables
from themes.runs.formats import Layout
from themes.runs.rows import RowWriter
from themes.runs.tables import TableWriter, guard, table_shape

PLAIN = Layout(KEYS)
SIX_DECIMALS = st.integers(0, 10**6).map(lambda number: (number + 0.5) / 10**6)


def written(results, layout, delimiter=",", *, header=True):
    stream = io.StringIO()
    writer = TableWriter(stream, layout, delimiter)
    if header:
        writer.header()
    assert writer.results(iter(results)) == len(results)
    return stream.getvalue()


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_cell_that_a_spreadsheet_would_run_is_guarded_wherever_it_comes_from(first):
    risky = first + "1+1"
    result = replace(SISTER, text=risky, document=risky, metadata={"a": risky, first: risky})
    layout = Layout(KEYS, ("a", first), other=True)
    header, row = csv.reader(io.StringIO(written([result], layout), newline=""))
    assert guard(risky) == "'" + risky
    assert [row[0], row[4], *row[-3:-1]] == ["'" + risky] * 4
    assert not any(cell.startswith(first) for cell in (*header, *row))


@given(st.text())
def test_a_guarded_cell_keeps_its_text_and_starts_with_nothing_risky(text):
    assert guard(text) in (text, "'" + text)
    assert not guard(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_a_table_has_a_column_for_each_part_and_leaves_numbers_alone():
    layout = Layout(KEYS, ("year", "age"), other=True, explained=True)
    assert list(csv.DictReader(io.StringIO(written([FEE, SISTER], layout)))) == [
        {
            "document": "gym.csv:2",
            "index": "0",
            "start": "0",
            "end": "48",
            "text": FEE.text,
            "themes": "cost",
            "p_cost": "0.900000",
            "p_crowding": "0.012346",
            "terms": "cost: fee +2.50, fee doubled +1.04, us -0.06",
            "meta_year": "2015",
            "meta_age": "-4",
            "meta_other": '{"tags": ["a", "é"]}',
        },
        {
            "document": "gym.csv:2",
            "index": "1",
            "start": "49",
            "end": "67",
            "text": "My sister stayed.",
            "themes": "",
            "p_cost": "0.100000",
            "p_crowding": "0.200000",
            "terms": "",
            "meta_year": "",
            "meta_age": "",
            "meta_other": "",
        },
    ]


def test_a_whole_document_has_its_counts():
    assert written([WHOLE], Layout(KEYS, counts=True), "\t") == (
        "document\tindex\tstart\tend\ttext\tthemes\tp_cost\tp_crowding\tsentences\tn_cost\tn_crowding\n"
        "b.txt\t0\t0\t9\tThe text.\tcost|crowding\t0.900000\t0.500000\t3\t2\t1\n"
    )


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_no_results_give_a_header_alone(delimiter):
    header = ["document", "index", "start", "end", "text", "themes", "p_cost", "p_crowding"]
    assert written([], PLAIN, delimiter) == delimiter.join(header) + "\n"


@pytest.mark.parametrize("delimiter", [",", "\t"])
@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_a_cell_is_read_back_whatever_it_holds(delimiter, text):
    stream = io.StringIO(written([replace(SISTER, text=text)], PLAIN, delimiter), newline="")
    assert list(csv.reader(stream, delimiter=delimiter, strict=True))[1][4] == guard(text)


def test_a_table_can_do_without_its_header_and_its_columns_stay_whatever_the_row_holds():
    later = replace(SISTER, metadata={"b": None, "a": {"x": 1}})
    lines = written([SISTER, later], Layout(KEYS, ("a", "b")), header=False).splitlines()
    assert lines[0].endswith(",0.100000,0.200000,,")
    assert lines[1].endswith(',0.100000,0.200000,"{""x"": 1}",null')


@pytest.mark.parametrize("most", [1, 3, 1000, None])
@pytest.mark.parametrize("delimiter", [",", "\t"])
@given(
    groups=st.lists(DOCUMENTS, max_size=2),
    only_coded=st.booleans(),
    whole=st.booleans(),
    metadata=st.sampled_from([(), ("year",), ("=a", "b")]),
    other=st.booleans(),
)
def test_units_are_written_at_once_as_results_are_one_by_one(
    most, delimiter, groups, only_coded, whole, metadata, other
):
    layout = Layout(GROUP_KEYS, metadata, other=other, counts=whole)
    stream = io.StringIO()
    expected = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "_MOST_ROWS", most)
        for described in groups:
            judged, chosen, results = both(described, whole=whole, only_coded=only_coded)
            if most is None:
                for some in RowWriter(table_shape(layout, delimiter)).write(judged, chosen):
                    stream.write(str(some, "utf-8"))
            else:
                TableWriter(stream, layout, delimiter).units(judged, chosen)
            expected += results
    assert stream.getvalue() == written(expected, layout, delimiter, header=False)


@pytest.mark.parametrize("room", [1, 400])
@given(scores=st.lists(SCORES | SIX_DECIMALS, min_size=1, max_size=40))
def test_compiled_code_rounds_as_python_rounds_whatever_room_it_has(room, scores):
    judged, chosen, results = both([("a", {}, [("x", (score, score), (True, True)) for score in scores])])
    layout = Layout(GROUP_KEYS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "_ROOM", room)
        pieces = RowWriter(table_shape(layout, ",")).write(judged, chosen)
        compiled = b"".join(map(bytes, pieces)).decode()
    assert compiled == written(results, layout, header=False)


def test_compiled_code_refuses_half_of_a_surrogate_pair_as_a_text_stream_does():
    judged, chosen, _ = both([("a", {}, [('He, "\ud800" left.', (0.1, 0.2), (False, False))])])
    with pytest.raises(UnicodeEncodeError):
        list(RowWriter(table_shape(Layout(GROUP_KEYS), ",")).write(judged, chosen))
