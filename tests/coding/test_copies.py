import time
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from themes.coding.copies import find_copies
from themes.coding.labels import Label
from themes.text.near import near_copies
from themes.text.words import words


def rows(*values):
    return [
        Label(str(number), document, number, text, themes, source)
        for number, (text, themes, source, document) in enumerate(values)
    ]


TEXTS = ["a b c d", "A, b, c, d!", "a b c d e", "b c d e f", "a b", "x y z", "...", ""]
row = st.tuples(
    st.sampled_from(TEXTS),
    st.sampled_from([(), ("one",), ("two",)]),
    st.sampled_from("st"),
    st.sampled_from("de"),
)


@given(st.lists(row, max_size=12))
def test_copies_are_those_of_a_search_of_all_pairs(values):
    labels = rows(*values)
    found = find_copies(labels)
    pairs = [(labels[i], labels[j]) for i, j, _ in near_copies([label.sentence for label in labels])]
    across = [(a, b) for a, b in pairs if a.source != b.source]
    documents = [(a, b) for a, b in pairs if a.source == b.source and a.document != b.document]
    both = sorted(combinations(labels, 2), key=lambda pair: (pair[1].index, pair[0].index))
    same = [(a, b) for a, b in both if words(a.sentence) == words(b.sentence) != []]
    for got, expected in ((found.across, across), (found.documents, documents), (found.same, same)):
        assert (got.count, got.first) == (len(expected), expected[:5])
    first = {}
    for a, b in same:
        if a.themes != b.themes:
            first.setdefault(b.id, (a, b))
    assert found.clashes == list(first.values())


def test_a_sentence_that_stands_thousands_of_times_is_counted_at_once():
    size = 20_000
    labels = rows(*(("They paid us nothing.", ("one",) * (n % 2), "st"[n % 2], f"d{n}") for n in range(size)))
    start = time.process_time()
    found = find_copies(labels)
    assert time.process_time() - start < 5
    assert found.same.count == size * (size - 1) // 2
    assert found.across.count == (size // 2) ** 2
    assert len(found.clashes) == size - 1
