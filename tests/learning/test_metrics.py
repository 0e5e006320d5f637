import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.metrics import average_precision_score, precision_recall_fscore_support

from themes.learning.metrics import (
    Figure,
    average_precision,
    calibration_error,
    differences,
    draw_weights,
    false_alarms,
    score,
)

RATES = ("precision", "recall", "f1")
UNDEFINED = Figure(None)


def scored(truth, given, ranking=None, draws=None, **options):
    """Score and give the rows by name; themes are called a, b, c and so on."""
    truth, given = np.array(truth, dtype=bool), np.array(given, dtype=float)
    ranking = given if ranking is None else np.array(ranking, dtype=float)
    draws = np.zeros((0, len(truth)), dtype=np.int64) if draws is None else draws
    return {
        row.name: row for row in score("abcdef"[: truth.shape[1]], truth, given, ranking, draws, **options)
    }


def values(row):
    return [getattr(row, name).value for name in RATES]


def by_sklearn(truth, given, average="binary"):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedMetricWarning)
        found = precision_recall_fscore_support(truth, given, average=average, zero_division=np.nan)
    return [None if np.isnan(value) else pytest.approx(value) for value in found[:3]]


@st.composite
def predictions(draw, columns=1):
    size = draw(st.integers(1, 25)), draw(st.integers(columns, 4))
    truth = draw(arrays(bool, size))
    ranking = draw(arrays(np.int64, size, elements=st.integers(0, 5))) / 5
    weights = draw(arrays(np.int64, size[0], elements=st.integers(0, 3)))
    return truth, ranking, weights


@given(predictions())
def test_rates_by_theme_and_micro_equal_those_of_scikit_learn(case):
    truth, ranking, _ = case
    given = ranking >= 0.5
    rows = scored(truth, given)
    for key, there, marked in zip("abcd", truth.T, given.T, strict=False):
        assert values(rows[key]) == by_sklearn(there, marked)
    assert values(rows["micro"]) == by_sklearn(truth.ravel(), given.ravel())
    assert [rows[key].support for key in "abcd"[: truth.shape[1]]] == truth.sum(axis=0).tolist()
    assert rows["macro"].predicted == given.sum()


@given(predictions(columns=2))
def test_the_mean_over_sentences_equals_scikit_learns_with_undefined_ones_left_out(case):
    truth, ranking, _ = case
    row = scored(truth, ranking >= 0.5)["samples"]
    assert values(row) == by_sklearn(truth, ranking >= 0.5, average="samples")


def test_the_mean_over_sentences_is_undefined_for_chances():
    rows = scored([[1, 0], [0, 1]], [[0.5, 0.5], [0.5, 0.5]])
    assert values(rows["samples"]) == [None, None, None]
    assert values(rows["micro"]) == [0.5, 0.5, 0.5]


@given(predictions())
def test_average_precision_equals_scikit_learns_with_ties_and_weights(case):
    truth, ranking, weights = case
    together = np.stack([np.ones_like(weights), weights])
    for column, scores in zip(truth.T, ranking.T, strict=True):
        found = average_precision(column, scores, together)
        for value, weight in zip(found, together, strict=True):
            if not (column * weight).any():
                assert np.isnan(value)
            else:
                expected = average_precision_score(column, scores, sample_weight=weight)
                assert value == pytest.approx(expected)


@given(predictions())
def test_a_resample_is_scored_as_if_its_sentences_stood_that_often(case):
    truth, ranking, weights = case
    given = (ranking >= 0.5).astype(float)
    rows = scored(truth, given, ranking, np.stack([weights, np.ones_like(weights)]))
    copies = scored(
        np.repeat(truth, weights, 0), np.repeat(given, weights, 0), np.repeat(ranking, weights, 0)
    )
    for name, row in rows.items():
        for rate in (*RATES, "average_precision"):
            figure, there = getattr(row, rate), getattr(copies[name], rate).value
            if figure.value is None or there is None or abs(there - figure.value) < 1e-9:
                assert figure.low is figure.high is None
            else:
                low, high = np.percentile([there, figure.value], [2.5, 97.5])
                assert (figure.low, figure.high) == (pytest.approx(low), pytest.approx(high))


def test_what_is_undefined_is_none_and_what_is_wrong_is_nought():
    rows = scored([[1, 0, 0, 1], [0, 0, 0, 0]], [[0, 1, 0, 0], [0, 0, 0, 1]])
    assert values(rows["a"]) == [None, 0, 0]
    assert values(rows["b"]) == [0, None, 0]
    assert values(rows["c"]) == [None, None, None]
    assert values(rows["d"]) == [0, 0, 0]
    assert rows["b"].average_precision == rows["c"].average_precision == UNDEFINED
    assert rows["a"].average_precision.value == 0.5


def test_nothing_is_defined_without_rows():
    rows = scored(np.zeros((0, 2)), np.zeros((0, 2)), calibrated=True)
    assert list(rows) == ["a", "b", "micro", "macro", "samples"]
    for row in rows.values():
        assert (row.support, row.predicted, row.calibration_error) == (0, 0, None)
        assert {row.precision, row.recall, row.f1, row.average_precision} == {UNDEFINED}


def test_averages_are_those_described():
    truth = [[1, 0, 0], [1, 1, 0], [0, 0, 0], [0, 0, 0], [1, 0, 0]]
    given = [[1, 0, 0], [1, 0, 0], [0, 0, 0], [1, 0, 0], [0, 0, 0]]
    rows = scored(truth, given)
    assert values(rows["a"]) == pytest.approx([2 / 3, 2 / 3, 2 / 3])
    assert values(rows["b"]) == [None, 0, 0]
    assert values(rows["micro"]) == pytest.approx([2 / 3, 2 / 4, 4 / 7])
    # Precision is defined for one theme only, the others for two.
    assert values(rows["macro"]) == pytest.approx([2 / 3, 1 / 3, 1 / 3])
    # Three of the five sentences are given a theme, three have one; the third counts nowhere.
    assert values(rows["samples"]) == pytest.approx([2 / 3, 1.5 / 3, (1 + 2 / 3) / 4])
    assert rows["micro"].average_precision == rows["samples"].average_precision == UNDEFINED
    first, second = (rows[key].average_precision.value for key in "ab")
    assert rows["macro"].average_precision.value == pytest.approx((first + second) / 2)


def test_chances_count_as_the_predictions_expected_of_them():
    row = scored([[1], [1], [0], [0]], np.full((4, 1), 0.25))["a"]
    assert row.predicted == 1
    assert values(row) == pytest.approx([0.5, 0.25, 2 * 0.5 / (1 + 2)])


def test_calibration_error_is_as_worked_out_by_hand():
    """Gaps by bin: 0.1, then 0.5, then 0.9 in the last one, which 0.9 and 1.0 share."""
    truth = np.array([False, True, False, True])
    assert calibration_error(truth, np.array([0.1, 0.5, 1.0, 0.9])) == pytest.approx((0.1 + 0.5 + 0.9) / 4)
    assert calibration_error(truth, np.array([0.0, 1.0, 0.0, 1.0])) == 0
    assert calibration_error(truth[:0], np.zeros(0)) is None


def test_calibration_is_measured_of_themes_only_and_only_when_asked_for():
    case = [[1, 0], [0, 1]], [[1, 0], [0, 0]], [[0.75, 0.25], [0.25, 0.25]]
    rows = scored(*case, calibrated=True)
    errors = [row.calibration_error for row in rows.values()]
    assert errors == [pytest.approx(0.25), pytest.approx(0.25), None, None, None]
    assert {row.calibration_error for row in scored(*case).values()} == {None}


def test_false_alarms_are_sentences_without_a_theme_that_are_given_one():
    truth = np.array([[1, 0], [0, 0], [0, 0], [0, 0]], dtype=bool)
    given = np.array([[0, 1], [1, 1], [0, 0], [0, 1]], dtype=float)
    assert false_alarms(truth, given) == (2, 3)
    assert false_alarms(truth[:1], given[:1]) == (0, 0)


@given(st.lists(st.sampled_from("abcdef"), max_size=20), st.integers(0, 30), st.integers(0, 5))
def test_a_resample_holds_as_many_whole_documents_as_there_are(documents, resamples, seed):
    draws = draw_weights(documents, resamples, seed)
    names = set(documents)
    assert draws.shape == (resamples if len(names) > 1 else 0, len(documents))
    for row in draws:
        times = {name: {int(w) for w, d in zip(row, documents, strict=True) if d == name} for name in names}
        assert all(len(weights) == 1 for weights in times.values())
        assert sum(weights.pop() for weights in times.values()) == len(names)
    assert np.array_equal(draws, draw_weights(documents, resamples, seed))


def test_one_document_gives_no_interval():
    truth = [[1], [0], [1]]
    assert scored(truth, truth, draws=draw_weights(["a"] * 3, 50, 0))["a"].recall == Figure(1.0)


def test_where_all_resamples_agree_there_is_no_interval():
    truth = [[1], [0], [1]]
    draws = draw_weights(list("aab"), 50, 0)
    assert scored(truth, truth, draws=draws)["a"].recall == Figure(1.0)
    assert scored(truth, [[1], [0], [0]], draws=draws)["a"].recall.high == 1


def test_an_interval_needs_half_of_the_resamples_to_be_defined():
    truth, given = [[1], [1], [0]], [[1], [0], [0]]
    found, missed, neither = [1, 0, 1], [0, 1, 1], [0, 0, 1]
    enough = scored(truth, given, draws=np.array([found, missed, neither, neither]))["a"].recall
    too_few = scored(truth, given, draws=np.array([found, missed, *[neither] * 3]))["a"].recall
    assert (enough, too_few) == (Figure(0.5, 0.025, 0.975), Figure(0.5))


def test_the_interval_for_recall_covers_the_truth_about_as_often_as_it_says():
    """Documents differ in how well they are found; the true recall over all of them is 0.6."""
    rng = np.random.default_rng(0)
    covered = 0
    for corpus in range(200):
        documents = np.repeat(np.arange(40), 10)
        truth = rng.random(400) < 0.3
        found = rng.random(400) < rng.beta(6, 4, size=40)[documents]
        draws = draw_weights(documents.astype(str).tolist(), 200, corpus)
        recall = scored(truth[:, None], (truth & found)[:, None], draws=draws)["a"].recall
        covered += recall.low <= 0.6 <= recall.high
    assert 0.88 <= covered / 200 <= 0.99


def test_a_predictor_leads_itself_by_nothing_on_every_resample():
    rng = np.random.default_rng(3)
    truth, ranking = rng.random((40, 2)) < 0.4, rng.random((40, 2))
    same = ((ranking > 0.5).astype(float), ranking)
    draws = draw_weights([str(i % 8) for i in range(40)], 50, 0)
    found = differences("ab", truth, same, same, draws)
    assert list(found) == ["a", "b", "macro"]
    assert {tuple(pair) for pair in found.values()} == {("f1", "average_precision")}
    assert all(figure == Figure(0, 0, 0) for pair in found.values() for figure in pair.values())


def test_paired_intervals_are_narrower_than_those_of_the_figures():
    rng = np.random.default_rng(4)
    truth = rng.random((200, 1)) < 0.4
    ranking = truth + rng.normal(0, 0.6, truth.shape)
    first = ((ranking > 0.5).astype(float), ranking)
    second = ((ranking > 0.55).astype(float), ranking - 1e-9)
    draws = draw_weights([str(i % 20) for i in range(200)], 200, 0)
    lead = differences("a", truth, first, second, draws)["a"]["f1"]
    alone = score("a", truth, *first, draws)[0].f1
    assert lead.high - lead.low < (alone.high - alone.low) / 2


def test_a_difference_that_one_side_lacks_is_undefined():
    truth, given = np.zeros((4, 2), bool), np.zeros((4, 2))
    truth[0, 1] = given[1, 1] = 1
    found = differences("ab", truth, (given, given), (given, given), np.zeros((0, 4), dtype=np.int64))
    assert found["a"] == {"f1": UNDEFINED, "average_precision": UNDEFINED}
    assert found["macro"]["f1"] == Figure(0)
