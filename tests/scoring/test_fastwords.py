from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import themes.scoring.fastwords
from themes.coding.labels import read_labels
from themes.scoring.fastwords import FastWords
from themes.scoring.features import word_features
from themes.text.characters import codes_of
from themes.text.stems import stem
from themes.text.words import words

FEATURES = sorted(
    {feature for word in ["ﬁghter's", "bread", "éclair", "leaving", "a"] for feature in word_features(word)}
)
WEIGHTS = np.random.default_rng(3).normal(size=(len(FEATURES), 2))
HALVES = {"bread": (1, 0), "leav": (2, 1), "unheard": (0, 2)}
FORMS = ["bread", "not"], ["lea", "leav", "b"]


def marks(word):
    """Tell words by which forms they are, begin with or are built upon."""
    exact = sum(1 << n for n, form in enumerate(FORMS[0]) if word in (form, f"{form}'s"))
    begun = sum(1 << n for n, form in enumerate(FORMS[1]) if word.startswith(form))
    return exact, begun, int(word.endswith("n't")), int(not word.strip("#"))


def table():
    return FastWords(
        FEATURES,
        WEIGHTS,
        lambda root: HALVES.get(root, (0, 0)),
        [("bread", "leav"), ("unheard", "bread")],
        FORMS,
        marks,
    )


@pytest.fixture(scope="module")
def made():
    return table()


def find(made, texts):
    ends = np.cumsum([0, *map(len, texts)])
    return made.find(codes_of("".join(texts)), np.stack([ends[:-1], ends[1:]], axis=1))


def found_in(made, texts):
    numbers, bounds = find(made, texts)
    return [[made.word(number) for number in numbers[start:end].tolist()] for start, end in pairwise(bounds)]


def vector(word):
    total = np.zeros(2)
    for feature in word_features(word):
        if feature in FEATURES:
            total = total + WEIGHTS[FEATURES.index(feature)]
    return total


def check(made, texts):
    assert found_in(made, texts) == list(map(words, texts))
    for number in np.unique(find(made, texts)[0]).tolist():
        word = made.word(number)
        np.testing.assert_array_equal(made.vectors[number], vector(word))
        assert made.marks[number].tolist() == [*HALVES.get(stem(word), (0, 0)), *marks(word)]


@given(texts=st.lists(st.text(max_size=40), max_size=5))
def test_the_words_of_any_texts_are_those_of_the_words_module(made, texts):
    check(made, texts)


@given(texts=st.lists(st.text(st.sampled_from("aA'’Σσiİ0٣_-\0 \x1c\u2028éﬁ"), max_size=12), max_size=5))
def test_odd_letters_apostrophes_and_separators_change_nothing(made, texts):
    check(made, texts)


PIECES = ["bread", "not", "n't", "'s", "’s", "lea", "leaving", "leav", "b", " ", "#", "12", "é", "unheard"]


@given(text=st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_words_are_marked_by_what_they_are_and_how_they_begin_and_end(made, text):
    check(made, [text])


def test_the_words_of_the_seeds(made):
    check(made, [label.sentence for label in read_labels(["labels/seeds.csv", "labels/field.csv"])])


def test_words_of_eight_letters_and_nine_and_of_a_million(made):
    check(made, ["abcdefgh abcdefghi abcdefghj x" + "y" * 1_000_000, "abcdefgh abcdefghi"])


def test_the_table_stays_bounded_and_right_on_endless_new_words(monkeypatch):
    monkeypatch.setattr(themes.scoring.fastwords, "MOST_WORDS", 64)
    monkeypatch.setattr(themes.scoring.fastwords, "_FIRST_WORDS", 16)
    bounded = table()
    for batch in range(40):
        texts = [
            f"word{chr(97 + batch % 26) * 3}x{chr(97 + n % 26) * (n // 26 + 1)} again ﬁ{batch}"
            for n in range(50)
        ]
        assert found_in(bounded, texts) == list(map(words, texts))
        assert len(bounded.marks) <= 128


def test_more_new_words_in_one_text_than_the_table_holds(monkeypatch):
    monkeypatch.setattr(themes.scoring.fastwords, "MOST_WORDS", 16)
    monkeypatch.setattr(themes.scoring.fastwords, "_FIRST_WORDS", 4)
    bounded = table()
    text = " ".join(f"w{chr(97 + n % 26)}{chr(97 + n // 26)} ﬁ{chr(97 + n // 26)}" for n in range(300))
    for _ in range(2):
        assert found_in(bounded, [text]) == [words(text)]
