import numpy as np
import pytest

from themes.coding.labels import Label
from themes.errors import InputError
from themes.learning.curve import (
    AUTHORED,
    DOCUMENTS,
    Curve,
    Gain,
    Mean,
    Point,
    _training_rows,
    curve_lines,
    learning_curve,
)
from themes.learning.dataset import build_dataset
from themes.learning.metrics import score
from themes.learning.training import Settings, fit, project
from themes.scoring.scorer import probabilities


@pytest.fixture(scope="module")
def mixed(gym):
    """The toy set with the sentences of two people as authored ones."""

    def author(label):
        source = "authored" if label.document in ("emil", "fay") else label.source
        return Label(label.id, label.document, label.index, label.sentence, label.themes, source)

    return build_dataset([author(label) for label in gym.data.labels], gym.material.codebook)


@pytest.fixture(scope="module")
def curve(mixed):
    said = []
    found = learning_curve(
        mixed, Settings(strengths=(0.3, 1.0)), shares=(0.25, 0.5), repeats=2, folds=2, say=said.append
    )
    assert len(said) == 2 + 2 * 2 * 2 * 2
    assert said[-1] == "model 18 of 18"
    return found


def rows_of(data, kind, share, repeat, seed=0):
    test = np.flatnonzero([label.document == "anna" for label in data.labels])
    rows = _training_rows(data, test, (kind, share, repeat), seed)
    return rows, test


def names(data, rows, held_out):
    return {data.labels[row].document for row in rows if data.held_out[row] == held_out}


def test_shares_are_of_authored_sentences_and_of_whole_documents(mixed):
    rows, test = rows_of(mixed, AUTHORED, 0.5, 0)
    assert not set(rows) & set(test)
    assert int((~mixed.held_out[rows]).sum()) == 8
    assert names(mixed, rows, True) == {"bert", "cleo", "dora"}
    rows, _ = rows_of(mixed, DOCUMENTS, 0.67, 0)
    assert int((~mixed.held_out[rows]).sum()) == 16
    assert len(names(mixed, rows, True)) == 2
    assert int(mixed.held_out[rows].sum()) == 16
    rows, _ = rows_of(mixed, "", 1.0, 0)
    assert len(rows) == 40


def test_a_share_holds_the_smaller_ones_and_repeats_differ(mixed):
    for kind in (AUTHORED, DOCUMENTS):
        small, large = (set(rows_of(mixed, kind, share, 1)[0]) for share in (0.34, 0.7))
        assert small < large
    draws = {tuple(rows_of(mixed, AUTHORED, 0.5, repeat)[0]) for repeat in range(4)}
    assert len(draws) == 4


def test_near_copies_of_what_is_held_out_are_never_trained_on(mixed):
    copied = mixed.labels[0]
    twin = Label("twin", "author-1", 0, copied.sentence, copied.themes, "authored")
    data = build_dataset([*mixed.labels, twin], mixed.codebook)
    for kind in ("", AUTHORED, DOCUMENTS):
        rows, test = rows_of(data, kind, 0.99, 0)
        assert len(data.labels) - 1 not in rows
        assert 0 in test


def test_points_have_the_sizes_and_spreads_they_should(curve, mixed):
    assert list(curve.points) == [AUTHORED, DOCUMENTS]
    for points in curve.points.values():
        assert [point.share for point in points] == [0.25, 0.5, 1.0]
        assert points[-1].f1.spread is points[-1].average_precision.spread is None
        assert all(p.f1.spread is not None for p in points[:-1])
    assert [point.size for point in curve.points[AUTHORED]] == [4, 8, 16]
    assert [point.size for point in curve.points[DOCUMENTS]] == [1, 1, 2]
    assert curve.points[AUTHORED][-1].f1 == curve.points[DOCUMENTS][-1].f1
    assert (curve.sentences, curve.documents, curve.folds, curve.repeats) == (32, 4, 2, 2)


def test_the_last_point_is_what_fitting_on_everything_gives(curve, mixed):
    from themes.learning.folds import assign_folds

    real = np.flatnonzero(mixed.held_out)
    fold = assign_folds(mixed.group[real].tolist(), mixed.truth[real], 2)
    given, scores = np.zeros((2, len(real), 2))
    for number in range(2):
        test = real[fold == number]
        train = np.flatnonzero(~np.isin(mixed.group, mixed.group[test]))
        fitted = fit(mixed, train, Settings(strengths=(0.3, 1.0), folds=2))
        assert curve.strengths[number] == fitted.strength
        scores[fold == number] = probabilities(project(fitted, mixed, test))
        given[fold == number] = scores[fold == number] >= fitted.thresholds
    rows = score(mixed.codebook.keys, mixed.truth[real], given, scores, np.zeros((0, len(real)), dtype=int))
    macro = {row.name: row for row in rows}["macro"]
    last = curve.points[AUTHORED][-1]
    assert (last.f1.value, last.average_precision.value) == (macro.f1.value, macro.average_precision.value)


def test_nothing_is_chosen_or_fitted_with_a_document_that_is_judged(mixed, monkeypatch):
    seen = []

    def watched(data, rows, settings):
        seen.append({data.labels[row].document for row in rows if data.held_out[row]})
        return fit(data, rows, settings)

    monkeypatch.setattr("themes.learning.curve.fit", watched)
    learning_curve(mixed, Settings(strengths=(0.3, 1.0)), shares=(0.5,), repeats=1, folds=2)
    real = {label.document for label, held in zip(mixed.labels, mixed.held_out, strict=True) if held}
    assert len(seen) == 2 + 2 * 3
    # Each fold holds out two of the four documents; the strength is chosen first, then all shares are fitted.
    assert all(len(documents) <= 2 and documents < real for documents in seen)


def test_the_gain_is_that_from_half_to_all_per_doubling(curve):
    for kind, points in curve.points.items():
        gain = curve.gains[kind]
        half, whole = (point.average_precision.value for point in points[1:])
        assert gain.start == 0.5
        assert gain.gain.value == pytest.approx(whole - half)
        assert gain.gain.spread == pytest.approx(points[1].average_precision.spread)
        assert gain.low <= gain.gain.value <= gain.high


def test_two_processes_give_what_one_gives(mixed, curve):
    again = learning_curve(mixed, Settings(strengths=(0.3, 1.0)), (0.25, 0.5), repeats=2, folds=2, jobs=2)
    assert again == curve


def test_without_authored_sentences_there_is_one_curve_and_without_half_no_gain(gym):
    found = learning_curve(gym.data, Settings(strengths=(1.0,)), shares=(0.8,), repeats=1, folds=2)
    assert list(found.points) == [DOCUMENTS]
    assert found.gains == {}
    assert found.points[DOCUMENTS][0].f1.spread is None
    assert not any("doubling" in line for line in curve_lines(found))


def test_what_cannot_be_drawn_is_refused(gym):
    for share in (0, 1.2, float("nan")):
        with pytest.raises(InputError, match="shares"):
            learning_curve(gym.data, shares=(share,))
    with pytest.raises(InputError, match="fewer than two"):
        learning_curve(build_dataset(gym.data.labels[:8], gym.material.codebook))


@pytest.mark.parametrize(
    ("gain", "low", "spread", "words"),
    [
        (0.012, 0.001, 0.006, "brought +0.012 mAP (spread 0.006): more authored sentences would still pay."),
        (0.012, -0.001, 0.006, "may still pay, but the documents judged are too few to be sure."),
        (
            0.005,
            0.001,
            0.006,
            "(spread 0.006): no gain beyond chance, so more authored sentences would hardly",
        ),
        (-0.002, -0.1, None, "brought -0.002 mAP (spread undefined): no gain beyond chance"),
        (None, None, None, "cannot be measured"),
    ],
)
def test_one_plain_sentence_says_whether_more_would_pay(gain, low, spread, words):
    points = [
        Point(0.5, 10, Mean(0.5, 0.01), Mean(0.6, 0.02)),
        Point(1.0, 20, Mean(0.6, None), Mean(None, None)),
    ]
    gains = {AUTHORED: Gain(0.5, Mean(gain, spread), low, 0.1)}
    lines = curve_lines(Curve({AUTHORED: points}, gains, 100, 9, 5, 3, 0.1))
    assert words in " ".join(line.strip() for line in lines)
    assert "                  10   50 %     0.500   0.010  0.600   0.020" in lines[4]
    assert lines[5].split() == ["20", "100", "%", "0.600"]
    assert max(map(len, lines)) <= 110
