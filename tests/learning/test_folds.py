import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.learning.folds import assign_folds


@st.composite
def corpora(draw):
    groups = draw(st.lists(st.integers(0, 12), min_size=2, max_size=60).filter(lambda g: len(set(g)) > 1))
    themes = draw(st.integers(0, 4))
    flags = draw(st.lists(st.booleans(), min_size=len(groups) * themes, max_size=len(groups) * themes))
    truth = np.array(flags, dtype=bool).reshape(len(groups), themes)
    return groups, truth, draw(st.integers(2, 15))


@given(corpora())
def test_groups_stay_whole_and_no_fold_is_empty(corpus):
    groups, truth, count = corpus
    folds = assign_folds(groups, truth, count)
    assert len(folds) == len(groups)
    assert set(folds.tolist()) == set(range(min(count, len(set(groups)))))
    assert len(set(zip(groups, folds.tolist(), strict=True))) == len(set(groups))


@given(corpora(), st.randoms(use_true_random=False))
def test_the_order_of_the_sentences_does_not_matter(corpus, random):
    groups, truth, count = corpus
    order = list(range(len(groups)))
    random.shuffle(order)
    shuffled = assign_folds([groups[i] for i in order], truth[order], count)
    assert shuffled.tolist() == assign_folds(groups, truth, count)[order].tolist()


@given(st.sets(st.integers(0, 29), min_size=5), st.integers(2, 5), st.integers(1, 4))
def test_every_fold_gets_a_group_with_a_theme_that_enough_groups_have(positive, count, size):
    groups = np.repeat(np.arange(30), size)
    truth = np.isin(groups, list(positive)) & (np.arange(len(groups)) % size == 0)
    folds = assign_folds(groups.tolist(), truth[:, None], count)
    assert set(folds[truth].tolist()) == set(range(count))


def test_a_rare_theme_is_spread_beside_common_ones():
    """A hundred documents of ten sentences; the rare theme is in five documents that come together."""
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(100), 10)
    truth = rng.random((1000, 3)) < [0.3, 0.2, 0.0]
    truth[100:150:10, 2] = True
    folds = assign_folds(groups.tolist(), truth, 5)
    assert sorted(folds[truth[:, 2]].tolist()) == [0, 1, 2, 3, 4]
    for theme in range(2):
        share = np.bincount(folds, truth[:, theme]) / truth[:, theme].sum()
        assert np.abs(share - 0.2).max() < 0.02
    assert np.abs(np.bincount(folds) - 200).max() <= 20


def test_sizes_are_evened_out_where_there_are_no_themes():
    groups = [0] * 3 + [1] * 4 + [2] * 5 + [3] * 6
    folds = assign_folds(groups, np.zeros((18, 1), dtype=bool), 2)
    assert np.bincount(folds).tolist() == [9, 9]


def test_fewer_groups_than_folds_make_one_fold_a_group():
    folds = assign_folds([7, 7, 3, 5], np.zeros((4, 2), dtype=bool), 10)
    assert sorted(set(folds.tolist())) == [0, 1, 2]


@pytest.mark.parametrize("groups", [[4, 4, 4], []])
def test_fewer_than_two_groups_cannot_be_parted(groups):
    with pytest.raises(ValueError, match="at least two documents"):
        assign_folds(groups, np.ones((len(groups), 1), dtype=bool), 5)
