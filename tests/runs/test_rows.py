"""Rows written by compiled code are those that `themes.runs.output` writes one by one."""

import json

import pytest
from groups import DOCUMENTS, KEYS, SCORES, both
from hypothesis import example, given
from hypothesis import strategies as st

from themes.runs import rows
from themes.runs.output import json_line
from themes.runs.rows import RowWriter, json_shape


def written(described, **options):
    """Write documents in both ways."""
    judged, chosen, results = both(described, **options)
    compiled = b"".join(map(bytes, RowWriter(json_shape(KEYS)).write(judged, chosen)))
    return compiled, "".join(map(json_line, results)).encode()


@given(described=DOCUMENTS, only_coded=st.booleans(), whole=st.booleans())
@example([("a", {}, []), ("b", {"x": 1}, [("He left.", (0.5, 0.00000000005), (True, True))])], False, False)
def test_rows_are_written_as_one_by_one(described, only_coded, whole):
    compiled, plain = written(described, only_coded=only_coded, whole=whole)
    assert compiled == plain


@given(scores=st.lists(SCORES, min_size=1, max_size=40))
def test_probabilities_are_rounded_as_python_rounds_them(scores):
    compiled, plain = written([("a", {}, [("x", (score, score), (False, False)) for score in scores])])
    assert compiled == plain


@pytest.mark.parametrize("room", [1, 400, 1000])
def test_rows_are_the_same_whatever_room_there_is(room, monkeypatch):
    monkeypatch.setattr(rows, "_ROOM", room)
    units = [("He left. " * number, (0.1 * number, 0.2), (number % 2 == 0, False)) for number in range(5)]
    for only_coded in (False, True):
        for whole in (False, True):
            described = [("a", {}, units), ("b", {"year": 2015}, units)]
            compiled, plain = written(described, only_coded=only_coded, whole=whole)
            assert compiled == plain


@pytest.mark.parametrize("name", ["a", "\udc80"])
def test_half_of_a_surrogate_pair_is_refused_as_by_a_text_stream(name):
    with pytest.raises(UnicodeEncodeError):
        written([(name, {}, [("He \ud800 left.", (0.1, 0.2), (False, False))])])


def test_numbers_of_any_size_are_written():
    text = "x" * 123_456
    described = [("a", {}, [(text, (0.25, 0.75), (True, False)), *[("y", (0.0, 1.0), (False, True))] * 1001])]
    compiled, plain = written(described)
    assert compiled == plain
    assert json.loads(compiled.splitlines()[-1])["index"] == 1001
