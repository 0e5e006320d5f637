from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.text.near import groups, near_copies, shared_runs, shingles

few_words = st.lists(st.sampled_from(["no", "bread", "no!", "Fuel", "men"]), max_size=9).map(" ".join)
few_texts = st.lists(few_words, max_size=9)


def jaccard(left, right):
    a, b = shingles(left), shingles(right)
    return len(a & b) / len(a | b) if a & b else None


def numbered(*numbers):
    """Give a text whose words are letters, one for each number."""
    return " ".join("abcdefghijklmnopqrstuvwxyz"[number] for number in numbers)


def test_runs_are_sets_of_three_normalised_words():
    assert shingles("No bread, no FUEL; no bread, no.") == {
        ("no", "bread", "no"),
        ("bread", "no", "fuel"),
        ("no", "fuel", "no"),
        ("fuel", "no", "bread"),
    }


@pytest.mark.parametrize(
    ("text", "expected"), [("", set()), ("... !", set()), ("No.", {("no",)}), ("No bread", {("no", "bread")})]
)
def test_a_text_shorter_than_a_run_is_one_run(text, expected):
    assert shingles(text) == expected


@given(few_texts, st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.1, 1 / 3, 0.5, 2 / 3, 1.0])))
def test_near_copies_are_those_of_a_search_of_all_pairs(texts, alike):
    pairs = ((i, j, jaccard(texts[i], texts[j])) for i, j in combinations(range(len(texts)), 2))
    expected = [pair for pair in pairs if pair[2] is not None and pair[2] >= alike]
    assert list(near_copies(texts, alike)) == sorted(expected, key=lambda pair: (pair[1], pair[0]))


@pytest.mark.parametrize(("size", "share"), [(10, 0.5), (25, 0.28), (30, 0.1), (100, 0.07), (100, 0.55)])
def test_a_pair_at_the_very_threshold_is_found(size, share):
    """Rounding in the threshold must not shorten the search."""
    words = [f"w{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(size + 2)]
    kept = round(size * share)
    texts = [" ".join(words), " ".join(words[: kept + 2])]
    assert list(near_copies(texts, share)) == [(0, 1, kept / size)]


def test_a_pair_just_under_the_threshold_is_not_found():
    texts = [numbered(*range(6)), numbered(0, 1, 2, 3, 20, 21)]
    assert list(near_copies(texts, 1 / 3)) == [(0, 1, 2 / 6)]
    assert list(near_copies(texts, 0.34)) == []
    assert list(near_copies(texts)) == []


def test_a_sentence_that_stands_hundreds_of_times_is_a_copy_of_each_other_one():
    assert len(list(near_copies(["They paid us nothing at all."] * 250))) == 250 * 249 // 2


def test_each_text_on_the_left_gives_its_first_shared_run():
    right = ["one two", numbered(*range(10)), numbered(*range(3, 10))]
    left = ["zz " + numbered(*range(3, 9)), numbered(*range(5)), numbered(0, 1, 2, 3, 4, 5)]
    assert list(shared_runs(left, right)) == [(0, 1, "d e f g h i"), (2, 1, "a b c d e f")]
    assert list(shared_runs(left, right, length=8)) == []


def test_the_first_run_shared_is_the_first_in_the_text():
    text = "we want to go home again"
    assert list(shared_runs([text], [text], length=2)) == [(0, 0, "we want")]


def test_short_equal_texts_share_no_run():
    assert list(shared_runs(["no bread no fuel"], ["no bread no fuel"])) == []


def test_documents_are_joined_through_chains_of_near_copies():
    texts = [numbered(*range(8)), "One.", numbered(*range(2, 10)), numbered(*range(4, 12)), "Two.", "Three."]
    documents = ["a", "b", "c", "d", "d", "e"]
    assert jaccard(texts[0], texts[3]) < 0.5
    assert groups(documents, texts) == [0, 1, 0, 0, 0, 2]


@pytest.mark.parametrize("shift", [0, 1])
def test_a_document_joins_those_of_all_its_sentences(shift):
    texts = [numbered(*range(8)), numbered(*range(10, 18))]
    again = [numbered(*range(shift, 8 + shift)), numbered(*range(10 + shift, 18 + shift))]
    assert groups(["a", "b", "c", "c"], texts + again) == [0, 0, 0, 0]


def test_near_copies_join_only_from_the_threshold_on():
    texts = [numbered(*range(8)), numbered(*range(2, 10))]
    assert groups(["a", "b"], texts, 0.5) == [0, 0]
    assert groups(["a", "b"], texts, 0.51) == [0, 1]


def test_a_sentence_that_stands_in_hundreds_of_documents_joins_them_all():
    assert set(groups(list(range(250)), ["They paid us nothing at all."] * 250)) == {0}


def test_texts_without_words_join_nothing():
    assert groups(["a", "b"], ["...", "..."]) == [0, 1]


@given(st.lists(st.tuples(st.sampled_from("abcdef"), few_words), max_size=9))
def test_groups_are_the_connected_documents(rows):
    documents, texts = [name for name, _ in rows], [text for _, text in rows]
    expected = {name: {name} for name in documents}
    for i, j in combinations(range(len(rows)), 2):
        if (jaccard(texts[i], texts[j]) or 0) >= 0.5:
            joined = expected[documents[i]] | expected[documents[j]]
            expected.update(dict.fromkeys(joined, joined))
    found = groups(documents, texts)
    for i, j in combinations(range(len(rows)), 2):
        assert (found[i] == found[j]) == (documents[j] in expected[documents[i]])
    assert list(dict.fromkeys(found)) == list(range(len(set(found))))
