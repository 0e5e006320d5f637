"""Baselines: what can be had without the model, on the same folds."""

from __future__ import annotations

import numpy as np

from themes.learning.dataset import Dataset
from themes.learning.evaluation import Predicted
from themes.learning.training import Rows

FIRST_SOURCE = "seed"


def cue_match(data: Dataset, test: Rows) -> Predicted:
    """Give a theme wherever one of its cues stands, and rank by how many do; nothing is learnt.

    Parameters
    ----------
    data : Dataset
        All rows.
    test : ndarray of int, shape (m,)
        Rows to predict.

    Returns
    -------
    given, ranking : ndarray, shape (m, themes)
    """
    found = np.zeros((len(test), len(data.codebook.keys)))
    for theme, key in enumerate(data.codebook.keys):
        mine = [i for i, name in enumerate(data.mark_names) if name.startswith(f"q:{key}:")]
        if mine:
            found[:, theme] = np.asarray(data.marks[test][:, mine].sum(axis=1)).ravel()
    return (found > 0).astype(float), found


def plain_model(data: Dataset, train: Rows, test: Rows) -> Predicted:
    """Train scikit-learn's ``TfidfVectorizer`` and ``LogisticRegression``, as they come, on the seeds alone.

    Parameters
    ----------
    data : Dataset
        All rows.
    train : ndarray of int
        Rows that may be used; of these the seeds, or all real sentences where there are no seeds.
    test : ndarray of int, shape (m,)
        Rows to predict.

    Returns
    -------
    given, ranking : ndarray, shape (m, themes)
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    texts = data.texts
    seeds = np.array([row for row in train if data.labels[row].source == FIRST_SOURCE], dtype=np.int64)
    rows = seeds if len(seeds) else train[data.held_out[train]]
    ranking = np.zeros((len(test), data.truth.shape[1]))
    if not len(rows):
        return ranking, ranking
    vectorizer = TfidfVectorizer()
    try:
        matrix = vectorizer.fit_transform([texts[row] for row in rows])
    except ValueError:
        return ranking, ranking
    held = vectorizer.transform([texts[row] for row in test])
    for theme in range(data.truth.shape[1]):
        truth = data.truth[rows, theme]
        if truth.any() and not truth.all():
            ranking[:, theme] = LogisticRegression().fit(matrix, truth).predict_proba(held)[:, 1]
        else:
            ranking[:, theme] = float(truth.all())
    return (ranking >= 0.5).astype(float), ranking


def guess(data: Dataset, train: Rows, test: Rows) -> Predicted:
    """Give each theme at random, as often as the real sentences in training have it.

    Parameters
    ----------
    data : Dataset
        All rows.
    train, test : ndarray of int
        Rows to learn the shares from, and to predict.

    Returns
    -------
    given, ranking : ndarray, shape (m, themes)
        The chance of each theme, so that figures are expectations; nothing to rank by.
    """
    real = train[data.held_out[train]]
    shares = data.truth[real].mean(axis=0) if len(real) else np.zeros(data.truth.shape[1])
    given = np.tile(shares, (len(test), 1))
    return given, np.zeros_like(given)
