"""Rows written by compiled code are those that `themes.runs.output` writes one by one."""

import json

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from themes.inputs.reading import Document
from themes.runs import rows
from themes.runs.output import json_line
from themes.runs.rows import RowWriter
from themes.scoring.results import Result
from themes.scoring.scored import Scored

KEYS = ("cost", 'née "\\')
SIGNS = st.characters(exclude_categories=["Cs"])
TEXTS = st.text(SIGNS | st.sampled_from('\\"\n\r\t\b\f\x00\x1f\x7f\x80\u07ff\u0800\u2028\uffff𝄞\U0010ffff'))
TIES = st.integers(0, 10**10).map(lambda number: (number + 0.5) / 10**10)
SCORES = (
    st.floats(0, 1) | TIES | st.sampled_from([0.0, 1.0, 5e-11, 5e-324, 1 - 5e-11, 1 - 2**-53, 0.99999999995])
)
METADATA = st.dictionaries(TEXTS, st.none() | st.integers() | st.floats(allow_nan=False) | TEXTS, max_size=2)
UNITS = st.lists(
    st.tuples(TEXTS, st.tuples(SCORES, SCORES), st.tuples(st.booleans(), st.booleans())), max_size=4
)
DOCUMENTS = st.lists(st.tuples(TEXTS, METADATA, UNITS), max_size=4)


def both(described, only_coded):
    """Write documents, each a name, metadata and units, in both ways; a sign parts units in the text."""
    documents, offsets, spans, ends, scores, marks, lines = [], [0], [], [0], [], [], []
    for name, metadata, units in described:
        text = "|".join(unit for unit, _, _ in units)
        start = 0
        for index, (unit, likely, marked) in enumerate(units):
            end = start + len(unit)
            spans.append((offsets[-1] + start, offsets[-1] + end))
            themes = [key for key, mark in zip(KEYS, marked, strict=True) if mark]
            found = dict(zip(KEYS, likely, strict=True))
            if themes or not only_coded:
                lines.append(
                    json_line(Result(name, index, start, end, unit, themes, found, metadata=metadata))
                )
            scores.append(likely)
            marks.append(marked)
            start = end + 1
        documents.append(Document(name, text, metadata))
        offsets.append(offsets[-1] + len(text))
        ends.append(len(spans))
    group = Scored(
        documents,
        np.array(offsets, dtype=np.int64),
        np.array(spans, dtype=np.int64).reshape(-1, 2),
        np.array(ends, dtype=np.int64),
        np.zeros((len(spans), 2)),
    )
    writer = RowWriter(KEYS, only_coded=only_coded)
    pieces = writer.write(
        group, np.array(scores).reshape(-1, 2), np.array(marks, dtype=np.bool_).reshape(-1, 2)
    )
    return b"".join(map(bytes, pieces)), "".join(lines).encode()


@given(described=DOCUMENTS, only_coded=st.booleans())
@example([("a", {}, []), ("b", {"x": 1}, [("He left.", (0.5, 0.00000000005), (True, True))])], False)
def test_rows_are_written_as_one_by_one(described, only_coded):
    compiled, plain = both(described, only_coded)
    assert compiled == plain


@given(scores=st.lists(SCORES, min_size=1, max_size=40))
def test_probabilities_are_rounded_as_python_rounds_them(scores):
    compiled, plain = both([("a", {}, [("x", (score, score), (False, False)) for score in scores])], False)
    assert compiled == plain


@pytest.mark.parametrize("room", [1, 400, 1000])
def test_rows_are_the_same_whatever_room_there_is(room, monkeypatch):
    monkeypatch.setattr(rows, "_ROOM", room)
    units = [("He left. " * number, (0.1 * number, 0.2), (number % 2 == 0, False)) for number in range(5)]
    for only_coded in (False, True):
        compiled, plain = both([("a", {}, units), ("b", {"year": 2015}, units)], only_coded)
        assert compiled == plain


@pytest.mark.parametrize("name", ["a", "\udc80"])
def test_half_of_a_surrogate_pair_is_refused_as_by_a_text_stream(name):
    with pytest.raises(UnicodeEncodeError):
        both([(name, {}, [("He \ud800 left.", (0.1, 0.2), (False, False))])], False)


def test_numbers_of_any_size_are_written():
    text = "x" * 123_456
    described = [("a", {}, [(text, (0.25, 0.75), (True, False)), *[("y", (0.0, 1.0), (False, True))] * 1001])]
    compiled, plain = both(described, False)
    assert compiled == plain
    assert json.loads(compiled.splitlines()[-1])["index"] == 1001
