from dataclasses import replace

import numpy as np
import pytest

from themes.learning.evaluation import MODEL, Evaluation, Prediction
from themes.learning.metrics import Figure, Scores
from themes.reports.findings import (
    Pair,
    arrays,
    caution,
    choices,
    documents_with,
    groups,
    judgement,
    mistakes,
    pairs,
    share,
    verdict,
    why_undefined,
)
from themes.scoring.results import Reason

NONE = Figure(None)


def row(support, given, hits, low=None, high=None):
    precision = Figure(hits / given, low, high) if given else NONE
    recall = Figure(hits / support, low, high) if support else NONE
    return Scores("a", support, given, precision, recall, NONE, NONE)


def prediction(name, truth, themes, document="d", index=0):
    scores = {key: 0.9 if key in themes else 0.1 for key in "abc"}
    return Prediction(name, document, "field", f"Sentence {name}.", index, 0, [*truth], [*themes], scores, {})


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        (0, 40, "none of the 40"),
        (1, 40, "fewer than 1 in 10"),
        (28, 40, "7 in 10"),
        (39, 40, "more than 9 in 10"),
        (40, 40, "all 40"),
        (1, 2, "1 of the 2"),
        (1, 1, "the only one"),
    ],
)
def test_a_share_is_told_in_tenths_and_a_small_one_as_a_count(part, whole, told):
    assert share(part, whole) == told


def test_a_verdict_tells_what_is_found_what_is_right_and_how_far_off_that_may_be():
    told = verdict(row(40, 35, 28, 0.52, 0.91), 12)
    assert told == (
        "Finds 7 in 10 sentences that have it; of those it marks, 8 in 10 are right. "
        "40 examples in 12 documents: with other documents "
        "it might be 5 to 10 in 10 found and 5 to 10 in 10 right."
    )


@pytest.mark.parametrize(
    ("support", "given", "hits", "parts"),
    [
        (0, 0, 0, ["Undefined: no sentence judged has this theme."]),
        (0, 1, 0, ["Undefined", "The 1 sentence it marks is wrong."]),
        (0, 3, 0, ["Undefined", "The 3 sentences it marks are all wrong."]),
        (
            1,
            0,
            0,
            ["Misses the only sentence", "marks none, so how many would be right is undefined", "too few"],
        ),
        (1, 1, 1, ["Finds the only sentence", "the only one is right", "too few to say how far off"]),
        (2, 5, 1, ["Finds 1 of the 2", "1 of the 5 are right", "too few to say how far off"]),
    ],
)
def test_a_verdict_on_next_to_nothing_claims_nothing(support, given, hits, parts):
    told = verdict(row(support, given, hits), 1)
    assert all(part in told for part in parts), told
    assert "in 10" not in told


def test_without_an_interval_nothing_is_told_as_certainty():
    assert "too few to say how far off the share found or right may be" in verdict(row(12, 12, 12), 6)


def test_figures_that_carry_no_claim_are_warned_of():
    assert caution(40, 9) == ""
    assert "19 examples (of at least 20)" in caution(19, 9)
    assert "4 documents with it (of at least 5)" in caution(40, 4)
    assert " and " in caution(1, 1)


def test_what_is_undefined_has_a_reason():
    assert why_undefined(row(3, 0, 0), "precision") == "nothing was given it"
    assert why_undefined(row(0, 3, 0), "recall") == "no sentence has it"


def test_a_lead_is_shown_only_where_its_interval_leaves_out_0():
    figures = [Figure(0.2, 0.1, 0.3), Figure(-0.2, -0.3, -0.1), Figure(0.2, -0.1, 0.3), Figure(0.2), NONE]
    assert [judgement(f) for f in figures] == ["better", "worse", "not shown", "undefined", "undefined"]


def test_other_thresholds_say_what_reading_more_would_find():
    truth = np.array([1, 1, 0, 1, 0, 0, 0, 0], dtype=bool)
    scores = np.linspace(0.9, 0.2, 8)
    found = choices(truth, scores, 2)
    assert [(c.marked, c.hits) for c in found] == [(1, 1), (2, 2), (4, 3), (8, 3)]
    assert found[2].name == "twice as many"
    assert (scores >= found[2].threshold).sum() == 4


def test_equal_scores_are_marked_together():
    found = choices(np.array([True, False, False]), np.full(3, 0.4), 1)
    assert [(c.marked, c.hits, c.threshold) for c in found] == [(3, 1, 0.4)]


def test_where_nothing_is_marked_choices_start_from_what_there_is_to_find():
    truth, scores = np.array([True, True, False, False]), np.array([0.4, 0.3, 0.2, 0.1])
    assert [c.name for c in choices(truth, scores, 0)][1] == "as many as have it"
    assert choices(np.zeros(3, bool), np.zeros(3), 0) == []
    assert choices(np.zeros(0, bool), np.zeros(0), 0) == []


def test_pairs_tell_confusion_from_occurring_together():
    held = [
        prediction("1", "a", "b"),
        prediction("2", "ab", "ab"),
        prediction("3", "b", "a"),
        prediction("4", "a", "b"),
    ]
    assert pairs(held, "abc") == [Pair("a", "b", 1, 1, 2, 1)]


def test_errors_come_the_most_wrong_first_with_their_neighbours(gym):
    for key in ("cost", "crowding"):
        wrong, missed = mistakes(gym.evaluation, key)
        assert [m.probability for m in wrong] == sorted((m.probability for m in wrong), reverse=True)
        assert [m.probability for m in missed] == sorted(m.probability for m in missed)
        for m in (*wrong, *missed):
            assert (m.probability >= m.threshold) == (m in wrong)
            assert all(isinstance(reason, Reason) for reason in m.reasons)
            texts = {
                p.index: p.sentence for p in gym.evaluation.predictions if p.document == m.prediction.document
            }
            assert m.before == texts.get(m.prediction.index - 1, "")
            assert m.after == texts.get(m.prediction.index + 1, "")
    assert wrong or missed


def test_groups_part_the_sentences_and_keep_all_of_them(gym):
    found = groups(gym.evaluation, gym.material.codebook.keys)
    assert list(found) == ["source", "length", "document"]
    for mine in found.values():
        assert sum(group.sentences for group in mine) == len(gym.evaluation.predictions)
    assert len(found["document"]) == 6
    whole = found["source"][0].rows
    assert whole[0].f1 == gym.evaluation.scores[MODEL][0].f1


def test_predictions_as_arrays_keep_their_shape_even_when_there_are_none(gym):
    held = arrays(gym.evaluation.predictions, gym.material.codebook.keys)
    assert held.truth.shape == held.scores.shape == (48, 2)
    assert held.truth.sum() == 26
    assert arrays([], "ab").given.shape == (0, 2)


def test_a_document_is_known_by_its_name_over_several_sources():
    held = [replace(prediction(str(i), "a", "", index=i), source="xy"[i % 2]) for i in range(4)]
    assert documents_with(held, "a") == 1
    about = {"resamples": 5, "seed": 0, "thresholds": [{"a": 0.5}]}
    evaluation = Evaluation({}, {}, {}, about, held)
    (group,) = groups(evaluation, "a")["document"]
    assert (group.name, group.sentences, group.documents) == ("x, y: d", 4, 1)
    assert [m.before for m in mistakes(evaluation, "a")[1]] == ["", *(p.sentence for p in held[:3])]
