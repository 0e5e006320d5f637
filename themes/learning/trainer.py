"""From label files to a model with its evaluation: what `themes train` and `themes evaluate` do."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from themes import __version__
from themes.coding.balance import ERROR
from themes.coding.check import Audit, audit
from themes.coding.codebook import Codebook, load_codebook
from themes.coding.labels import Label, label_files, read_labels
from themes.errors import InputError
from themes.inputs.files import read_bytes
from themes.learning.dataset import Dataset, build_dataset
from themes.learning.evaluation import Evaluation
from themes.learning.external import TRAINING, training_fingerprint
from themes.learning.holdout import evaluate_and_fit
from themes.learning.training import Settings, fit, to_model
from themes.scoring.model import Model

Progress = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Material:
    """What there is to train on.

    Attributes
    ----------
    codebook : Codebook
        The themes.
    labels : list of Label
        All rows.
    audit : Audit
        Of these rows; without errors.
    hashes : dict of str to str
        SHA-256 of each label file, by name.
    """

    codebook: Codebook
    labels: list[Label]
    audit: Audit
    hashes: dict[str, str]

    def dataset(self) -> Dataset:
        """Count the features of the rows."""
        return build_dataset(self.labels, self.codebook)


def gather(
    label_paths: Sequence[Path], codebook_path: Path | None = None, documents: Path | None = None
) -> Material:
    """Read and audit what a model is to be trained on.

    Parameters
    ----------
    label_paths : sequence of Path
        Label files, or folders of them.
    codebook_path : Path, optional
        The codebook; by default the bundled one.
    documents : Path, optional
        Folder of the coded documents, to compare the rows with.

    Returns
    -------
    Material

    Raises
    ------
    InputError
        When a file cannot be used or the audit finds an error.
    """
    codebook = load_codebook(codebook_path)
    files = label_files(label_paths)
    labels = read_labels(files)
    if not any(label.themes for label in labels):
        raise InputError("no sentence has a theme in final: code the sentences, then settle final", files[0])
    result = audit(labels, codebook, documents)
    if result.errors:
        first = next(finding for finding in result.findings if finding.level == ERROR)
        more = f" (and {result.errors - 1} more; see: themes check)" if result.errors > 1 else ""
        raise InputError(first.message + more)
    return Material(codebook, labels, result, digests(files))


def digests(files: Sequence[Path]) -> dict[str, str]:
    """Give the SHA-256 of files, by name."""
    return {file.name: hashlib.sha256(read_bytes(file)).hexdigest() for file in files}


def train(
    material: Material,
    settings: Settings | None = None,
    *,
    judge: bool = True,
    jobs: int = 1,
    say: Progress | None = None,
) -> tuple[Model, Evaluation | None]:
    """Train a model on everything, and judge the way of training on documents held out.

    Parameters
    ----------
    material : Material
        From `gather`.
    settings : Settings, optional
        How to train.
    judge : bool
        Whether to evaluate; without, the model holds no evaluation.
    jobs : int
        Processes to use.
    say : callable, optional
        Called with a line at each step.

    Returns
    -------
    model : Model
        The same for the same inputs and library versions.
    evaluation : Evaluation or None
        None where not asked for, or where there are fewer than two documents to hold out.
    """
    settings = settings or Settings()
    data = material.dataset()
    evaluation = None
    if judge and len(np.unique(data.group[data.held_out])) >= 2:
        evaluation, fitted = evaluate_and_fit(data, settings, jobs=jobs, say=say)
    else:
        fitted = fit(data, np.arange(len(data.labels)), settings)
    about = _about(material, settings, evaluation) | {"strength": fitted.strength, "notes": fitted.notes}
    return to_model(fitted, material.codebook, about), evaluation


def _about(material: Material, settings: Settings, evaluation: Evaluation | None) -> dict[str, Any]:
    return {
        "version": __version__,
        "libraries": _versions(),
        "settings": asdict(settings),
        "labels": {"counts": material.audit.counts, "sha256": material.hashes},
        TRAINING: training_fingerprint(material.labels),
        "codebook": material.codebook.to_dict(),
        "codebook_sha256": material.codebook.digest(),
        "evaluation": None if evaluation is None else evaluation.summary(),
    }


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    return {name: version(name) for name in ("numpy", "scipy", "scikit-learn")}
