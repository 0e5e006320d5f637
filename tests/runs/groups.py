"""Groups of documents in both shapes: as arrays, and as the results that they stand for."""

import numpy as np
from hypothesis import strategies as st

from themes.inputs.reading import Document
from themes.scoring.judged import Judged
from themes.scoring.results import Result
from themes.scoring.scored import Scored

KEYS = ("cost", 'née "\\')
SIGNS = st.characters(exclude_categories=["Cs"])
RISKY = "=+-@\\\"',;\n\r\t\b\f\x00\x1f\x7f\x80\u07ff\u0800\u2028\uffff𝄞\U0010ffff"
TEXTS = st.text(SIGNS | st.sampled_from(RISKY))
TIES = st.integers(0, 10**10).map(lambda number: (number + 0.5) / 10**10)
SCORES = (
    st.floats(0, 1) | TIES | st.sampled_from([0.0, 1.0, 5e-11, 5e-324, 1 - 5e-11, 1 - 2**-53, 0.99999999995])
)
NAMES = st.sampled_from(["year", "=a", "b"])
METADATA = st.dictionaries(NAMES, st.none() | st.integers() | st.floats(allow_nan=False) | TEXTS, max_size=3)
UNITS = st.lists(
    st.tuples(TEXTS, st.tuples(SCORES, SCORES), st.tuples(st.booleans(), st.booleans())), max_size=4
)
DOCUMENTS = st.lists(st.tuples(TEXTS, METADATA, UNITS), max_size=4)
"""Documents, each a name, metadata and units; a unit is a text, probabilities and marks."""


def numbers(rows, width):
    return np.array(rows, dtype=np.int64).reshape(-1, width)


def both(described, *, whole=False, only_coded=False):
    """Give documents as (Judged, numbers of the units chosen) and as results.

    Whole documents are given the probabilities and marks of their units as if these were their sentences.
    """
    documents, offsets, spans, ends, scores, marks, results = [], [0], [], [0], [], [], []
    for name, metadata, units in described:
        # A sign parts units in the text.
        text = "|".join(unit for unit, _, _ in units)
        start = 0
        for index, (unit, likely, marked) in enumerate(units):
            end = start + len(unit)
            spans.append((offsets[-1] + start, offsets[-1] + end))
            if not whole:
                themes = [key for key, mark in zip(KEYS, marked, strict=True) if mark]
                found = dict(zip(KEYS, likely, strict=True))
                results.append(Result(name, index, start, end, unit, themes, found, metadata=metadata))
                scores.append(likely)
                marks.append(marked)
            start = end + 1
        if whole:
            counts = {key: sum(marked[i] for _, _, marked in units) for i, key in enumerate(KEYS)}
            found = {
                key: max((likely[i] for _, likely, _ in units), default=0.0) for i, key in enumerate(KEYS)
            }
            themes = [key for key in KEYS if counts[key]]
            results.append(
                Result(
                    name, 0, 0, len(text), text, themes, found, None, counts, len(units), metadata=metadata
                )
            )
            scores.append(list(found.values()))
            marks.append(list(counts.values()))
        documents.append(Document(name, text, metadata))
        offsets.append(offsets[-1] + len(text))
        ends.append(len(spans))
    offsets, ends = np.array(offsets, dtype=np.int64), np.array(ends, dtype=np.int64)
    group = units = Scored(documents, offsets, numbers(spans, 2), ends, np.zeros((len(spans), 2)))
    if whole:
        borders = np.stack([offsets[:-1], offsets[1:]], axis=1)
        units = Scored(documents, offsets, borders, np.arange(len(offsets)), np.zeros((len(documents), 2)))
    marks = numbers(marks, 2)
    judged = Judged(KEYS, units, np.array(scores).reshape(-1, 2), marks > 0, group, marks if whole else None)
    if only_coded:
        results = [result for result in results if result.themes]
    return judged, judged.chosen(only_coded=only_coded), results
