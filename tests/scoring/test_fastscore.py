import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themes.coding.entries import Cue
from themes.coding.labels import read_labels
from themes.coding.lexicon import Lexicon
from themes.coding.matcher import CueMatcher
from themes.scoring.fastscore import CompiledScorer
from themes.scoring.model import Model, load_model
from themes.scoring.scorer import Scorer
from themes.text.characters import codes_of
from themes.text.sentences import sentence_spans

TEXT = """
fee fees doubled ran running out of no not cannot didn't bread bread's left
co owner coowner eat eating ate stock the bank's bank ## # x y unbreadable
"""
WORDS = TEXT.split()


@pytest.fixture(scope="module")
def shipped():
    scorer = Scorer(load_model())
    return scorer, CompiledScorer(scorer)


def toy_model(cues, classes, words=WORDS):
    """A model of two themes that knows something of everything, with weights that sum unevenly."""
    from themes.scoring.features import pair_feature, word_features

    matcher, lexicon = CueMatcher(cues), Lexicon(classes)
    features = {feature for word in words[::2] for feature in word_features(word)}
    features |= {pair_feature(a, b) for a in words[::3] for b in words[::2]}
    features |= {f"k:{key}" for key in lexicon.keys[:-1]}
    for owner, mine in cues:
        features |= {f"q:{owner}", f"q:~{owner}", *(f"q:{owner}:{cue.pattern}" for cue in mine[::2])}
    vocabulary = sorted(features)
    random = np.random.default_rng(7)
    return Model(
        {"a": "A", "b": "B"},
        matcher.to_data(),
        lexicon.to_data(),
        vocabulary,
        random.uniform(0.5, 3, len(vocabulary)),
        random.normal(size=(len(vocabulary), 2)),
        random.normal(size=2),
        np.array([0.5, 0.5]),
        {},
    )


CUES = [
    (
        "a",
        [Cue("fee"), Cue("fee ~ doubl*", unless=("bank",)), Cue("ran out of"), Cue("no|not & bread ~ left")],
    ),
    ("b", [Cue("co-owner", near=("bank", "a")), Cue("doubl* & fee & #"), Cue("not ~ not"), Cue("x ~ y ~ x")]),
    ("bank", [Cue("bank*"), Cue("of ~ out ~ the")]),
]
CLASSES = [
    ("food", ["bread", "eat*", "out of bread", "ran out of eat*", "no stock of bread"]),
    ("lack", ["ran out", "no", "out of stock bread", "#"]),
    ("unheard", ["x", "bank*"]),
]
OPENING = [*CLASSES, ("opened", ["ran*  out", "out eat*"])]


@pytest.fixture(scope="module", params=[CLASSES, OPENING, []], ids=["two", "opening", "none"])
def toy(request):
    scorer = Scorer(toy_model(CUES if request.param else [], [*request.param, ("last", ["zzz"])]))
    return scorer, CompiledScorer(scorer)


def compiled(scorer, texts):
    ends = np.cumsum([0, *map(len, texts)])
    return scorer.logits(codes_of("".join(texts)), np.stack([ends[:-1], ends[1:]], axis=1))


def singly(scorer, texts):
    return np.array([scorer.logits(text) for text in texts]).reshape(len(texts), len(scorer.model.keys))


def test_labelled_sentences_score_the_same_to_the_last_bit(shipped):
    scorer, fast = shipped
    texts = [
        label.sentence
        for label in read_labels([f"labels/{name}.csv" for name in ("seeds", "field", "authored")])
    ]
    np.testing.assert_array_equal(compiled(fast, texts), singly(scorer, texts))


@given(texts=st.lists(st.text(max_size=80), max_size=4))
def test_any_texts_score_the_same_to_the_last_bit(shipped, texts):
    scorer, fast = shipped
    np.testing.assert_array_equal(compiled(fast, texts), singly(scorer, texts))


@settings(max_examples=300)
@given(texts=st.lists(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join), max_size=6))
def test_cues_classes_and_pairs_score_the_same_to_the_last_bit(toy, texts):
    scorer, fast = toy
    np.testing.assert_array_equal(compiled(fast, texts), singly(scorer, texts))


def test_a_very_long_sentence(toy):
    scorer, fast = toy
    text = " ".join(WORDS * 200)
    np.testing.assert_array_equal(compiled(fast, [text, "fee"]), singly(scorer, [text, "fee"]))


def test_a_model_that_knows_nothing():
    nothing = toy_model([], [("last", ["zzz"])], words=[])
    assert nothing.vocabulary == []
    scorer = Scorer(nothing)
    texts = ["Nobody knew.", "", "İstanbul’s"]
    np.testing.assert_array_equal(compiled(CompiledScorer(scorer), texts), singly(scorer, texts))


def test_another_codebook(gym):
    scorer = Scorer(gym.model)
    np.testing.assert_array_equal(
        compiled(CompiledScorer(scorer), gym.data.texts), singly(scorer, gym.data.texts)
    )


def test_documents_are_split_and_scored(shipped):
    scorer, fast = shipped
    texts = ["He left. Nobody\nwas paid, Col. Warren said.", "", "Hunger! “No bread,” he said."]
    offsets = np.cumsum([0, *map(len, texts)])
    spans, ends, logits = fast.score(codes_of("".join(texts)), offsets)
    expected = [
        (number, start, end) for number, text in enumerate(texts) for start, end in sentence_spans(text)
    ]
    of = np.repeat(np.arange(len(texts)), np.diff(ends))
    assert [(n, *(span - offsets[n])) for n, span in zip(of, spans, strict=True)] == expected
    np.testing.assert_array_equal(logits, singly(scorer, [texts[n][a:b] for n, a, b in expected]))


def test_nothing_is_scored_as_nothing(shipped):
    assert compiled(shipped[1], []).shape == (0, 5)
