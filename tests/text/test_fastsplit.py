import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themes.coding.labels import read_labels
from themes.inputs.documents import read_documents
from themes.text.fastsplit import CompiledSplitter
from themes.text.punkt import PunktParameters
from themes.text.sentences import sentence_spans


@pytest.fixture(scope="module")
def splitter():
    return CompiledSplitter()


WORDS = [
    "Col",
    "col",
    "Mr",
    "U.S",
    "a.m",
    "3.5",
    "He",
    "left",
    "The",
    "Éva",
    "café",
    "K",
    "Ver\u212ay",
    "..",
    "--",
    "’s",
]
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
    "\n",
    "\n\n",
    "\r\n",
    "\u2028",
    "\x1c",
    "\xa0",
    "\x85",
    ",",
    " - ",
]


@settings(deadline=None, max_examples=300)
@given(text=st.lists(st.sampled_from(WORDS + SIGNS), max_size=40).map("".join))
def test_sentences_of_odd_texts_are_those_of_the_plain_splitter(splitter, text):
    assert splitter.spans(text) == sentence_spans(text)


@settings(deadline=None)
@given(text=st.text(max_size=120))
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
]


@settings(deadline=None)
@given(lines=st.lists(st.sampled_from(LINES), max_size=12), end=st.sampled_from(["\n", "\r\n", "\f"]))
def test_wrapped_lines_are_joined_as_the_plain_splitter_joins_them(splitter, lines, end):
    text = end.join(lines)
    assert splitter.spans(text) == sentence_spans(text)
    assert splitter.spans(text.upper()) == sentence_spans(text.upper())


def test_the_sentences_of_the_seeds_and_of_all_labels_joined(splitter):
    from pathlib import Path

    texts = [document.text for document in read_documents(sorted(Path("seeds").glob("*.txt")))]
    texts.append(
        " ".join(label.sentence for label in read_labels(["labels/field.csv", "labels/authored.csv"]))
    )
    assert len(texts) > 5
    for text in texts:
        assert splitter.spans(text) == sentence_spans(text)


def test_an_abbreviation_too_long_for_the_compiled_look_up_is_refused(monkeypatch):
    parameters = PunktParameters(frozenset({"abbreviat"}), frozenset())
    monkeypatch.setattr("themes.text.fastsplit.english", lambda: parameters)
    with pytest.raises(ValueError, match="more than 8 letters"):
        CompiledSplitter()
