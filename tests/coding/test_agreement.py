import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themes.coding.agreement import agreement
from themes.coding.labels import Label


def coded(*rows, of_document=10):
    """Give labels from strings of codes, one sign a coder: 1 with the theme, 0 without, - not coded."""
    return [
        Label(
            id=str(number),
            document=f"document {number // of_document}",
            index=number,
            sentence="Text.",
            themes=(),
            source="field",
            codes={f"coder_{n}": ("cost",) * int(sign) for n, sign in enumerate(row, 1) if sign != "-"},
        )
        for number, row in enumerate(rows)
    ]


def measured(rows, **options):
    (result,) = agreement(coded(*rows), ["cost"], **{"resamples": 0, **options})
    return result


def test_alpha_of_two_coders_is_that_of_krippendorffs_example():
    """Content Analysis, chapter on reliability: two observers, ten units, six ones, four mismatches."""
    rows = ["01", "11", "01", "00", "00", "01", "00", "00", "10", "00"]
    result = measured(rows)
    assert result.alpha == pytest.approx(1 - 19 * 4 / (6 * 14))
    assert result.raw == pytest.approx(0.6)
    assert (result.sentences, result.counts) == (10, {"coder_1": 2, "coder_2": 4})


def test_alpha_with_missing_coders_is_as_worked_out_by_hand():
    """Eight codings, five ones; the first sentence has one mismatch of a unit of three."""
    result = measured(["110", "00-", "111"])
    assert result.alpha == pytest.approx(1 - 7 * 1 / (5 * 3))
    assert result.raw == pytest.approx(5 / 7)
    assert result.counts == {"coder_1": 2, "coder_2": 2, "coder_3": 1}


def test_alpha_is_negative_where_coders_contradict_one_another():
    assert measured(["10", "01"]).alpha == pytest.approx(1 - 3 * 2 / (2 * 2))


@given(st.lists(st.sampled_from(["00", "11", "-11", "0-0", "111"]), min_size=2, max_size=12))
def test_equal_codings_agree_fully_unless_they_never_vary(rows):
    varied = len({row.strip("-")[0] for row in rows}) == 2
    result = measured(rows)
    assert result.raw == 1
    assert (result.alpha is None) if not varied else result.alpha == pytest.approx(1)


@pytest.mark.parametrize("rows", [["00", "00"], ["11", "11"], ["00-", "-00"]])
def test_alpha_is_undefined_where_every_coding_is_the_same(rows):
    result = measured(rows, resamples=20)
    assert (result.alpha, result.low, result.high) == (None, None, None)
    assert result.raw == 1


@pytest.mark.parametrize("rows", [[], ["--"], ["1-", "-0", "0-"]])
def test_everything_is_undefined_where_no_sentence_has_two_codings(rows):
    result = measured(rows, resamples=20)
    assert (result.raw, result.alpha, result.low, result.high) == (None, None, None, None)
    assert (result.sentences, result.counts) == (0, {})


def test_sentences_of_one_coder_change_nothing():
    rows = ["01", "11", "00", "00"]
    assert measured([*rows, "1-", "-0"]) == measured(rows)


def test_each_theme_is_measured_apart_in_the_order_asked_for():
    codes = [("cost",), ("cost", "crowding"), ()]
    labels = [
        Label(str(n), "a", n, "Text.", (), "field", {"coder_1": mine, "coder_2": mine[:1]})
        for n, mine in enumerate(codes)
    ]
    crowding, cost, other = agreement(labels, ["crowding", "cost", "other"], resamples=0)
    assert [row.theme for row in (crowding, cost, other)] == ["crowding", "cost", "other"]
    assert cost.alpha == pytest.approx(1)
    assert crowding.alpha == pytest.approx(1 - 5 * 1 / (1 * 5))
    assert other.alpha is None


def noisy(documents, seed=1):
    rng = np.random.default_rng(seed)
    truth = rng.random(documents * 10) < 0.3
    return ["".join(str(int(code ^ (rng.random() < 0.08))) for _ in range(2)) for code in truth]


def test_the_interval_holds_the_value_and_is_neither_empty_nor_all():
    result = measured(noisy(30), resamples=300)
    assert result.low < result.alpha < result.high
    assert 0.05 < result.high - result.low < 0.4


def test_the_interval_depends_on_the_seed_alone():
    rows = noisy(12)
    assert measured(rows, resamples=50, seed=3) == measured(rows, resamples=50, seed=3)
    assert measured(rows, resamples=50, seed=3) != measured(rows, resamples=50, seed=4)


def test_one_document_gives_a_value_without_an_interval():
    result = measured(noisy(1), resamples=50)
    assert result.alpha is not None
    assert (result.low, result.high) == (None, None)


def test_an_interval_resamples_whole_documents():
    """Where every document is like the next, no resample differs from the whole."""
    rows = ["11", "10", "01", "00", "00"] * 6
    (even,) = agreement(coded(*rows, of_document=5), ["cost"], resamples=50)
    (single,) = agreement(coded(*rows, of_document=1), ["cost"], resamples=50)
    assert [even.low, even.high] == pytest.approx([even.alpha] * 2)
    assert single.low < single.alpha < single.high


def test_resamples_in_which_alpha_is_undefined_are_left_out():
    """The theme is in one document of ten, so that over a third of the resamples lack it."""
    (result,) = agreement(coded("11", *["00"] * 9, of_document=1), ["cost"], resamples=200)
    assert [result.alpha, result.low, result.high] == pytest.approx([1, 1, 1])


def test_there_is_no_interval_where_alpha_is_undefined_in_most_resamples():
    """Both documents never vary, so that only the half that draws both has an alpha, and less by chance."""
    rows = coded("11", "00", of_document=1)
    found = [agreement(rows, ["cost"], resamples=20, seed=seed)[0] for seed in range(20)]
    assert {result.alpha for result in found} == {1.0}
    assert {result.low for result in found} == {None, 1.0}


CODINGS = st.lists(st.text("01-", min_size=3, max_size=3), max_size=8)


def by_hand(rows):
    """Work alpha out from its definition: every ordered pair of codings of a sentence, and of all codings."""
    units = [[int(sign) for sign in row if sign != "-"] for row in rows]
    units = [unit for unit in units if len(unit) > 1]
    given = [code for unit in units for code in unit]
    observed = sum(
        sum(a != b for i, a in enumerate(unit) for j, b in enumerate(unit) if i != j) / (len(unit) - 1)
        for unit in units
    )
    expected = sum(a != b for a in given for b in given)
    return None if not expected else 1 - (len(given) - 1) * observed / expected


@given(CODINGS)
def test_alpha_is_that_of_its_definition(rows):
    result = measured(rows)
    expected = by_hand(rows)
    assert result.alpha == (None if expected is None else pytest.approx(expected))
    assert result.sentences == sum(len(row.replace("-", "")) > 1 for row in rows)


@settings(max_examples=50, deadline=None)
@given(CODINGS, st.integers(1, 3), st.integers(0, 3))
def test_an_interval_is_that_of_resampling_documents_one_by_one(rows, of_document, seed):
    labels = coded(*rows, of_document=of_document)
    (result,) = agreement(labels, ["cost"], resamples=20, seed=seed)
    usable = [(label.document, row) for label, row in zip(labels, rows, strict=True) if len(label.codes) > 1]
    names = sorted({document for document, _ in usable})
    rng = np.random.default_rng(seed)
    values = []
    for _ in range(20 * (len(names) > 1)):
        drawn = [names[i] for i in rng.integers(len(names), size=len(names))]
        value = by_hand([row for name in drawn for document, row in usable if document == name])
        values += [] if value is None else [value]
    if result.alpha is None or len(values) < 10:
        assert (result.low, result.high) == (None, None)
    else:
        assert [result.low, result.high] == pytest.approx(np.percentile(values, [2.5, 97.5]).tolist())


def test_no_sentences_and_no_themes_give_no_figures():
    (result,) = agreement([], ["cost"])
    assert (result.sentences, result.counts, result.raw, result.alpha) == (0, {}, None, None)
    assert agreement(coded("01", "11"), []) == []


def test_thousands_of_documents_are_resampled_at_once():
    rows = noisy(1000)
    start = time.process_time()
    result = agreement(coded(*rows, of_document=1), ["cost"] * 5)
    assert time.process_time() - start < 6
    assert result[0].low < result[0].alpha < result[0].high
