import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.inputs.reading import Document
from themes.scoring.judged import judge
from themes.scoring.results import Result
from themes.scoring.scored import Scored

KEYS = ("cost", "crowding")
LOGITS = st.tuples(*[st.floats(-40, 40) | st.sampled_from([0.0, -800.0, 800.0])] * 2)
DOCUMENTS = st.lists(st.lists(st.tuples(st.text(max_size=5), LOGITS), max_size=4), max_size=5)
THRESHOLDS = st.tuples(*[st.floats(0, 1) | st.sampled_from([0.0, 0.5, 1.0])] * 2)


def probability(logit):
    return float(1 / (1 + np.exp(-logit)) if logit >= 0 else np.exp(logit) / (1 + np.exp(logit)))


def scored(described):
    """Make a group of documents of units, each a text and its logits; signs stand before and between them."""
    documents, offsets, spans, ends, logits = [], [0], [], [0], []
    for number, units in enumerate(described):
        text = " "
        for unit, mine in units:
            spans.append((offsets[-1] + len(text), offsets[-1] + len(text) + len(unit)))
            text += f"{unit}|"
            logits.append(mine)
        documents.append(Document(f"{number}.txt", text, {"number": number}))
        offsets.append(offsets[-1] + len(text))
        ends.append(len(spans))
    offsets, spans, ends = (np.array(rows, dtype=np.int64) for rows in (offsets, spans, ends))
    return Scored(documents, offsets, spans.reshape(-1, 2), ends, np.array(logits).reshape(-1, 2))


def one_by_one(described, thresholds):
    """Give the results of sentences, in a list for each document."""
    found = []
    for number, units in enumerate(described):
        start, mine = 1, []
        for index, (text, logits) in enumerate(units):
            likely = dict(zip(KEYS, map(probability, logits), strict=True))
            themes = [key for key, least in zip(KEYS, thresholds, strict=True) if likely[key] >= least]
            place = (index, start, start + len(text))
            mine.append(Result(f"{number}.txt", *place, text, themes, likely, metadata={"number": number}))
            start += len(text) + 1
        found.append(mine)
    return found


def whole(document, sentences):
    """Give the result of a whole document from those of its sentences."""
    counts = {key: sum(key in sentence.themes for sentence in sentences) for key in KEYS}
    likely = {key: max((one.probabilities[key] for one in sentences), default=0.0) for key in KEYS}
    themes = [key for key in KEYS if counts[key]]
    text = document.text
    place = (document.name, 0, 0, len(text), text, themes, likely)
    return Result(*place, None, counts, len(sentences), metadata=document.metadata)


@given(described=DOCUMENTS, thresholds=THRESHOLDS)
def test_arrays_hold_the_results_of_each_unit(described, thresholds):
    group = scored(described)
    judged = judge(group, KEYS, np.array(thresholds), "sentence")
    expected = [result for mine in one_by_one(described, thresholds) for result in mine]
    assert list(judged.results(judged.chosen(only_coded=False))) == expected
    coded = [result for result in expected if result.themes]
    assert list(judged.results(judged.chosen(only_coded=True))) == coded
    assert judged.found() == {key: sum(key in result.themes for result in expected) for key in KEYS}


@given(described=DOCUMENTS, thresholds=THRESHOLDS)
def test_arrays_hold_the_results_of_whole_documents(described, thresholds):
    group = scored(described)
    judged = judge(group, KEYS, np.array(thresholds), "document")
    sentences = one_by_one(described, thresholds)
    expected = list(map(whole, group.documents, sentences))
    assert list(judged.results(judged.chosen(only_coded=False))) == expected
    coded = [result for result in expected if result.themes]
    assert list(judged.results(judged.chosen(only_coded=True))) == coded
    assert judged.found() == {key: sum(result.counts[key] for result in expected) for key in KEYS}


@pytest.mark.parametrize("unit", ["sentence", "document"])
def test_where_a_unit_stands_is_told_for_any_of_them(unit):
    group = scored([[], [("one", (1, -1)), ("two", (2, -2))], [], [], [("three", (-3, 3))], []])
    judged = judge(group, KEYS, np.array([0.5, 0.5]), unit)
    chosen = judged.chosen(only_coded=True)
    homes, indexes, spans = judged.places(chosen)
    if unit == "document":
        assert (chosen.tolist(), homes.tolist(), indexes.tolist()) == ([1, 4], [1, 4], [0, 0])
        assert spans.tolist() == [[0, 9], [0, 7]]
        assert judged.sentences.tolist() == [0, 2, 0, 0, 1, 0]
        assert judged.counts.tolist() == [[0, 0], [2, 0], [0, 0], [0, 0], [0, 1], [0, 0]]
    else:
        assert (chosen.tolist(), homes.tolist(), indexes.tolist()) == ([0, 1, 2], [1, 1, 4], [0, 1, 0])
        assert spans.tolist() == [[1, 4], [5, 8], [1, 6]]
        places = judged.places(np.array([2]))
        assert [place.tolist() for place in places] == [[4], [0], [[1, 6]]]
