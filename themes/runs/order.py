"""Order: what a run is to do, in full, before its first part is scored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from themes import __version__
from themes.inputs.parts import Part, columns
from themes.inputs.reading import Reading
from themes.inputs.sources import kind
from themes.runs.formats import Layout, Wanted, is_packed
from themes.runs.job import Job
from themes.runs.journal import token
from themes.runs.work import classifier, model_digest
from themes.scoring.model import default_model_path


@dataclass(frozen=True, slots=True)
class Settings:
    """How a collection is to be classified and written.

    Attributes
    ----------
    form : str
        ``jsonl``, ``csv``, ``tsv`` or ``parquet``.
    model : str, optional
        The model folder; by default the model that comes with the package.
    thresholds : mapping of str to float
        Thresholds to use instead of the model's.
    unit, explain
        As in `themes.scoring.classify.Classifier.classify_documents`.
    only_coded : bool
        Whether to leave out units without a theme.
    reading : Reading
        How to read; its listener is not used.
    skip_bad : bool
        Whether to report bad rows and go on.
    """

    form: str
    model: str | None = None
    thresholds: Mapping[str, float] = field(default_factory=dict)
    unit: str = "sentence"
    explain: int | None = None
    only_coded: bool = False
    reading: Reading = field(default_factory=Reading)
    skip_bad: bool = False


def order(
    target: str, settings: Settings, parts: Sequence[Part], inputs: list[dict[str, Any]]
) -> tuple[Job, dict[str, Any]]:
    """Work out what every part needs to know, and what has to be the same for a run to be gone on with.

    Parameters
    ----------
    target : str
        The output: a path or a URL.
    settings : Settings
        How to classify and write.
    parts : sequence of Part
        The plan.
    inputs : list of dict
        As by `themes.runs.manifest.input_states`.

    Returns
    -------
    (Job, dict)
        The head for `themes.runs.journal.Journal` behind the job.

    Raises
    ------
    ModelError, InputError
        When the model or a threshold cannot be used.
    """
    folder = settings.model or str(default_model_path())
    digest = model_digest(folder)
    thresholds = tuple(settings.thresholds.items())
    machine = classifier(settings.model, digest, thresholds)
    reading = replace(settings.reading, on_bad=None)
    tabular = settings.form != "jsonl"
    layout = Layout(
        machine.keys,
        tuple(columns(parts, reading)) if tabular else (),
        other=tabular and any_json(row["path"] for row in inputs),
        counts=settings.unit == "document",
        explained=settings.explain is not None,
    )
    head = {
        "the version of themes": __version__,
        "--model": digest,
        "--unit": settings.unit,
        "--threshold": dict(thresholds),
        "--explain": settings.explain,
        "--only-coded": settings.only_coded,
        "--format": settings.form,
        "--text-column": reading.text_column,
        "--encoding": reading.encoding,
        "inputs": inputs,
        "columns": layout.columns(),
        "how the input is cut into parts": _digest(list(map(asdict, parts))),
    }
    job = Job(
        target=target,
        token=token(head),
        model=settings.model,
        digest=digest,
        thresholds=thresholds,
        wanted=Wanted(
            settings.form,
            layout,
            settings.unit,
            settings.explain,
            settings.only_coded,
            is_packed(target),
        ),
        reading=reading,
        skip_bad=settings.skip_bad,
    )
    return job, head


def any_json(paths: Iterable[str]) -> bool:
    """Tell whether any of these files holds JSON lines, whose keys may differ from row to row."""
    return any(kind(path)[0] == "jsonl" for path in paths)


def _digest(data: Any) -> str:
    return hashlib.sha256(json.dumps(data).encode()).hexdigest()


def about_model(job: Job) -> dict[str, Any]:
    """Name the model of a run, with its digest and codebook, for the manifest."""
    about = classifier(job.model, job.digest, job.thresholds).model.about
    codebook = about.get("codebook", {})
    return {
        "name": "default" if job.model is None else Path(job.model).name,
        "sha256sums": job.digest,
        "codebook": codebook.get("title"),
        "codebook_version": codebook.get("version"),
    }


def about_settings(job: Job) -> dict[str, Any]:
    """Give what a run was asked for, for the manifest."""
    machine = classifier(job.model, job.digest, job.thresholds)
    return {
        "unit": job.wanted.unit,
        "thresholds": dict(zip(machine.keys, machine.thresholds.tolist(), strict=True)),
        "explain": job.wanted.explain,
        "only_coded": job.wanted.only_coded,
        "text_column": job.reading.text_column,
        "encoding": job.reading.encoding,
        "max_document_size": job.reading.max_size,
        "skip_bad": job.skip_bad,
    }
