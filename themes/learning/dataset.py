"""The training set: coded sentences as matrices, with the groups that no fold may split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from themes.coding.codebook import Codebook
from themes.coding.labels import Label, require_known_themes
from themes.coding.lexicon import Lexicon
from themes.coding.matcher import CueMatcher
from themes.scoring.features import length_scale, marks, text_features
from themes.text.near import groups
from themes.text.words import words


@dataclass(frozen=True, eq=False)
class Dataset:
    """Coded sentences, counted.

    Attributes
    ----------
    labels : list of Label, length n
        The rows.
    codebook : Codebook
        Themes and cues.
    truth : ndarray of bool, shape (n, themes)
        Final codes.
    group : ndarray of int, shape (n,)
        Documents joined where they share near-copies. An authored sentence has no document to
        share: it is in a group with others only as a near-copy.
    held_out : ndarray of bool, shape (n,)
        Rows that an evaluation may use.
    counts : scipy CSR matrix, shape (n, f)
        How often each row has each word feature, divided by the square root of its number of words.
    marks : scipy CSR matrix, shape (n, q)
        Which row has which cue and which class of words, as 0 and 1.
    features, mark_names : ndarray of str
        Names of the columns, sorted.
    """

    labels: list[Label]
    codebook: Codebook
    truth: NDArray[np.bool_]
    group: NDArray[np.int64]
    held_out: NDArray[np.bool_]
    counts: Any
    marks: Any
    features: NDArray[np.str_]
    mark_names: NDArray[np.str_]

    @property
    def texts(self) -> list[str]:
        """The sentences, in order."""
        return [label.sentence for label in self.labels]


def build_dataset(labels: Sequence[Label], codebook: Codebook) -> Dataset:
    """Count the features of coded sentences.

    Parameters
    ----------
    labels : sequence of Label
        At least one row.
    codebook : Codebook
        Its themes are the columns of the truth, its cues are counted.

    Returns
    -------
    Dataset

    Raises
    ------
    InputError
        When a label names a theme that the codebook lacks.
    ValueError
        When there are no labels.
    """
    from scipy.sparse import diags

    if not labels:
        raise ValueError("no labels")
    require_known_themes(labels, codebook)
    texts = [label.sentence for label in labels]
    matcher = CueMatcher.from_codebook(codebook)
    features, counts = _count([text_features(text) for text in texts])
    scales = np.array([length_scale(len(words(text))) for text in texts])
    lexicon = Lexicon.from_codebook(codebook)
    mark_names, mark_matrix = _count([marks(words(text), matcher, lexicon) for text in texts])
    return Dataset(
        labels=list(labels),
        codebook=codebook,
        truth=np.array([[key in label.themes for key in codebook.keys] for label in labels], dtype=bool),
        group=np.array(groups([_document(label) for label in labels], texts)),
        held_out=np.array([label.held_out for label in labels]),
        counts=(diags(scales) @ counts).tocsr(),
        marks=mark_matrix,
        features=features,
        mark_names=mark_names,
    )


def _document(label: Label) -> tuple[str, str, str]:
    # A document is known by its name: its rows may lie in several label files.
    return ("", label.document, "") if label.held_out else (label.source, label.document, label.id)


def _count(rows: Sequence[Sequence[str]]) -> tuple[NDArray[np.str_], Any]:
    from scipy.sparse import csr_matrix

    names = sorted({name for row in rows for name in row})
    place = {name: column for column, name in enumerate(names)}
    pointers = np.cumsum([0, *map(len, rows)])
    columns = np.array([place[name] for row in rows for name in row], dtype=np.int64)
    matrix = csr_matrix((np.ones(len(columns)), columns, pointers), shape=(len(rows), len(names)))
    matrix.sum_duplicates()
    return np.array(names, dtype=object), matrix
