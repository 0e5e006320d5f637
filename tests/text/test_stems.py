"""The stemmer: equality with NLTK 3.10.4's English Snowball stemmer."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.stem.snowball import SnowballStemmer

from themes.text import stems
from themes.text.stems import stem

SEEDS = sorted((Path(__file__).parents[2] / "seeds").glob("*.txt"))
THEIRS = SnowballStemmer("english")
_STARTS = "a b y yb ab gener commun arsen rel conf hop st wx sky bat tomm ow"
_ENDINGS = """
's' 's ' sses ied ies us ss s eedly ingly edly eed ing ed ization ational fulness ousness iveness tional
biliti lessli entli ation alism aliti ousli iviti fulli enci anci abli izer ator alli bli ogi li alize
icate iciti ative ical ness ful ement ance ence able ible ment ant ent ism ate iti ous ive ize ion al er
ic e l y ly at bl iz tt ll
"""
STARTS = _STARTS.split()
ENDINGS = _ENDINGS.split()


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("", ""),
        ("is", "is"),
        ("disillusioned", "disillus"),
        ("beheadings", "behead"),
        ("caresses", "caress"),
        ("ties", "tie"),
        ("cries", "cri"),
        ("gas", "gas"),
        ("agreed", "agre"),
        ("feed", "feed"),
        ("hoping", "hope"),
        ("hopping", "hop"),
        ("relational", "relat"),
        ("generously", "generous"),
        ("adoption", "adopt"),
        ("controlled", "control"),
        ("youth", "youth"),
        ("sayyid", "sayyid"),
        ("skies", "sky"),
        ("innings", "inning"),
        ("emir’s", "emir"),
        ("''s", ""),
        ("FIGHTERS", "fighter"),
        ("’A", "’a"),
    ],
)
def test_exact_stems(word: str, expected: str) -> None:
    assert stem(word) == expected
    assert THEIRS.stem(word) == expected


def test_every_word_of_the_seeds() -> None:
    texts = [path.read_text(encoding="utf-8") for path in SEEDS]
    found = {word for text in texts for word in re.findall(r"\S+|[^\W_]+(?:['’][^\W_]+)*", text)}
    assert len(found) > 1000
    assert {word: stem(word) for word in found} == {word: THEIRS.stem(word) for word in found}


def test_two_endings_on_every_start() -> None:
    built = {start + first + second for start, first, second in product(STARTS, [*ENDINGS, ""], ENDINGS)}
    assert len(built) > 50_000
    assert [word for word in built if stem(word) != THEIRS.stem(word)] == []


def test_the_exceptions() -> None:
    assert [word for word in stems.EXCEPTIONS if stem(word) != THEIRS.stem(word)] == []
    assert len(stems.EXCEPTIONS) == 40


@settings(max_examples=2000, deadline=None)
@given(st.lists(st.sampled_from([*"aeiouyyysstlbnrgdwx'’‘‛é\nİY", *ENDINGS]), max_size=8).map("".join))
def test_equal_to_nltk_on_built_words(word: str) -> None:
    assert stem(word) == THEIRS.stem(word)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=12))
def test_equal_to_nltk_on_any_text(word: str) -> None:
    assert stem(word) == THEIRS.stem(word)


def test_the_cache_is_bounded_and_keeps_no_long_word() -> None:
    stems._cached_stem.cache_clear()
    assert stem("y" * 100_000 + "ing") == THEIRS.stem("y" * 100_000 + "ing")
    assert stems._cached_stem.cache_info().currsize == 0
    assert stems._cached_stem.cache_info().maxsize == 1 << 16
