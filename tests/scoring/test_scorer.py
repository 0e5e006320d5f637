import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import diags, hstack
from sklearn.feature_extraction.text import CountVectorizer

from themes.coding.lexicon import Lexicon
from themes.coding.matcher import CueMatcher
from themes.scoring.features import length_scale, marks, text_features
from themes.scoring.model import load_model
from themes.scoring.scorer import Scorer, probabilities
from themes.text.words import words

SENTENCES = [
    "",
    "...",
    "The fee doubled, and the hall was packed.",
    "Zzyzx qqq unheard words only",
    "crowded crowded CROWDED",
    "They didn’t pay the 300 euros for the co-owner's fee.",
]


def reference(model, texts):
    """The logits as scikit-learn computes them from the same vocabulary."""
    matcher = CueMatcher.from_codebook(model.codebook)
    lexicon = Lexicon.from_codebook(model.codebook)
    place = {feature: i for i, feature in enumerate(model.vocabulary)}
    text = CountVectorizer(analyzer=text_features, vocabulary=place).transform(texts)
    cues = CountVectorizer(
        analyzer=lambda sentence: marks(words(sentence), matcher, lexicon), vocabulary=place, binary=True
    ).transform(texts)
    scale = diags([length_scale(len(words(sentence))) for sentence in texts])
    matrix = hstack([scale @ text, cues]).tocsr()
    weights = model.coefficients * model.idf[:, None]
    return matrix @ np.vstack([weights, weights]) + model.intercepts


def test_logits_equal_those_of_scikit_learn(gym):
    scorer = Scorer(gym.model)
    texts = [*SENTENCES, *gym.data.texts]
    ours = np.array([scorer.logits(text) for text in texts])
    np.testing.assert_allclose(ours, reference(gym.model, texts), rtol=0, atol=1e-9)


def test_logits_of_the_shipped_model_equal_those_of_scikit_learn_on_the_seeds():
    from themes.coding.labels import read_labels

    model = load_model()
    texts = [label.sentence for label in read_labels(["labels/seeds.csv", "labels/field.csv"])]
    scorer = Scorer(model)
    ours = np.array([scorer.logits(text) for text in texts])
    np.testing.assert_allclose(ours, reference(model, texts), rtol=0, atol=1e-9)


@given(st.text(max_size=80))
def test_terms_and_intercept_sum_to_the_logit_for_any_text(gym, text):
    scorer = Scorer(gym.model)
    total = gym.model.intercepts + sum(term.contributions for term in scorer.explain(text))
    np.testing.assert_allclose(total, scorer.logits(text), rtol=0, atol=1e-9)


def test_unknown_words_alone_give_the_intercept(gym):
    assert Scorer(gym.model).logits("…").tolist() == gym.model.intercepts.tolist()


def test_a_word_weighs_the_same_wherever_it_stands(gym):
    scorer = Scorer(gym.model)
    terms = {t.term: t.contributions for t in scorer.explain("The fee rose") if t.kind == "word"}
    moved = {t.term: t.contributions for t in scorer.explain("rose again fee") if t.kind == "word"}
    np.testing.assert_array_equal(terms["fee"], moved["fee"])


def test_many_look_ups_change_nothing(gym, monkeypatch):
    import themes.scoring.scorer

    first = Scorer(gym.model)
    few = [first.logits(text) for text in gym.data.texts]
    monkeypatch.setattr(themes.scoring.scorer, "_MANY_ASKED", 3)
    second = Scorer(gym.model)
    np.testing.assert_array_equal(few, [second.logits(text) for text in gym.data.texts])


@pytest.mark.parametrize(("logit", "probability"), [(0.0, 0.5), (1000.0, 1.0), (-1000.0, 0.0)])
def test_probabilities_of_extreme_logits(logit, probability):
    assert probabilities(np.array([logit]))[0] == probability
