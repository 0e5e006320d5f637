import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.text.paragraphs import paragraph_spans, unwrap
from themes.text.sentences import sentence_spans

RIVER = (
    "The men crossed the river at night and waited for the",
    "smuggler, who came an hour late and asked for more than",
    "they had agreed.",
)
BORDER = ("Nobody had slept. One man said that he would go back to", "his family in Tunis.")

READ = {
    "one paragraph a line": ["He left.", "Nobody asked him why.", "He is in Tunis now."],
    "headlines of like length": [
        "Defectors Return Home After Years in the Caliphate",
        "Germany Opens Hundreds of Cases Against Returnees",
        "France Strips Citizenship From Former Fighters Now",
        "Tunisia Says Thousands Were Kept From Travelling",
    ],
    "an address": [
        "Peter Neumann",
        "King's College London",
        "Strand Campus, Somerset House East Wing",
        "London",
    ],
    "a list": ["They brought, as they had been told to by the men:", "- bread", "- water", "- two blankets"],
    "a short list in lower case": ["They brought:", "bread", "water", "two blankets"],
    "a sonnet": [
        "Shall I compare thee to a summer's day?",
        "Thou art more lovely and more temperate:",
        "Rough winds do shake the darling buds of May,",
        "And summer's lease hath all too short a date:",
    ],
    "verses of which one runs on": [
        "I met a traveller from an antique land who said:",
        "Two vast and trunkless legs of stone",
        "stand in the desert,",
        "Near them, on the sand,",
        "Half sunk, a shattered visage lies,",
    ],
    "a line wider than any wrapped one": [
        "Short line",
        "which goes on",
        "until it is long,",
        "as he said again and again. " * 40 + "Yes.",
    ],
    "headings between paragraphs of one line": [
        "Why they left",
        "There was no bread in the town.",
        "The return",
    ],
}


def paragraphs(text):
    return [text[start:end] for start, end in paragraph_spans(text)]


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\n\n", "\r", "\u2028", " \n\t\n "])
@pytest.mark.parametrize("lines", READ.values(), ids=READ)
def test_lines_that_are_paragraphs_are_not_joined(lines, break_):
    assert paragraphs(break_.join(lines)) == lines


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "blocks",
    [
        [RIVER],
        [RIVER, BORDER],
        [("WHY THEY LEFT",), RIVER, BORDER],
        [RIVER, ("The return",), BORDER],
        [("He left.",), RIVER, ("He said it again and again. " * 40 + "Yes.",)],
        [tuple(line.upper() for line in (*RIVER[:2], *RIVER))],
    ],
    ids=["one", "two", "heading before", "heading between", "long line beside", "capitals"],
)
def test_wrapped_lines_are_joined_inside_blocks(blocks, end):
    text = (end + end).join(end.join(block) for block in blocks) + end
    assert paragraphs(text) == [end.join(block) for block in blocks]


def test_ragged_lines_are_joined_where_they_run_on():
    lines = ["He wrote that he had waited there", "for a month, without any word from", "his brother,"]
    text = "\n".join([*lines, "and that the men whom he had paid were gone by then."])
    assert paragraphs(text) == [text]


def test_a_heading_right_above_a_wrapped_paragraph_stays_alone():
    text = "\n".join([*RIVER, "", "The return", *BORDER])
    assert paragraphs(text) == ["\n".join(RIVER), "The return", "\n".join(BORDER)]


def test_indented_paragraphs_without_blank_lines_are_told_apart():
    text = "   " + "\n".join(RIVER) + "\n   " + "\n".join(BORDER)
    assert paragraphs(text) == ["\n".join(RIVER), "\n".join(BORDER)]


def test_a_list_under_a_wrapped_paragraph_is_not_joined():
    text = "\n".join([*RIVER, "", *BORDER, "", *RIVER, "", "- bread", "- water"])
    assert paragraphs(text)[-2:] == ["- bread", "- water"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_sentences_of_wrapped_lines_run_over_the_breaks(end):
    text = (end + end).join([end.join(RIVER), end.join(BORDER)])
    assert [text[start:end_].replace(end, " ") for start, end_ in sentence_spans(text)] == [
        " ".join(RIVER),
        "Nobody had slept.",
        "One man said that he would go back to his family in Tunis.",
    ]


def test_a_wrapped_line_may_end_in_an_abbreviation_or_a_decimal_point():
    lines = [
        "They asked, he said, for help from the army of the U.S.",
        "and of Britain, but the answer took weeks, in which the",
        "price of bread rose by no less than 3.5 percent.",
    ]
    text = "\n".join(lines)
    assert [text[start:end] for start, end in sentence_spans(text)] == [text]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\r\n\t\u2003\n", "\x1c\x1d"])
def test_a_blank_text_has_no_paragraphs(text):
    assert paragraph_spans(text) == []


LINES = st.lists(st.one_of(st.sampled_from([*RIVER, *BORDER, ""]), st.text(max_size=60)), max_size=12)


@given(st.one_of(st.text(), LINES.map("\n".join), LINES.map("\r\n".join)))
def test_paragraphs_are_ordered_trimmed_and_lose_nothing(text):
    spans = paragraph_spans(text)
    place = 0
    for start, end in spans:
        assert place <= start < end
        assert text[start:end] == text[start:end].strip()
        assert not text[place:start].strip()
        place = end
    assert not text[place:].strip()


@given(st.text(alphabet=st.sampled_from("a .\r\n\v\f\x85\u2028\u2029é語")))
def test_unwrapping_keeps_every_place_and_leaves_no_break(text):
    flat = unwrap(text)
    assert len(flat) == len(text)
    assert len(flat.splitlines()) <= 1
    assert [sign for sign in flat if sign != " "] == [sign for sign in text if not sign.isspace()]


@pytest.mark.parametrize("text", ["word " * 200_000, "a\n" * 200_000, ". " * 300_000, '."' * 300_000])
def test_long_texts_take_time_in_proportion(text):
    start = time.process_time()
    assert paragraph_spans(text)
    assert time.process_time() - start < 5
