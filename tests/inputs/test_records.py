import io
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

import themes.inputs.records
from themes.inputs.cuts import cuts
from themes.inputs.records import BROKEN, FIELD, QUOTE, QUOTED, START, after, records


@pytest.mark.parametrize(
    ("data", "state"),
    [
        (b"", START), (b"a", FIELD), (b"a,", START), (b'"', QUOTED), (b'a,"b', QUOTED), (b'"a"', QUOTE),
        (b'"a"",', QUOTED), (b'"a",', START), (b'"a"b', BROKEN), (b'a"b,c', FIELD), (b'a"\n', START),
        (b'"a"\r\n', START),
    ],
)  # fmt: skip
def test_the_state_behind_a_stretch(data, state):
    assert after(data, START, b",") == state
    # Whatever the stretch is cut into, the state is the same.
    for at in range(len(data)):
        assert after(data[at:], after(data[:at], START, b","), b",") == state


@given(body=st.text(st.sampled_from('a,"\n\r')).map(str.encode), chunk=st.integers(1, 9))
def test_rows_do_not_depend_on_how_the_stream_is_read(body, chunk):
    whole = list(records(io.BytesIO(body), b",", 1000))
    assert b"".join(row for _, row in whole) == body
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(themes.inputs.records, "_CHUNK", chunk)
        assert list(records(io.BytesIO(body), b",", 1000)) == whole
        small = list(records(io.BytesIO(body), b",", 3))
    assert small == [(line, row if len(row) <= 3 else None) for line, row in whole]


@given(body=st.text(st.sampled_from('a,"\n\r')).map(str.encode), size=st.integers(1, 20))
def test_cuts_are_where_rows_begin(body, size):
    begins, at = {}, 0
    for line, row in records(io.BytesIO(body), b",", 1000):
        begins[at] = line
        at += len(row)
    found = list(cuts(io.BytesIO(body), 0, 1, len(body), size, b","))
    assert all(begins[place] == line for place, line in found)
    ends = [0, *(place for place, _ in found)]
    assert all(second - first >= size for first, second in itertools.pairwise(ends))
    if size == 1:
        assert {place for place, _ in found} == {p for p in begins if p and body[p - 1 : p] == b"\n"}
