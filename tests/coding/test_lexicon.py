from hypothesis import given
from hypothesis import strategies as st

from themes.coding.lexicon import Lexicon
from themes.text.words import words

CLASSES = [
    ("food", ["bread", "eat*", "olive oil"]),
    ("lack", ["ran out", "no", "run* out of"]),
    ("number", ["#"]),
]


def find(text):
    return Lexicon(CLASSES).find(words(text))


def test_words_stems_phrases_and_numbers_are_found():
    assert find("The bread ran out.") == ["food", "lack"]
    assert find("They were eating olives.") == ["food"]
    assert find("Olive-oil was 300 a litre.") == ["food", "number"]
    assert find("Water is running out of the tap.") == ["lack"]
    assert find("He ran.") == []


def test_a_possessive_counts_and_a_longer_word_does_not():
    assert find("the bread's price") == ["food"]
    assert find("breadth") == []


def test_places_reach_over_the_words_met():
    found = Lexicon(CLASSES).places(words("No bread, no bread: it ran out."))
    assert found == {"food": [(1, 2), (3, 4)], "lack": [(0, 1), (2, 3), (5, 7)]}


def test_an_entry_may_stand_in_several_classes():
    lexicon = Lexicon([("a", ["fee*"]), ("b", ["fee*", "fees"])])
    assert lexicon.find(["fees"]) == ["a", "b"]


@given(st.lists(st.sampled_from(["bread", "eats", "olive", "oil", "ran", "out", "no", "of", "x", "##"])))
def test_a_slow_search_finds_the_same(found):
    def meets(test, word):
        if test == "#":
            return not word.strip("#")
        return word.startswith(test[:-1]) if test.endswith("*") else word == test

    slow = [
        key
        for key, entries in CLASSES
        if any(
            all(meets(t, w) for t, w in zip(entry.split(), found[at:], strict=False))
            and at + len(entry.split()) <= len(found)
            for entry in entries
            for at in range(len(found))
        )
    ]
    assert Lexicon(CLASSES).find(found) == slow


def test_the_cache_of_known_words_stays_bounded(monkeypatch):
    monkeypatch.setattr("themes.coding.lexicon._MOST_KNOWN_WORDS", 10)
    lexicon = Lexicon(CLASSES)
    for number in range(50):
        assert lexicon.find(["bread", "x" * number]) == ["food"]
        assert len(lexicon._known) <= 10
