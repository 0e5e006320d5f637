import copy
import gzip
import json

import numpy as np
import pytest

from themes.errors import InputError
from themes.learning.compare import compare, compare_lines, read_evaluation
from themes.learning.metrics import average_precision, draw_weights


def prediction(number, truth, **scores):
    themes = [key for key, value in scores.items() if value >= 0.5]
    return {
        "id": f"s{number}",
        "document": f"d{number // 2}",
        "source": "seed",
        "sentence": f"Sentence {number}.",
        "truth": truth,
        "themes": themes,
        "probabilities": scores,
    }


def evaluation(*rows):
    return {"predictions": [prediction(i, *row[:1], **row[1]) for i, row in enumerate(rows)]}


OURS = evaluation((["a"], {"a": 0.9, "b": 0.1}), ([], {"a": 0.2, "b": 0.1}), (["a"], {"a": 0.8, "b": 0.2}),
                  ([], {"a": 0.6, "b": 0.0}))  # fmt: skip
OTHER = evaluation((["a"], {"a": 0.4, "b": 0.1}), ([], {"a": 0.7, "b": 0.1}), (["a"], {"a": 0.8, "b": 0.2}),
                   ([], {"a": 0.3, "b": 0.0}))  # fmt: skip


def figures(result, theme="a"):
    return {pair.figure: pair for pair in result.pairs if pair.theme == theme}


def test_figures_differences_and_flips_have_the_values_worked_out_by_hand():
    found = compare(OURS, OTHER, resamples=200)
    f1, ap = figures(found).values()
    # Ours: 2 right, 1 wrong, 0 missed. The other: 1 right, 1 wrong, 1 missed.
    assert (f1.ours, f1.other, f1.support) == (pytest.approx(0.8), pytest.approx(0.5), 2)
    assert f1.difference.value == pytest.approx(0.3)
    assert (ap.ours, ap.other) == (1.0, pytest.approx(1 / 2 + 1 / 3))
    assert [(flip.id, flip.gained, flip.truth, flip.ours, flip.other) for flip in found.flips] == [
        ("s0", True, True, 0.9, 0.4),
        ("s1", True, False, 0.2, 0.7),
        ("s3", False, False, 0.6, 0.3),
    ]
    assert (found.sentences, found.documents, found.only_ours, found.only_other, found.reworded) == (
        4,
        2,
        0,
        0,
        0,
    )


def test_the_interval_is_that_of_the_difference_on_the_same_resamples():
    found = figures(compare(OURS, OTHER, resamples=300, seed=7))["avg. precision"].difference
    draws = draw_weights([f"seed\0{row['document']}" for row in OURS["predictions"]], 300, 7)
    truth = np.array([True, False, True, False])
    ours, other = (
        average_precision(truth, np.array([row["probabilities"]["a"] for row in side["predictions"]]), draws)
        for side in (OURS, OTHER)
    )
    assert (found.low, found.high) == tuple(np.percentile(ours - other, [2.5, 97.5]))


def test_with_itself_nothing_differs(gym):
    own = gym.evaluation.to_dict()
    found = compare(own, own, resamples=30)
    assert found.flips == []
    for pair in found.pairs:
        assert pair.ours == pair.other
        assert (pair.difference.value, pair.difference.low, pair.difference.high) == (0, 0, 0)
    model = own["scores"]["model"]
    for key in ("cost", "crowding", "macro"):
        assert figures(found, key)["F1"].ours == pytest.approx(model[key]["f1"][0])
        assert figures(found, key)["avg. precision"].ours == pytest.approx(model[key]["average_precision"][0])


def test_only_sentences_with_the_same_id_and_text_count():
    other = copy.deepcopy(OTHER)
    other["predictions"][0]["id"] = "else"
    other["predictions"][1]["sentence"] += " And more."
    other["predictions"][2]["truth"] = []
    found = compare(OURS, other, resamples=5)
    assert (found.sentences, found.only_ours, found.only_other, found.reworded, found.recoded) == (
        2,
        1,
        1,
        1,
        1,
    )
    # Our codes are the measure: sentence 2 has the theme.
    assert figures(found)["F1"].support == 1
    text = "\n".join(compare_lines(found))
    assert "Not shared: 1 only ours, 1 only the other's, 1 reworded." in text
    assert "Coded otherwise in the other: 1" in text


def test_an_undefined_figure_is_none_and_out_of_the_macro_average():
    found = compare(OURS, OTHER, resamples=5)
    for pair in figures(found, "b").values():
        assert (pair.support, pair.ours, pair.other, pair.difference.value) == (0, None, None, None)
    assert figures(found, "macro")["F1"].difference == figures(found)["F1"].difference
    assert any(line.split()[:1] == ["b"] and line.count("undef.") == 3 for line in compare_lines(found))


def test_one_document_gives_no_interval():
    rows = {"predictions": [{**row, "document": "one"} for row in OURS["predictions"]]}
    found = figures(compare(rows, OTHER))["F1"]
    assert (found.difference.low, found.difference.high) == (None, None)
    assert "+0.300 [undef.]" in "\n".join(compare_lines(compare(rows, OTHER)))


def test_themes_of_one_side_are_left_out_and_named():
    other = copy.deepcopy(OTHER)
    for row in other["predictions"]:
        row["probabilities"]["c"] = row["probabilities"].pop("b")
    found = compare(OURS, other, resamples=5)
    assert [pair.theme for pair in found.pairs] == ["a", "a", "macro", "macro"]
    assert found.unshared == ["b", "c"]
    assert "only one of them knows it: b, c" in "\n".join(compare_lines(found))


def test_nothing_in_common_is_refused_with_the_file():
    strange = evaluation(([], {"x": 0.1}))
    with pytest.raises(InputError, match=r"^old\.json: has no theme in common"):
        compare(OURS, strange, path="old.json")
    apart = {"predictions": [{**row, "id": "other" + row["id"]} for row in OTHER["predictions"]]}
    with pytest.raises(InputError, match=r"^old\.json: has no sentence in common"):
        compare(OURS, apart, path="old.json")


def test_lines_show_flips_harmlessly_and_within_the_width():
    ours, other = copy.deepcopy(OURS), copy.deepcopy(OTHER)
    for side in (ours, other):
        side["predictions"][0]["sentence"] = "Evil \x1b[31m " + "very " * 60 + "long."
    lines = compare_lines(compare(ours, other, resamples=5), shown=1)
    assert "a: 2 gained right, 1 lost right" in lines
    assert any(line.startswith("  + s0 (has it; 0.40 -> 0.90): Evil") for line in lines)
    assert "  + and 1 more" in lines
    assert any(line.startswith("  - s3 (has it not; 0.30 -> 0.60): Sentence 3.") for line in lines)
    assert max(map(len, lines)) <= 100
    assert not any("\x1b" in line for line in lines)


def test_what_evaluate_writes_reads_back(gym, tmp_path):
    path = tmp_path / "evaluation.json"
    path.write_text(json.dumps(gym.evaluation.to_dict()))
    assert read_evaluation(path)["predictions"][0]["id"] == "anna-0"
    packed = tmp_path / "evaluation.json.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert read_evaluation(packed) == read_evaluation(path)


GOOD = prediction(0, [], a=0.1)
BROKEN = {
    "not an object": [3],
    "no id": [{**GOOD, "id": 7}],
    "no text": [{key: value for key, value in GOOD.items() if key != "sentence"}],
    "no probabilities": [{**GOOD, "probabilities": {}}],
    "list of probabilities": [{**GOOD, "probabilities": [0.1]}],
    "above 1": [{**GOOD, "probabilities": {"a": 1.5}}],
    "not a number": [{**GOOD, "probabilities": {"a": float("nan")}}],
    "truth value": [{**GOOD, "probabilities": {"a": True}}],
    "huge": [{**GOOD, "probabilities": {"a": 10**400}}],
    "unknown theme": [{**GOOD, "themes": ["b"]}],
    "truth of numbers": [{**GOOD, "truth": [1]}],
    "truth a text": [{**GOOD, "truth": "a"}],
    "twice": [GOOD, GOOD],
    "other themes": [GOOD, {**prediction(1, [], b=0.1)}],
}


@pytest.mark.parametrize("rows", BROKEN.values(), ids=BROKEN)
def test_malformed_predictions_are_refused_with_file_and_number(rows, tmp_path):
    path = tmp_path / "old.json"
    path.write_text(json.dumps({"predictions": rows}))
    with pytest.raises(InputError, match=rf"old\.json: is no evaluation \(prediction {len(rows)}: "):
        read_evaluation(path)


NO_EVALUATION = {
    "empty": "",
    "cut": "{",
    "deep": "[" * 100_000,
    "digits": '{"predictions": ' + "1" * 5000 + "}",
    "list": "[]",
    "null": "null",
    "object": "{}",
    "none": '{"predictions": []}',
}


@pytest.mark.parametrize("text", NO_EVALUATION.values(), ids=NO_EVALUATION)
def test_what_is_no_evaluation_is_refused(text, tmp_path):
    path = tmp_path / "old.json"
    path.write_text(text)
    with pytest.raises(InputError, match=r"old\.json: is no evaluation"):
        read_evaluation(path)


def test_too_large_missing_and_undecodable_files_are_refused(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="no such file"):
        read_evaluation(tmp_path / "none.json")
    path = tmp_path / "old.json"
    path.write_bytes(b'{"predictions": ["\xff"]}')
    with pytest.raises(InputError, match=r"old\.json"):
        read_evaluation(path)
    monkeypatch.setattr("themes.learning.compare.LARGEST", 10)
    with pytest.raises(InputError, match="more than 10 bytes"):
        read_evaluation(path)
