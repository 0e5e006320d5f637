import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from themes.learning.calibration import best_threshold, calibrate, choose_threshold
from themes.scoring.scorer import probabilities


def test_calibration_moves_probabilities_to_the_shares():
    rng = np.random.default_rng(0)
    logits = rng.normal(-1, 2, (20000, 2))
    truth = rng.random((20000, 2)) < probabilities(0.5 * logits - [2, 1])
    slopes, offsets = calibrate(logits, truth)
    np.testing.assert_allclose(slopes, 0.5, atol=0.05)
    np.testing.assert_allclose(offsets, [-2, -1], atol=0.1)
    shares = probabilities(slopes * logits + offsets).mean(axis=0)
    np.testing.assert_allclose(shares, truth.mean(axis=0), atol=2e-3)


def test_calibration_never_turns_a_ranking_round():
    slopes, _ = calibrate(np.array([[3.0], [-3.0], [-3.0]]), np.array([[False], [True], [True]]))
    assert slopes[0] > 0
    assert calibrate(np.zeros((0, 1)), np.zeros((0, 1), dtype=bool)) == (np.ones(1), np.zeros(1))


def test_a_theme_with_few_positives_stays_near_the_common_calibration():
    rng = np.random.default_rng(1)
    logits = rng.normal(0, 2, (500, 2))
    truth = rng.random((500, 2)) < probabilities(logits)
    truth[:, 1] = False
    truth[0, 1] = True
    slopes, _ = calibrate(logits, truth)
    assert 0.3 < slopes[1] / slopes[0] < 3


def test_the_threshold_lies_between_the_best_one_and_half_its_f1():
    scores, truth = np.array([0.9, 0.8, 0.2]), np.array([True, True, False])
    assert best_threshold(scores, truth) == (0.5, 1.0)
    assert choose_threshold(scores, truth, 0.3) == 0.5
    assert choose_threshold(np.array([0.3, 0.1]), np.array([True, False]), 0.3) == (0.2 + 0.5) / 2
    assert choose_threshold(scores, ~truth & truth, 0.3) == 0.3


@given(st.lists(st.tuples(st.integers(0, 10).map(lambda n: n / 10), st.booleans()), min_size=1, max_size=30))
def test_no_other_threshold_has_a_higher_f1(pairs):
    scores = np.array([score for score, _ in pairs])
    truth = np.array([mark for _, mark in pairs])

    def f1(threshold):
        given_ = scores >= threshold
        return 2 * (given_ & truth).sum() / max(given_.sum() + truth.sum(), 1)

    if truth.any():
        chosen, best = best_threshold(scores, truth)
        assert f1(chosen) == best == max(map(f1, [*scores, 2.0]))
