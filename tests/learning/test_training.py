import numpy as np
import pytest

from themes.coding.labels import Label
from themes.learning.dataset import build_dataset
from themes.learning.training import Settings, fit, fit_one, out_of_fold, project
from themes.scoring.scorer import probabilities


def rows(data):
    return np.arange(len(data.labels))


def test_the_sentences_out_of_fold_are_scored_by_models_that_never_saw_their_group(gym, monkeypatch):
    import themes.learning.training as training

    seen = []
    original = training._design

    def spy(data, train, settings):
        seen.append(set(data.group[train]))
        return original(data, train, settings)

    monkeypatch.setattr(training, "_design", spy)
    real, logits = out_of_fold(gym.data, rows(gym.data), Settings(folds=3))
    assert len(real) == 48
    assert all(values.shape == (48, 2) and values.any() for values in logits.values())
    assert [len(groups) for groups in seen] == [4, 4, 4]
    assert set.union(*({*gym.data.group} - groups for groups in seen)) == {*gym.data.group}


def test_near_copies_of_a_sentence_held_out_are_not_trained_on():
    def label(id, document, text, source):
        return Label(id, document, 0, text, (), source)

    from themes.coding.codebook import Codebook

    codebook = Codebook.from_dict({"title": "t", "themes": [{"key": "a", "name": "a", "definition": "."}]})
    labels = [
        label("1", "d1", "The fee had doubled by the spring.", "field"),
        label("2", "d2", "Nobody came.", "field"),
        label("3", "w1", "the fee had doubled by the spring", "authored"),
        label("4", "w1", "An unrelated remark about shoes.", "authored"),
    ]
    data = build_dataset(labels, codebook)
    assert data.group[0] == data.group[2]
    assert len(set(data.group[[0, 1, 3]])) == 3
    assert data.held_out.tolist() == [True, True, False, False]


def test_projecting_a_fit_equals_the_saved_model(gym):
    from themes.scoring.scorer import Scorer

    fitted = fit(gym.data, rows(gym.data), Settings())
    ours = project(fitted, gym.data, rows(gym.data))
    scorer = Scorer(gym.model)
    saved = np.array([scorer.logits(text) for text in gym.data.texts])
    np.testing.assert_allclose(ours, saved, rtol=0, atol=1e-9)


def test_a_theme_without_examples_still_trains_and_says_so(gym):
    labels = [
        Label(x.id, x.document, x.index, x.sentence, tuple(t for t in x.themes if t == "cost"), x.source)
        for x in gym.data.labels
    ]
    data = build_dataset(labels, gym.material.codebook)
    fitted = fit(data, rows(data), Settings())
    assert fitted.notes["crowding"] == "no example: it will never be found"
    assert not fitted.coefficients[:, 1].any()
    assert (probabilities(project(fitted, data, rows(data)))[:, 1] < fitted.thresholds[1]).all()


def test_a_theme_with_few_examples_says_how_many(gym):
    labels = [
        Label(x.id, x.document, x.index, x.sentence, x.themes if x.document == "anna" else (), x.source)
        for x in gym.data.labels
    ]
    fitted = fit(build_dataset(labels, gym.material.codebook), np.arange(48), Settings())
    assert fitted.notes["crowding"].startswith("only 2 examples: too few to learn from")


def test_authored_sentences_alone_train_with_the_default_threshold(gym):
    labels = [Label(x.id, x.document, x.index, x.sentence, x.themes, "authored") for x in gym.data.labels]
    data = build_dataset(labels, gym.material.codebook)
    fitted = fit(data, rows(data), Settings())
    assert fitted.thresholds.tolist() == [0.5, 0.5]
    assert "no example among real sentences" in fitted.notes["cost"]


def test_one_class_gives_the_smoothed_share(gym):
    from scipy.sparse import csr_matrix

    weights, intercept = fit_one(csr_matrix(np.eye(9)), np.zeros(9, dtype=bool), 1.0)
    assert not weights.any()
    assert probabilities(np.array(intercept)) == pytest.approx(0.5 / 10)
