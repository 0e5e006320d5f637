from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.text.words import normalise, word_spans, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They didn’t pay the 300 men.", ["they", "didn't", "pay", "the", "###", "men"]),
        ("a well-fed emir's son", ["a", "well", "fed", "emir's", "son"]),
        ("rock’n’roll", ["rock'n'roll"]),
        ("the emirs' cars", ["the", "emirs", "cars"]),
        ("'quoted' “words”", ["quoted", "words"]),
        ("snake_case", ["snake", "case"]),
        ("in the 1980s, 3.5%", ["in", "the", "####s", "#", "#"]),
        ("ÉTAT ислам داعش", ["état", "ислам", "داعش"]),
        ("٣ رجال", ["#", "رجال"]),
        ("... — !", []),
        ("", []),
    ],
)
def test_words_are_found_and_normalised(text, expected):
    assert words(text) == expected


def test_an_apostrophe_is_inside_a_word_only_between_letters():
    text = "rock ’n’ roll o'clock' ''"
    assert [text[start:end] for start, end in word_spans(text)] == ["rock", "n", "roll", "o'clock"]


@given(st.text())
def test_spans_give_the_words_of_any_text(text):
    spans = word_spans(text)
    assert [normalise(text[start:end]) for start, end in spans] == words(text)
    assert all(start < end for start, end in spans)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))


@given(st.text())
def test_every_letter_and_digit_stands_in_a_word(text):
    covered = {place for start, end in word_spans(text) for place in range(start, end)}
    assert {place for place, sign in enumerate(text) if sign.isalnum()} <= covered


@given(st.text(alphabet=st.characters(max_codepoint=0x24F)))
def test_a_normalised_word_has_no_digit_and_no_curly_apostrophe(text):
    for word in words(text):
        assert "’" not in word
        assert not any(sign.isdecimal() for sign in word)
