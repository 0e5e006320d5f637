import json

import numpy as np
import pytest

from themes.coding.labels import Label
from themes.learning.dataset import build_dataset
from themes.learning.evaluation import MODEL
from themes.learning.holdout import evaluate
from themes.learning.listing import report_lines
from themes.learning.training import Settings


def relabel(gym, change):
    return build_dataset([change(label) for label in gym.data.labels], gym.material.codebook)


def test_every_real_sentence_is_judged_once_and_documents_stay_whole(gym):
    predictions = gym.evaluation.predictions
    assert [p.id for p in predictions] == [label.id for label in gym.data.labels]
    folds = {}
    for prediction in predictions:
        folds.setdefault(prediction.document, set()).add(prediction.fold)
    assert all(len(numbers) == 1 for numbers in folds.values())


def test_the_model_learns_something_and_guessing_does_not(gym):
    macro = {name: rows[-2] for name, rows in gym.evaluation.scores.items()}
    assert macro[MODEL].average_precision.value > 0.5
    assert macro["guess"].f1.value < 0.5
    assert list(macro) == [MODEL, "cues", "plain", "guess"]


def test_figures_can_be_recomputed_from_the_predictions(gym):
    result = gym.evaluation.to_dict()
    for key in ("cost", "crowding"):
        hits = sum(key in p["truth"] and key in p["themes"] for p in result["predictions"])
        given = sum(key in p["themes"] for p in result["predictions"])
        support = sum(key in p["truth"] for p in result["predictions"])
        row = result["scores"]["model"][key]
        assert row["support"] == support
        assert row["precision"][0] == pytest.approx(hits / given)
        assert row["recall"][0] == pytest.approx(hits / support)
    json.dumps(result, allow_nan=False)


def test_what_a_sentence_says_cannot_reach_the_model_that_judges_it(gym):
    """Turning round the labels of one document changes no prediction for it."""

    def flip(label):
        if label.document != "cleo":
            return label
        themes = tuple(key for key in ("cost", "crowding") if key not in label.themes)
        return Label(label.id, label.document, label.index, label.sentence, themes, label.source)

    # The folds depend on the labels, so every document is held out alone here.
    honest = evaluate(gym.data, folds=6, resamples=0)
    flipped = evaluate(relabel(gym, flip), folds=6, resamples=0)

    def of_cleo(result):
        return {p.id: p.probabilities for p in result.predictions if p.document == "cleo"}

    assert of_cleo(honest) == of_cleo(flipped)


def test_authored_sentences_are_trained_on_and_never_judged(gym):
    def author(label):
        source = "authored" if label.document == "fay" else label.source
        return Label(label.id, label.document, label.index, label.sentence, label.themes, source)

    result = evaluate(relabel(gym, author), resamples=0)
    assert result.about["authored_in_training"] == 8
    assert {p.document for p in result.predictions} == {"anna", "bert", "cleo", "dora", "emil"}


def test_a_document_whose_rows_lie_in_two_files_stays_whole(gym):
    def part(label):
        source = "one" if label.index % 2 else "two"
        return Label(label.id, label.document, label.index, label.sentence, label.themes, source)

    result = evaluate(relabel(gym, part), resamples=0)
    folds = {}
    for prediction in result.predictions:
        folds.setdefault(prediction.document, set()).add(prediction.fold)
    assert all(len(numbers) == 1 for numbers in folds.values())
    assert result.about["documents"] == 6


def test_two_processes_give_what_one_gives(gym):
    assert evaluate(gym.data, resamples=50, jobs=2) == evaluate(gym.data, resamples=50, jobs=1)


def test_with_one_document_everything_is_undefined_and_the_reason_is_given(gym):
    result = evaluate(build_dataset(gym.data.labels[:8], gym.material.codebook))
    assert result.predictions == []
    rows = result.scores[MODEL]
    assert [row.support for row in rows[:2]] == gym.data.truth[:8].sum(axis=0).tolist()
    assert all(getattr(row, name).value is None for row in rows for name in ("precision", "recall", "f1"))
    assert "undefined: an evaluation holds out whole documents" in "\n".join(report_lines(result))
    json.dumps(result.to_dict(), allow_nan=False)


def test_the_errors_and_only_they_are_explained_by_the_model_of_their_fold(gym):
    for p in gym.evaluation.predictions:
        assert set(p.reasons) == set(p.truth) ^ set(p.themes)
        for reasons in p.reasons.values():
            sizes = [abs(reason.contribution) for reason in reasons]
            assert sizes == sorted(sizes, reverse=True)
            assert len(sizes) <= 5
            assert all(reason.words.split(" ... ")[0] in p.sentence for reason in reasons)


def test_reasons_do_not_come_from_a_model_that_saw_the_sentence(gym):
    """A word that only one document has can decide nothing there."""
    alone = "zanzibar"

    def insert(label):
        text = f"{label.sentence} {alone} {alone}" if label.document == "cleo" else label.sentence
        return Label(label.id, label.document, label.index, text, label.themes, label.source)

    result = evaluate(relabel(gym, insert), Settings(strengths=(1.0,)), folds=6, resamples=0)
    mine = [p for p in result.predictions if p.document == "cleo"]
    found = [reason for p in mine for reasons in p.reasons.values() for reason in reasons]
    assert found
    assert alone not in {reason.term for reason in found if reason.kind == "pair"}
    assert not any(reason.term.startswith(f"{alone} ") for reason in found)


def test_the_lead_over_a_baseline_is_the_difference_of_the_figures(gym):
    mine = {row.name: row for row in gym.evaluation.scores[MODEL]}
    for name, leads in gym.evaluation.differences.items():
        other = {row.name: row for row in gym.evaluation.scores[name]}
        assert set(leads) == {"cost", "crowding", "macro"}
        for key, pair in leads.items():
            assert pair["f1"].value == pytest.approx(mine[key].f1.value - other[key].f1.value)
            assert pair["average_precision"].low <= pair["average_precision"].high


def test_a_theme_that_never_occurs_is_undefined_not_0(gym):
    def drop(label):
        themes = tuple(key for key in label.themes if key == "cost")
        return Label(label.id, label.document, label.index, label.sentence, themes, label.source)

    result = evaluate(relabel(gym, drop), Settings(strengths=(1.0,)), resamples=20)
    row = result.scores[MODEL][1]
    assert (row.support, row.recall.value, row.average_precision.value) == (0, None, None)
    line = next(line for line in report_lines(result) if "crowding" in line)
    assert line.count("undef.") == 4


def test_the_report_names_what_was_held_out_and_every_baseline(gym):
    text = "\n".join(report_lines(gym.evaluation, {"cost": "few"}))
    assert "48 sentences" in text
    assert "6 documents" in text
    assert text.count("Baseline:") == 3
    assert text.count("\n  macro") == 4
    assert "note: cost: few" in text
    assert max(map(len, text.splitlines())) <= 110


def test_intervals_contain_their_values(gym):
    for row in gym.evaluation.scores[MODEL]:
        for figure in (row.precision, row.recall, row.f1):
            assert figure.low <= figure.value <= figure.high
    assert np.isfinite(gym.evaluation.scores[MODEL][0].calibration_error)
