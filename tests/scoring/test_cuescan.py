import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from themes.coding.entries import Cue
from themes.coding.labels import read_labels
from themes.coding.matcher import CueMatcher
from themes.scoring.cuescan import CueScan
from themes.scoring.model import load_model
from themes.text.words import words

CUES = [
    "fee",
    "fee ~ doubl*",
    "ran out of",
    "no|not & bread ~ left",
    "co-owner",
    "doubl* & fee & #",
    "not ~ not",
]
WORDS = [
    "fee",
    "doubled",
    "ran",
    "out",
    "of",
    "no",
    "didn't",
    "bread",
    "left",
    "co",
    "owner",
    "coowner",
    "##",
    "x",
    "y",
]


def cues_of(scan, texts):
    roles = np.array([scan.role(word) for text in texts for word in text], dtype=np.int64)
    bounds = np.concatenate([[0], np.cumsum([len(text) for text in texts], dtype=np.int64)])
    found = scan.find(roles, bounds)
    return [found.get(number, ()) for number in range(len(texts))]


@settings(deadline=None)
@given(texts=st.lists(st.lists(st.sampled_from(WORDS), max_size=14), max_size=6))
def test_the_cues_are_those_that_the_matcher_finds(texts):
    matcher = CueMatcher([("a", [Cue(pattern) for pattern in CUES])])
    scan = CueScan(matcher)
    assert cues_of(scan, texts) == [tuple(hit.index for hit in matcher.find(text)) for text in texts]


def test_the_cues_of_the_shipped_model_in_labelled_sentences():
    matcher = CueMatcher.from_data(load_model().cues)
    scan = CueScan(matcher)
    texts = [words(label.sentence) for label in read_labels(["labels/seeds.csv", "labels/field.csv"])]
    assert cues_of(scan, texts) == [tuple(hit.index for hit in matcher.find(text)) for text in texts]


def test_a_codebook_without_cues_and_texts_without_words():
    scan = CueScan(CueMatcher([]))
    assert cues_of(scan, [["fee"], []]) == [(), ()]
