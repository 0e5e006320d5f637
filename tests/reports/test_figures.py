import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from themes.reports.figures import bins, histogram, learning_curve, precision_recall, reliability

pytest.importorskip("matplotlib")

NASTY = '</svg><script>alert(1)</script> \\1 " & \u202e'


def some(size=60, seed=1):
    rng = np.random.default_rng(seed)
    truth = rng.random(size) < 0.3
    scores = np.clip(truth * 0.4 + rng.random(size) * 0.5, 0, 1)
    return truth, scores, (scores >= 0.5).astype(float)


def every(name, truth, scores, given):
    return [
        precision_recall(name, truth, scores, given),
        reliability(name, truth, scores),
        histogram(name, truth, scores),
    ]


def test_each_figure_is_one_svg_with_its_text_alternative():
    for drawing in every("Cost", *some()):
        root = ElementTree.fromstring(f"<r xmlns:xlink='x'>{drawing.svg}</r>")[0]
        assert root.tag == "svg"
        assert root.get("role") == "img"
        assert root.get("aria-label") == drawing.alt
        assert "Cost" in drawing.alt


def test_figures_are_the_same_every_time_and_share_no_id():
    first, second = every("Cost", *some()), every("Cost", *some())
    assert first == second
    ids = [re.findall(r' id="([^"]+)"', d.svg) for d in (*first, *every("Crowding", *some()))]
    flat = [name for mine in ids for name in mine]
    assert len(flat) == len(set(flat))


def test_figures_hold_no_style_no_date_and_no_colour_of_their_own():
    for drawing in every("Cost", *some()):
        assert not re.search(r"<style|<metadata|<!DOCTYPE|<\?xml|#0[1-5]0|DejaVu.*@font", drawing.svg)
        assert "var(--accent)" in drawing.svg
        targets = set(re.findall(r"(?:href=\"#|url\(#)([^\")]+)", drawing.svg))
        assert targets <= set(re.findall(r' id="([^"]+)"', drawing.svg))


def test_a_name_cannot_break_out_of_the_figure():
    for drawing in every(NASTY, *some()):
        assert "<script" not in drawing.svg
        assert drawing.svg.count("</svg>") == 1


@pytest.mark.parametrize("positives", [0, 1, 2, 12])
def test_next_to_nothing_and_equal_scores_are_drawn_or_left_undefined(positives, recwarn):
    truth = np.arange(12) < positives
    scores = np.full(12, 0.3)
    curve, *others = every("Cost", truth, scores, np.zeros(12))
    assert (curve is None) == (positives == 0)
    assert None not in others
    assert not recwarn


def test_without_sentences_nothing_is_drawn():
    assert every("Cost", np.zeros(0, bool), np.zeros(0), np.zeros(0)) == [None] * 3


def test_bins_count_every_sentence_once():
    truth, scores, _ = some()
    parts = bins(truth, scores)
    assert sum(part.size for part in parts) == len(truth)
    assert sum(part.size * part.share for part in parts) == pytest.approx(truth.sum())
    assert all(part.low <= part.mean <= part.high for part in parts)
    assert bins(np.array([True]), np.array([1.0]))[0].high == 1


def test_the_alternative_text_gives_the_chosen_point():
    truth, scores = np.array([True, True, False, False]), np.array([0.9, 0.2, 0.6, 0.1])
    alt = precision_recall("Cost", truth, scores, (scores >= 0.5).astype(float)).alt
    assert "recall 0.50 and precision 0.50" in alt
    assert "0.5 or more, of 2 without it 1" in histogram("Cost", truth, scores).alt


def test_a_learning_curve_tells_its_points_and_leaves_out_what_is_undefined():
    lines = [("average precision", [(None, None), (0.5, 0.1), (0.75, None)]), ("F1", [(None, None)] * 3)]
    found = learning_curve("real documents", [1, 3, 6], lines)
    assert found.alt == (
        "What the model gains from more real documents. Average precision: 0.50 at 3, 0.75 at 6."
    )
    assert ElementTree.fromstring(f"<r xmlns:xlink='x'>{found.svg}</r>")[0].get("aria-label") == found.alt
    assert learning_curve("real documents", [1, 3, 6], lines[1:]) is None
