import numpy as np

from themes.coding.labels import Label
from themes.learning.baselines import cue_match, guess, plain_model
from themes.learning.dataset import build_dataset


def test_cues_match_without_learning_anything(gym):
    given, ranking = cue_match(gym.data, np.arange(48))
    matched = {gym.data.texts[i] for i in np.flatnonzero(given[:, 0])}
    assert "By March the fee had gone up twice." in matched
    assert "My sister still goes there." not in matched
    assert ((ranking > 0) == given.astype(bool)).all()


def test_guessing_follows_the_shares_in_training_only(gym):
    train, test = np.arange(8), np.arange(8, 48)
    given, ranking = guess(gym.data, train, test)
    np.testing.assert_allclose(given, np.tile(gym.data.truth[:8].mean(axis=0), (40, 1)))
    assert not ranking.any()


def test_the_plain_model_learns_from_seeds_alone_where_there_are_any(gym):
    def source(label, name):
        return Label(label.id, label.document, label.index, label.sentence, label.themes, name)

    train, test = np.arange(40), np.arange(40, 48)
    seeds = [source(label, "seed" if i < 16 else "field") for i, label in enumerate(gym.data.labels)]
    only = build_dataset(seeds, gym.material.codebook)
    np.testing.assert_array_equal(
        plain_model(only, train, test)[1], plain_model(gym.data, np.arange(16), test)[1]
    )


def test_the_plain_model_survives_training_rows_without_words(gym):
    labels = [Label("1", "a", 0, "?", (), "x"), Label("2", "b", 0, "!", ("cost",), "x")]
    data = build_dataset(labels, gym.material.codebook)
    given, ranking = plain_model(data, np.array([0]), np.array([1]))
    assert not given.any()
    assert not ranking.any()
