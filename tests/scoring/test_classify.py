import math

import pytest

import themes
from themes.errors import InputError
from themes.inputs.documents import Document

TEXT = "The fee doubled in spring. The hall was packed every evening. My sister stayed."


@pytest.fixture(scope="module")
def classifier(gym):
    return themes.load(gym.folder)


def test_each_sentence_gets_themes_places_and_all_probabilities(classifier):
    results = classifier.classify(TEXT)
    assert [result.themes for result in results] == [["cost"], ["crowding"], []]
    for number, result in enumerate(results):
        assert result.index == number
        assert TEXT[result.start : result.end] == result.text
        assert list(result.probabilities) == ["cost", "crowding"]
        assert all(0 < value < 1 for value in result.probabilities.values())
        assert result.explanation is None


def test_a_line_is_one_unit(classifier):
    results = classifier.classify("The fee doubled. It was packed.\nMy sister stayed.", unit="line")
    assert [result.text for result in results] == ["The fee doubled. It was packed.", "My sister stayed."]


def test_a_document_has_the_themes_of_its_sentences(classifier):
    (whole,) = classifier.classify(TEXT + " The price rose.", unit="document", explain=2)
    parts = classifier.classify(TEXT + " The price rose.")
    assert whole.themes == ["cost", "crowding"]
    assert whole.sentences == 4
    assert whole.counts == {"cost": sum("cost" in part.themes for part in parts), "crowding": 1}
    for key in classifier.keys:
        assert whole.probabilities[key] == max(part.probabilities[key] for part in parts)
        explained = whole.explanation[key]
        assert parts[explained.sentence].probabilities[key] == whole.probabilities[key]


def test_an_empty_document_has_no_theme(classifier):
    (whole,) = classifier.classify("  ", unit="document", explain=1)
    assert (whole.themes, whole.sentences, whole.counts) == ([], 0, {"cost": 0, "crowding": 0})
    assert whole.probabilities == {"cost": 0.0, "crowding": 0.0}
    assert classifier.classify("") == []


@pytest.mark.parametrize("most", [0, 1, 3])
def test_an_explanation_sums_to_the_logit(classifier, most):
    for result in classifier.classify(TEXT, explain=most):
        for key, why in result.explanation.items():
            total = why.intercept + sum(reason.contribution for reason in why.terms) + why.rest
            assert total == pytest.approx(why.logit, abs=1e-9)
            assert 1 / (1 + math.exp(-why.logit)) == pytest.approx(result.probabilities[key], abs=1e-12)
            assert len(why.terms) <= most or not most
            if not most:
                assert why.rest == 0
            sizes = [abs(reason.contribution) for reason in why.terms]
            assert sizes == sorted(sizes, reverse=True)


def test_the_word_that_decided_comes_first(classifier):
    (result,) = classifier.classify("The fee doubled.", explain=4)
    assert any("fee" in reason.term for reason in result.explanation["cost"].terms)
    assert result.explanation["cost"].terms[0].contribution > 0


def test_thresholds_can_be_set(gym):
    strict = themes.load(gym.folder, {"cost": 1.0})
    assert strict.classify("The fee doubled.")[0].themes == []
    lax = themes.load(gym.folder, {"crowding": 0.0})
    assert "crowding" in lax.classify("My sister stayed.")[0].themes


@pytest.mark.parametrize(
    ("thresholds", "reason"), [({"noise": 0.5}, "no theme 'noise'"), ({"cost": 2.0}, "not between 0 and 1")]
)
def test_unusable_thresholds_are_refused(gym, thresholds, reason):
    with pytest.raises(InputError, match=reason):
        themes.load(gym.folder, thresholds)


def test_an_unknown_unit_is_refused(classifier):
    with pytest.raises(InputError, match="none of sentence, line, document"):
        classifier.classify("x", unit="page")


def test_documents_keep_order_and_metadata(classifier):
    documents = [Document("b", "The fee rose.", {"year": "2015"}), Document("a", "It was packed.")]
    results = list(classifier.classify_documents(documents))
    assert [(result.document, dict(result.metadata)) for result in results] == [
        ("b", {"year": "2015"}),
        ("a", {}),
    ]


def test_long_input_is_classified_the_same_by_compiled_code(monkeypatch):
    import themes.scoring.scored

    text = " ".join(f"They ran out of bread {number} times. “Go!” he said." for number in range(120))
    documents = [Document(str(number), text) for number in range(3)]
    singly = [themes.load().classify(document.text, name=document.name)[:3] for document in documents]
    monkeypatch.setattr(themes.scoring.scored, "_MANY", 12_000)
    monkeypatch.setattr(themes.scoring.scored, "_GROUP", 5000)
    classifier = themes.load()
    results = list(classifier.classify_documents(documents))
    assert classifier.compiled
    assert [[result for result in results if result.document == name][:3] for name in "012"] == singly


def test_results_before_a_fault_in_the_input_are_given():
    def documents():
        yield Document("a", "He left. She stayed.")
        raise InputError("is broken", "b", 3)

    results = themes.load().classify_documents(documents())
    assert [next(results).text, next(results).text] == ["He left.", "She stayed."]
    with pytest.raises(InputError, match="b, line 3: is broken"):
        next(results)
