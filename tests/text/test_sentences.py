import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.inputs.documents import Document
from themes.text.sentences import Sentence, line_spans, sentence_spans, split


def cut(text, spans):
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    "expected",
    [
        ["Army Col. Steve Warren, spokesman for the coalition, said so.", "He left."],
        ["According to Rep. Michael McCaul (R-TX), who chairs it, many have gone."],
        ["One defector, identified only as Ebrahim B. and not included in the count, spoke."],
        ["He added that the U.S. has had 18 plots stopped.", "None was his."],
        ["It was Dec. 1, 2015, in Paris.", "It rained."],
        [
            "Muslims are fighting Muslims ... Assad's forgotten about.",
            "The whole jihad was turned upside down.",
        ],
        ['"We starved."', "He wept."],
        ["“We starved.”", "He wept."],
        ["(He left.)", "Nobody asked."],
        ["They are like dogs!” says one terrorist in a video."],
        ["“Go!” he said.", "“Go!”", "She went."],
        ["“Why?” he asked.", "Nobody knew."],
        ["“Go!” he said, “now!” and left."],
        ["Peter R. Neumann and J. A. Brown wrote it.", "I read it."],
        ["It cost 3.5 dollars.", "Then 4.75."],
        ["See https://example.org/a.b?c=d.e for more.", "It helps."],
        ["He waited... then left.", "The door closed."],
        ["He waited … then left.", "The door closed."],
        ["He paid Mr. Smith at 5 p.m. in Raqqa.", "It rained."],
        ["Why?", "Nobody knows!", "Not even he"],
        ["他走了。"],
        ["Это правда.", "Он ушёл."],
    ],
    ids=lambda expected: expected[0][:30],
)
def test_sentences_come_out_right(expected):
    text = " ".join(expected)
    assert cut(text, sentence_spans(text)) == expected


def test_lower_case_behind_a_closing_quotation_mark_is_joined_only_in_its_paragraph():
    text = "“Go!”\nhe said.\n\n  “Go!” he said.  "
    assert cut(text, sentence_spans(text)) == ["“Go!”", "he said.", "“Go!” he said."]


def test_lower_case_behind_a_bare_mark_begins_a_sentence():
    assert cut("Go! he said.", sentence_spans("Go! he said.")) == ["Go!", "he said."]


def test_lines_are_taken_whole():
    text = "One. Two.\n\n  Three, four.\u2028Five. \r\n\t\r\nSix"
    assert cut(text, line_spans(text)) == ["One. Two.", "Three, four.\u2028Five.", "Six"]


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("sentence", [(0, 0, 4, "One."), (1, 5, 9, "Two."), (2, 12, 18, "Three.")]),
        ("line", [(0, 0, 9, "One. Two."), (1, 12, 18, "Three.")]),
    ],
)
def test_units_are_numbered_and_placed(unit, expected):
    document = Document("d", "One. Two.\n\n Three. ")
    assert list(split(document, unit)) == [Sentence("d", *place) for place in expected]


@pytest.mark.parametrize("text", ["", " \n\t", "\x1c \u2003"])
def test_a_blank_text_has_no_units(text):
    assert sentence_spans(text) == line_spans(text) == []


PIECES = st.sampled_from(
    [
        "He left.",
        "Go!",
        "why?",
        "...",
        " ",
        "\n",
        "\r\n",
        "\n\n",
        '"',
        "”",
        "’",
        ")",
        ".",
        "U.S.",
        "--",
        "\x1c",
        "\xa0",
        "é",
        "語。",
    ]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=25).map("".join))


@pytest.mark.parametrize("unit", ["sentence", "line"])
@given(text=TEXTS)
def test_units_of_any_text_are_exact_ordered_and_lose_nothing(unit, text):
    place = 0
    for number, sentence in enumerate(split(Document("d", text), unit)):
        assert sentence.index == number
        assert place <= sentence.start < sentence.end
        assert sentence.text == text[sentence.start : sentence.end] == sentence.text.strip()
        assert not text[place : sentence.start].strip()
        place = sentence.end
    assert not text[place:].strip()


@pytest.mark.parametrize("text", ['go!" ' * 100_000, "a." * 100_000, "He left. " * 50_000, '"' * 300_000])
def test_long_texts_take_time_in_proportion(text):
    start = time.process_time()
    assert sentence_spans(text)
    assert time.process_time() - start < 10
