"""The compiled stemmer: equality with the plain one."""

from __future__ import annotations

import time
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from themes.text import stems
from themes.text.stemkernels import stem_codes
from themes.text.words import normalise, words

ROOT = Path(__file__).parents[2]
TEXTS = [*sorted(ROOT.glob("labels/*.csv")), *sorted(ROOT.glob("seeds/*.txt")), ROOT / "themes/codebook.toml"]
SUFFIXES = sorted({*stems.STEP_2, *stems.STEP_3, *stems.SUFFIXES_1B, *stems.SUFFIXES_4})
POSSESSIVES_AND_PLURALS = [
    "'s'",
    "'s",
    "'",
    "sses",
    "ied",
    "ies",
    "us",
    "ss",
    "s",
    "ll",
    "e",
    "y",
    "at",
    "bl",
    "iz",
]
ENDINGS = [*POSSESSIVES_AND_PLURALS, *SUFFIXES]
UNTOUCHED = 7


def plain(word):
    """Stem without the cache."""
    return stems._stem(word)


def codes_of(text):
    return np.frombuffer(text.encode("utf-32-le"), np.uint32).copy()


def compiled(word):
    """Stem a word that stands among others, and check that nothing is written behind its length."""
    codes = codes_of(f"ab{word}ing")
    out = np.full(len(word) + 3, UNTOUCHED, dtype=np.uint32)
    size = stem_codes(codes, 2, 2 + len(word), out)
    assert size <= len(word)
    assert (out[len(word) :] == UNTOUCHED).all()
    assert (codes == codes_of(f"ab{word}ing")).all()
    return out[:size].tobytes().decode("utf-32-le")


@njit
def stem_all(codes, bounds, out, sizes):
    for word in range(len(sizes)):
        sizes[word] = stem_codes(codes, bounds[word], bounds[word + 1], out[bounds[word] :])


def differing(listed):
    """List the words whose stems differ, with both."""
    listed = list(listed)
    bounds = np.cumsum([0, *map(len, listed)])
    out, sizes = np.zeros(bounds[-1], dtype=np.uint32), np.zeros(len(listed), dtype=np.int64)
    stem_all(codes_of("".join(listed)), bounds, out, sizes)
    spans = zip(listed, bounds[:-1].tolist(), sizes.tolist(), strict=True)
    found = {word: out[start : start + size].tobytes().decode("utf-32-le") for word, start, size in spans}
    return [(word, root, plain(word)) for word, root in found.items() if root != plain(word)]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("", ""),
        ("'", "'"),
        ("is", "is"),
        ("'a", "'a"),
        ("'s'", "s"),
        ("''s", ""),
        ("''s'", ""),
        ("'s‘", "s"),
        ("'''", "'"),
        ("'skis", "skis"),
        ("éski", "éski"),
        ("disillusioned", "disillus"),
        ("emir's", "emir"),
        ("ties", "tie"),
        ("cries", "cri"),
        ("gas", "gas"),
        ("agreed", "agre"),
        ("hoping", "hope"),
        ("hopping", "hop"),
        ("relational", "relat"),
        ("generously", "generous"),
        ("adoption", "adopt"),
        ("controlled", "control"),
        ("sayyid", "sayyid"),
        ("youths", "youth"),
        ("skies", "sky"),
        ("succeeding", "succeed"),
        ("####s", "####s"),
        ("sa‘ad‛s", "sa'ad"),
    ],
)
def test_exact_stems(word, expected):
    assert compiled(word) == expected
    assert plain(word) == expected


def test_every_word_of_labels_seeds_and_codebook():
    found = {word for path in TEXTS for word in words(path.read_text(encoding="utf-8"))}
    assert len(found) > 3000
    assert differing(found) == []


def test_irregular_forms_with_and_without_endings():
    forms = [form for form in stems.EXCEPTIONS if compiled(form) == stems.EXCEPTIONS[form]]
    assert len(forms) == len(stems.EXCEPTIONS) == 40
    assert differing(form + ending for form, ending in product(forms, ENDINGS)) == []
    assert differing(start + form for start, form in product(["'", "a", "é", "#", "un"], forms)) == []


def test_two_endings_on_every_start():
    starts = ["a", "b", "y", "yb", "ab", "rel", "conf", "hop", "st", "wx", "ow", *stems.IRREGULAR_STARTS]
    built = {start + first + second for start, first, second in product(starts, ["", *ENDINGS], ENDINGS)}
    assert len(built) > 30_000
    assert differing(built) == []


LETTERS = [*"aeiouyyy'#bcdlnrstwxz", "é", "ß", "ı", "ы", "’", "‘", "İ", "Σ", "𝔸", "٣", "Y"]
PIECES = [*LETTERS, *ENDINGS, *stems.IRREGULAR_STARTS, *stems.DOUBLES, "b" * 60, "ya" * 30]


@settings(max_examples=1500)
@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join).map(normalise))
def test_words_built_of_what_matters_to_stems(word):
    assert compiled(word) == plain(word)


@settings(max_examples=300)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(normalise))
def test_any_normalised_text(word):
    assert compiled(word) == plain(word)


@settings(max_examples=200)
@given(st.text(max_size=20).map(normalise))
def test_normalised_words_are_in_lower_case(word):
    # The compiled stemmer leaves this out.
    assert word.lower() == word


@pytest.mark.parametrize("part", ["y", "b", "a", "by", "'", "s", "é", "ing", "ational"])
def test_a_million_letters_take_little_time(part):
    word = (part * 1_000_000)[:1_000_000] + "ing"
    compiled("warm")
    codes, out = codes_of(word), np.zeros(len(word), dtype=np.uint32)
    before = time.process_time()
    size = stem_codes(codes, 0, len(word), out)
    assert time.process_time() - before < 0.5
    assert out[:size].tobytes().decode("utf-32-le") == plain(word)
