from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from themes.coding.labels import read_labels
from themes.coding.lexicon import Lexicon
from themes.scoring.classscan import ClassScan
from themes.scoring.model import load_model
from themes.text.words import words

CLASSES = [
    ("food", ["bread", "eat*", "out of bread", "ran out of eat*"]),
    ("lack", ["ran out", "no", "out of stock bread", "ran*  out", "out eat*", "#"]),
]
WORDS = ["bread", "eating", "eat", "ran", "running", "out", "of", "stock", "no", "bread's", "##", "x"]


def classes_of(scan, lexicon, texts):
    number_of, listed = {}, []
    for text in texts:
        for word in text:
            if word not in number_of:
                number_of[word] = len(listed)
                listed.append(word)
    numbers = np.array([number_of[word] for text in texts for word in text], dtype=np.int64)
    table = np.array([scan.marks(word) for word in listed], dtype=np.int64).reshape(-1, 3)
    marks = [column[numbers].copy() for column in table.T]
    bounds = np.concatenate([[0], np.cumsum([len(text) for text in texts], dtype=np.int64)])
    found, ends = scan.find(listed, numbers, marks, bounds)
    return [[lexicon.keys[n] for n in found[a:b].tolist()] for a, b in pairwise(ends)]


@settings(deadline=None)
@given(texts=st.lists(st.lists(st.sampled_from(WORDS), max_size=10), max_size=6))
def test_the_classes_are_those_that_the_lexicon_finds(texts):
    lexicon = Lexicon(CLASSES)
    scan = ClassScan(lexicon)
    assert classes_of(scan, lexicon, texts) == list(map(lexicon.find, texts))


def test_the_classes_of_the_shipped_model_in_labelled_sentences():
    lexicon = Lexicon.from_data(load_model().classes)
    texts = [words(label.sentence) for label in read_labels(["labels/seeds.csv", "labels/field.csv"])]
    assert classes_of(ClassScan(lexicon), lexicon, texts) == list(map(lexicon.find, texts))


def test_a_codebook_without_classes():
    lexicon = Lexicon([])
    assert classes_of(ClassScan(lexicon), lexicon, [["bread"], []]) == [[], []]
