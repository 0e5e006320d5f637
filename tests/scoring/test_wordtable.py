import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import themes.scoring.wordtable
from themes.coding.labels import read_labels
from themes.scoring.wordtable import WordTable
from themes.text.words import words


def look(words):
    sizes = list(map(len, words))
    vectors = np.stack([sizes, np.ones(len(words))], axis=1)
    return vectors, np.array([sizes, [ord(word[0]) for word in words]])


def table():
    return WordTable(look, 2, 2)


def found_in(made, texts):
    numbers, bounds = made.find(texts)
    return [
        [made.words[number] for number in numbers[start:end].tolist()]
        for start, end in zip(bounds.tolist(), bounds.tolist()[1:], strict=False)
    ]


@pytest.fixture(scope="module")
def made():
    return table()


@settings(deadline=None)
@given(texts=st.lists(st.text(max_size=40), max_size=5))
def test_the_words_of_any_texts_are_those_of_the_words_module(made, texts):
    assert found_in(made, texts) == list(map(words, texts))


@settings(deadline=None)
@given(texts=st.lists(st.text(st.sampled_from("aA'’Σσiİ0٣_-\0 \x1c\u2028é"), max_size=12), max_size=5))
def test_odd_letters_apostrophes_and_separators_change_nothing(made, texts):
    assert found_in(made, texts) == list(map(words, texts))


def test_the_words_of_the_seeds(made):
    texts = [label.sentence for label in read_labels(["labels/seeds.csv", "labels/field.csv"])]
    assert found_in(made, texts) == list(map(words, texts))


def test_vectors_and_marks_are_those_of_the_word(made):
    numbers, bounds = made.find(["one three", "", "three"])
    assert made.marks[:, numbers].T.tolist() == [[3, ord("o")], [5, ord("t")], [5, ord("t")]]
    assert made.sum(numbers, bounds).tolist() == [[8.0, 2.0], [0.0, 0.0], [5.0, 1.0]]


def test_the_table_stays_bounded_and_right_on_endless_new_words(monkeypatch):
    monkeypatch.setattr(themes.scoring.wordtable, "MOST_WORDS", 64)
    bounded = table()
    for batch in range(40):
        texts = [
            f"word{chr(97 + batch % 26) * 3}x{chr(97 + n % 26) * (n // 26 + 1)} again" for n in range(50)
        ]
        assert found_in(bounded, texts) == list(map(words, texts))
        assert len(bounded.words) <= 64 + 51


def test_more_new_words_in_one_text_than_the_table_holds(monkeypatch):
    monkeypatch.setattr(themes.scoring.wordtable, "MOST_WORDS", 16)
    bounded = table()
    text = " ".join(f"w{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(300))
    for _ in range(2):
        assert found_in(bounded, [text]) == [words(text)]
