import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from themes.coding.balance import NOTE, WARNING, area_under_curve, balance
from themes.coding.labels import Label


def authored(pairs):
    return [
        Label(str(i), f"author-{i % 2}", i, text, ("cost",) if coded else (), "authored")
        for i, (text, coded) in enumerate(pairs)
    ]


def found(pairs):
    return {(finding.level, finding.message) for finding in balance(authored(pairs), ["cost"])}


def test_lengths_and_tenses_of_coded_and_other_sentences_are_compared():
    pairs = [("He paid far too much for it that year", True), ("She goes", False)] * 3
    assert found(pairs) >= {
        (WARNING, "authored: 9.0 words in a coded sentence, 2.0 in one without"),
    }
    pairs = [("It was dear", True), ("He is here", False)] * 3
    assert (
        WARNING,
        "authored: 100 % of coded sentences look past tense, 0 % of those without a theme",
    ) in found(pairs)
    assert (NOTE, "authored: 3.0 words in a coded sentence, 3.0 in one without") in found(pairs)


@pytest.mark.parametrize(("every", "level"), [(1, WARNING), (2, NOTE)])
def test_a_common_opening_that_gives_the_code_away_is_a_warning(every, level):
    pairs = [(f"He says that {chr(97 + n)}", n % every == 0) for n in range(12)] + [
        ("No", False),
        ("Yes", True),
    ]
    share = 100 // every
    assert (level, f"authored: 12 sentences open with 'he says that', {share} % of them coded") in found(
        pairs
    )


def test_rare_openings_are_noted_as_such():
    note = (NOTE, "authored: no opening of 3 words stands in more than 10 sentences")
    assert note in found([("One two three", True), ("Four five six", False)])


def test_real_sentences_alone_are_not_asked_for_balance():
    labels = [Label("1", "a", 0, "He paid", ("cost",), "field"), Label("2", "a", 1, "She", (), "field")]
    assert list(balance(labels, ["cost"])) == []


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4))))
def test_the_area_under_the_curve_equals_scikit_learns(rows):
    truth, values = np.array([*rows, (True, 2), (False, 3)]).astype(float).T
    assert area_under_curve(truth == 1, values) == pytest.approx(roc_auc_score(truth, values))
