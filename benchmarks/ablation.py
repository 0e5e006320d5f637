"""Show what each step of the model brings, and what does not pay, on the folds of `themes evaluate`.

Run from the project's root: python benchmarks/ablation.py [name ...]
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_selection import SelectKBest, chi2
from sklearn.linear_model import LogisticRegression

from themes.learning import training
from themes.learning.dataset import Dataset
from themes.learning.evaluation import MODEL
from themes.learning.holdout import evaluate
from themes.learning.trainer import gather
from themes.learning.training import WEIGHTS, Settings

FIRST_AUTHORS = {f"author-{number}" for number in range(1, 6)}
NOTHING = 1e-9


def only(*kinds: str) -> Settings:
    return Settings(weights={kind: weight if kind in kinds else NOTHING for kind, weight in WEIGHTS.items()})


def subset(data: Dataset, keep: Callable[[Any], bool]) -> Dataset:
    rows = np.flatnonzero([keep(label) for label in data.labels])
    return replace(
        data,
        labels=[data.labels[row] for row in rows],
        truth=data.truth[rows],
        group=data.group[rows],
        held_out=data.held_out[rows],
        counts=data.counts[rows],
        marks=data.marks[rows],
    )


def with_class_pairs(data: Dataset) -> Dataset:
    columns = [i for i, name in enumerate(data.mark_names) if name.startswith("k:")]
    classes = csr_matrix(data.marks[:, columns])
    names, parts = [], []
    for left, right in combinations(range(len(columns)), 2):
        both = classes[:, [left]].multiply(classes[:, [right]])
        if both.nnz >= 3:
            parts.append(both)
            names.append(f"k:{data.mark_names[columns[left]][2:]}+{data.mark_names[columns[right]][2:]}")
    marks = hstack([data.marks, hstack(parts) * 0.5]).tocsr()
    return replace(data, marks=marks, mark_names=np.concatenate([data.mark_names, np.array(names)]))


def with_group_in_document(data: Dataset) -> Dataset:
    """Mark sentences of a document that names the group anywhere; an authored sentence stands alone."""
    column = list(data.mark_names).index("q:group")
    named = np.asarray(data.marks[:, [column]].todense()).ravel() > 0
    documents = {
        label.document for label, name in zip(data.labels, named, strict=True) if name and label.held_out
    }
    mark = csr_matrix(
        [
            [float(name or (label.held_out and label.document in documents))]
            for label, name in zip(data.labels, named, strict=True)
        ]
    )
    return replace(
        data,
        marks=hstack([data.marks, mark]).tocsr(),
        mark_names=np.append(data.mark_names, "q:group-in-document"),
    )


def with_origin(data: Dataset, number_of: Callable[[Any], int]) -> Dataset:
    """Mark each row with a number too small to learn from, by which `weighing` knows where it comes from."""
    column = csr_matrix([[number_of(label) * NOTHING] for label in data.labels])
    names = np.append(data.mark_names, "k:~origin")
    return replace(data, marks=hstack([data.marks, column]).tocsr(), mark_names=names)


def weighing(weights_of: Callable[[np.ndarray], np.ndarray]) -> Callable[..., tuple[np.ndarray, float]]:
    """Make a way of fitting in which rows count by their origin, the last column."""

    def fit_one(matrix: Any, truth: np.ndarray, strength: float) -> tuple[np.ndarray, float]:
        origin = np.rint(matrix[:, [-1]].toarray().ravel() / (NOTHING * WEIGHTS["k"]))
        classifier = LogisticRegression(
            C=strength, solver="liblinear", dual=True, random_state=0, max_iter=2000
        )
        classifier.fit(matrix, truth, sample_weight=weights_of(origin))
        return classifier.coef_[0], float(classifier.intercept_[0])

    return fit_one


def by_author(label: Any) -> int:
    return 0 if label.held_out else int(label.document.removeprefix("author-"))


def each_author_the_same(origin: np.ndarray) -> np.ndarray:
    sizes = np.bincount(origin.astype(int))
    authors = sizes[1:][sizes[1:] > 0]
    return np.where(origin > 0, authors.mean() / sizes[origin.astype(int)], 1.0)


def fitting(**options: Any) -> Callable[..., tuple[np.ndarray, float]]:
    """Make another way of fitting one theme."""
    chosen = options.pop("select", None)
    defaults = {"solver": "liblinear", "random_state": 0, "max_iter": 2000} | options

    def fit_one(matrix: Any, truth: np.ndarray, strength: float) -> tuple[np.ndarray, float]:
        columns = np.arange(matrix.shape[1])
        if chosen:
            columns = np.flatnonzero(SelectKBest(chi2, k=chosen).fit(matrix, truth).get_support())
        classifier = LogisticRegression(C=strength, **defaults).fit(matrix[:, columns], truth)
        weights = np.zeros(matrix.shape[1])
        weights[columns] = classifier.coef_[0]
        return weights, float(classifier.intercept_[0])

    return fit_one


def steps(data: Dataset) -> dict[str, tuple[Dataset, Settings, Any]]:
    def authored(keep: Callable[[Any], bool]) -> Dataset:
        return subset(data, lambda label: label.held_out or keep(label))

    usual = training.fit_one
    return {
        "stems, seeds and field alone": (authored(lambda _: False), only("w"), usual),
        "stems, and the authored sentences": (data, only("w"), usual),
        "... and pairs of stems": (data, only("w", "p"), usual),
        "... and letter runs": (data, only("w", "p", "c"), usual),
        "... and cues": (data, only("w", "p", "c", "q"), usual),
        "... and word classes: the model": (data, Settings(), usual),
        "the model without authored sentences": (authored(lambda _: False), Settings(), usual),
        "the model with authors 1 to 5 alone": (
            authored(lambda label: label.document in FIRST_AUTHORS),
            Settings(),
            usual,
        ),
        "the model without cues": (data, only("w", "p", "c", "k"), usual),
        "cues and word classes alone": (data, only("q", "k"), usual),
        "pairs of word classes": (with_class_pairs(data), Settings(), usual),
        "the group named anywhere in the document": (with_group_in_document(data), Settings(), usual),
        "balanced class weights": (data, Settings(), fitting(class_weight="balanced", dual=True)),
        "real sentences count threefold": (
            with_origin(data, by_author),
            Settings(),
            weighing(lambda origin: np.where(origin > 0, 1.0, 3.0)),
        ),
        "real sentences count tenfold": (
            with_origin(data, by_author),
            Settings(),
            weighing(lambda origin: np.where(origin > 0, 1.0, 10.0)),
        ),
        "every author counts the same": (
            with_origin(data, by_author),
            Settings(),
            weighing(each_author_the_same),
        ),
        "L1 penalty": (data, Settings(strengths=(0.3, 1.0, 3.0)), fitting(l1_ratio=1.0)),
        "10,000 features chosen by chi-squared": (data, Settings(), fitting(select=10_000, dual=True)),
        "features from 2 sentences on": (data, Settings(rarest=2), usual),
    }


def main(wanted: list[str]) -> None:
    data = gather([Path("labels")]).dataset()
    print(f"{'':42}  macro-F1                mAP")
    for name, (variant, settings, fit_one) in steps(data).items():
        if wanted and not any(word in name for word in wanted):
            continue
        training.fit_one = fit_one
        macro = evaluate(variant, settings, jobs=1).scores[MODEL][-2]
        figures = "  ".join(
            f"{f.value:.3f} [{f.low:.2f}-{f.high:.2f}]" for f in (macro.f1, macro.average_precision)
        )
        print(f"{name:42}  {figures}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
