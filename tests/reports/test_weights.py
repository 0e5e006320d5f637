import numpy as np
import pytest

from themes.reports.weights import weightiest
from themes.scoring.features import length_scale
from themes.scoring.scorer import Scorer


@pytest.fixture(scope="module")
def sentences(gym):
    return [label.sentence for label in gym.material.labels]


def test_the_weightiest_come_first_and_have_the_right_sign(gym, sentences):
    found = weightiest(gym.model, sentences, 5)
    assert tuple(found) == gym.model.keys
    for weights in found.values():
        above, below = ([weight.value for weight in some] for some in (weights.above, weights.below))
        assert above == sorted(above, reverse=True)
        assert below == sorted(below)
        assert len(above) == len(below) == 5
        assert above[-1] > 0 > below[0]


def test_a_weight_is_what_the_feature_adds_to_a_sentence_of_that_length(gym, sentences):
    weights = weightiest(gym.model, sentences, 100)["cost"]
    pair = next(weight for weight in weights.above if weight.kind == "pair of stems")
    row = gym.model.vocabulary.index(f"p:{pair.term}")
    column = gym.model.keys.index("cost")
    added = gym.model.coefficients[row, column] * gym.model.idf[row] * length_scale(weights.length)
    assert pair.value == pytest.approx(added)


def test_the_share_of_letter_runs_is_taken_over_all_that_a_sentence_adds(gym):
    text = "fee"
    share = weightiest(gym.model, [text])["cost"].letters
    column = gym.model.keys.index("cost")
    sizes = np.abs(gym.model.coefficients[:, column] * gym.model.idf)
    runs = ["c: fe", "c:fee", "c:ee ", "c: fee", "c:fee ", "c: fee "]
    place = {name: row for row, name in enumerate(gym.model.vocabulary)}
    letters = sum(sizes[place[name]] for name in runs if name in place)
    others = sum(
        abs(term.contributions[column]) for term in Scorer(gym.model).explain(text) if term.kind != "word"
    )
    assert share == pytest.approx(letters / (letters + sizes[place["w:fee"]] + others))
    assert 0 < share < 1


def test_without_a_known_feature_there_is_no_share(gym):
    assert weightiest(gym.model, ["Zqzqzq."])["cost"].letters is None
