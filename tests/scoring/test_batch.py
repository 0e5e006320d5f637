import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import themes.scoring.batch
from themes.coding.labels import read_labels
from themes.scoring.batch import BatchScorer
from themes.scoring.model import load_model
from themes.scoring.scorer import Scorer


@pytest.fixture(scope="module")
def scorer():
    return Scorer(load_model())


@pytest.fixture(scope="module")
def batch(scorer):
    return BatchScorer(scorer)


def singly(scorer, texts):
    return np.array([scorer.logits(text) for text in texts]).reshape(len(texts), len(scorer.model.keys))


def test_labelled_sentences_score_the_same_to_the_last_bit(scorer, batch):
    paths = [f"labels/{name}.csv" for name in ("seeds", "field", "authored")]
    texts = [label.sentence for label in read_labels(paths)][:4000]
    np.testing.assert_array_equal(batch.logits(texts), singly(scorer, texts))


@settings(deadline=None)
@given(texts=st.lists(st.text(max_size=80), max_size=4))
def test_any_texts_score_the_same_to_the_last_bit(scorer, batch, texts):
    np.testing.assert_array_equal(batch.logits(texts), singly(scorer, texts))


def test_a_score_does_not_hang_on_the_batch(scorer, batch, monkeypatch):
    texts = [label.sentence for label in read_labels(["labels/seeds.csv"])] + ["", "word " * 700]
    whole = batch.logits(texts)
    monkeypatch.setattr(themes.scoring.batch, "_MOST_TEXTS", 7)
    monkeypatch.setattr(themes.scoring.batch, "_MOST_LETTERS", 300)
    np.testing.assert_array_equal(batch.logits(texts), whole)
    np.testing.assert_array_equal(whole, singly(scorer, texts))


def test_a_model_without_cues_classes_or_pairs(gym):
    scorer = Scorer(gym.model)
    np.testing.assert_array_equal(BatchScorer(scorer).logits(gym.data.texts), singly(scorer, gym.data.texts))


def test_nothing_is_scored_as_nothing(batch):
    assert batch.logits([]).shape == (0, 5)
