import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from themes.scoring.pairs import PairIndex

WORDS = ["ran", "out", "of", "bread", "again"]


@settings(deadline=None)
@given(
    st.sets(st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS))),
    st.lists(st.lists(st.sampled_from([*WORDS, "x"]))),
)
def test_pairs_are_found_inside_texts_alone(pairs, texts):
    listed = sorted(" ".join(pair) for pair in pairs)
    index = PairIndex(listed)
    words = [word for text in texts for word in text]
    bounds = np.concatenate([[0], np.cumsum([len(text) for text in texts], dtype=np.int64)])
    left, right = np.array([index.halves(word) for word in words], dtype=np.int64).reshape(-1, 2).T
    places, found = index.find(left.copy(), right.copy(), bounds)
    expected = [
        (start + at, listed.index(" ".join(text[at : at + 2])))
        for start, text in zip(bounds.tolist(), texts, strict=False)
        for at in range(len(text) - 1)
        if tuple(text[at : at + 2]) in pairs
    ]
    assert list(zip(places.tolist(), found.tolist(), strict=True)) == expected
