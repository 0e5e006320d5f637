import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from themes.coding.labels import read_labels
from themes.inputs.documents import read_documents
from themes.text.characters import codes_of
from themes.text.fastsplit import CompiledSplitter
from themes.text.punkt import Punkt, PunktParameters
from themes.text.sentences import sentence_spans


@pytest.fixture(scope="module")
def splitter():
    return CompiledSplitter()


WORDS = ["Col", "col", "Mr", "U.S", "u.s", "a.m", "A", "b", "K", "i", "I", "He", "left", "The", "the", "THE"]
WORDS += ["3.5", "-7", "1,000", ",", "5", "٣", "Éva", "café", "é", "Ver\u212ay", "o\u212ala", "Li\u212ae"]
WORDS += [
    "Ǆ",
    "ǅ",
    "\u0301",
    "Σ",
    "ΑΣ",
    "\ud800",
    "\U0001f600",
    "..",
    "...",
    "--",
    "-",
    "’s",
    "'",
    "“",
    "(",
    ")",
]
WORDS += ["[", "well-etc", "-etc", "etc-", "etc,x", "a,b", ",-", ":", ";", "*"]
SIGNS = [
    " ",
    ". ",
    ".",
    "? ",
    "!",
    "!” ",
    ".” ",
    '." ',
    ".)",
    "…” ",
    ". . .",
    " . . . . ",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\u2028",
    "\x1c",
    "\x1f",
    "\xa0",
    "\x85",
    "\u3000",
    ",",
    " - ",
]
ODD_TEXTS = st.lists(st.sampled_from(WORDS + SIGNS), max_size=40).map("".join)


@settings(deadline=None, max_examples=500)
@given(text=ODD_TEXTS)
@example(text="The U.S. \u212aansas lies. It cost Mr. 3. He.")
def test_sentences_of_odd_texts_are_those_of_the_plain_splitter(splitter, text):
    assert splitter.spans(text) == sentence_spans(text)


@settings(deadline=None)
@given(text=st.text(st.characters(), max_size=120))
def test_sentences_of_any_text_are_those_of_the_plain_splitter(splitter, text):
    assert splitter.spans(text) == sentence_spans(text)


LINES = [
    "the men went on",
    "Nobody was paid for months, and the winter",
    "ENDED.",
    "“No!”",
    "he said.",
    "",
    "  A b.  ",
    "\x1c",
    "ǅ",
]
WRAPPED = st.builds(
    lambda lines, end, raised: end.join(lines).upper() if raised else end.join(lines),
    st.lists(st.sampled_from(LINES), max_size=12),
    st.sampled_from(["\n", "\r\n", "\f", "\x85"]),
    st.booleans(),
)


@settings(deadline=None)
@given(text=WRAPPED)
def test_wrapped_lines_are_joined_as_the_plain_splitter_joins_them(splitter, text):
    assert splitter.spans(text) == sentence_spans(text)


CABLE = "\n".join(
    ["THE CONVOY LEFT THE CAMP AT DAWN AND REACHED", "NORTHERLY WELLS ONLY BY THE FOLLOWING NIGHT."] * 4
)


def test_an_old_cable_in_capitals_is_unwrapped_but_not_if_one_letter_is_small(splitter):
    assert len(splitter.spans(CABLE)) == 4
    assert len(splitter.spans(CABLE.replace("CAMP", "CAMp"))) == 8
    for text in (CABLE, CABLE.replace("CAMP", "CAMp"), CABLE.replace("CAMP", "CAMǅ")):
        assert splitter.spans(text) == sentence_spans(text)


@settings(deadline=None, max_examples=300)
@given(texts=st.lists(st.one_of(ODD_TEXTS, WRAPPED, st.text(max_size=20), st.just("")), max_size=8))
def test_a_group_is_split_as_its_documents_are_one_by_one(splitter, texts):
    codes = codes_of("".join(texts))
    before = codes.copy()
    bounds = np.cumsum([0, *map(len, texts)])
    spans, ends = splitter.split(codes, bounds)
    assert (codes == before).all()
    assert (spans.dtype, ends.dtype) == (np.int64, np.int64)
    assert spans.shape == (ends[-1], 2)
    assert (ends[0], len(ends)) == (0, len(texts) + 1)
    for number, text in enumerate(texts):
        mine = spans[ends[number] : ends[number + 1]] - bounds[number]
        assert list(map(tuple, mine.tolist())) == sentence_spans(text)


def test_documents_may_be_some_of_a_text_that_may_be_written_to(splitter):
    codes = np.array(codes_of("He left. He. " + "They came. Nobody asked." + " Why? No."))
    spans, ends = splitter.split(codes, np.array([13, 37], dtype=np.int32))
    assert spans.tolist() == [[13, 23], [24, 37]]
    assert ends.tolist() == [0, 2]


def test_no_documents_have_no_sentences(splitter):
    spans, ends = splitter.split(codes_of(""), np.array([0]))
    assert (spans.shape, ends.tolist()) == ((0, 2), [0])


def test_empty_documents_cost_next_to_nothing(splitter):
    start = time.process_time()
    spans, ends = splitter.split(codes_of("Nobody came."), np.array([0] * 500_000 + [12] * 500_000))
    assert time.process_time() - start < 1
    assert spans.tolist() == [[0, 12]]
    assert (np.flatnonzero(ends)[0], ends[-1]) == (500_000, 1)


@pytest.mark.parametrize("bounds", [[0, 5, 3], [0, 9], [-1, 4]])
def test_bounds_that_leave_the_text_are_refused(splitter, bounds):
    with pytest.raises(ValueError, match="bounds of documents"):
        splitter.split(codes_of("He left."), np.array(bounds))


ODD_PARAMETERS = PunktParameters(
    frozenset({"col", "u.s", "5", "x", "", "a", "..", "b.", "i", "well-etc", "k"}),
    frozenset({"the", "a", "i", "he", "a.", "etc", "5", "k"}),
)


@settings(deadline=None, max_examples=300)
@given(text=ODD_TEXTS)
def test_any_parameters_are_followed(text):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("themes.text.fastsplit.english", lambda: ODD_PARAMETERS)
        patch.setattr("themes.text.sentences._splitter", lambda: Punkt(ODD_PARAMETERS))
        assert CompiledSplitter().spans(text) == sentence_spans(text)


def test_the_only_odd_character_that_is_an_ascii_letter_in_lower_case_is_the_kelvin_sign():
    others = map(chr, range(128, 0x110000))
    assert [character for character in others if character.lower().isascii()] == ["\u212a"]


@pytest.mark.parametrize("word", ["étc", "Col"])
def test_words_that_compiled_code_cannot_look_up_are_refused(monkeypatch, word):
    parameters = PunktParameters(frozenset({word}), frozenset())
    monkeypatch.setattr("themes.text.fastsplit.english", lambda: parameters)
    with pytest.raises(ValueError, match="lower-case ASCII"):
        CompiledSplitter()


def test_the_sentences_of_the_seeds_and_of_all_labels_joined(splitter):
    texts = [document.text for document in read_documents(sorted(Path("seeds").glob("*.txt")))]
    texts.append(
        " ".join(label.sentence for label in read_labels(["labels/field.csv", "labels/authored.csv"]))
    )
    assert len(texts) > 5
    for text in texts:
        assert splitter.spans(text) == sentence_spans(text)


@pytest.mark.parametrize(
    "piece",
    ["a", "\n", "a\n", ".", ". ", "a.)", "Mr. he ", "3.", ",-", "A.\xa0", "a.-", ". -", "“", "!”\x85"],
)
def test_time_grows_with_the_length_of_one_document(splitter, piece):
    def seconds(times):
        codes = codes_of(piece * times)
        start = time.process_time()
        splitter.split(codes, np.array([0, len(codes)]))
        return time.process_time() - start

    seconds(10)
    # Four times the text would take sixteen times as long if time grew with the square.
    assert seconds(400_000) < 10 * seconds(100_000) + 0.05
