"""Manifest: what made an output, beside it; the same run gives the same manifest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from themes import __version__
from themes.errors import InputError
from themes.inputs.parts import Part
from themes.inputs.sources import filesystem, is_url
from themes.runs.journal import Done

SUFFIX = ".manifest.json"


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run came to.

    Attributes
    ----------
    documents, texts, sentences, rows, bad : int
        Documents read, those of them that are not blank, their sentences (lines, where lines are taken
        whole), rows written, rows left out as bad.
    themes : dict of str to int
        Sentences with each theme.
    """

    documents: int
    texts: int
    sentences: int
    rows: int
    bad: int
    themes: dict[str, int]


def summarise(parts: Iterable[Done], keys: Iterable[str]) -> Summary:
    """Add up what the parts of a run came to.

    Parameters
    ----------
    parts : iterable of Done
        All of them.
    keys : iterable of str
        The themes.

    Returns
    -------
    Summary
    """
    total = dict.fromkeys(("documents", "texts", "sentences", "rows", "bad"), 0)
    themes = dict.fromkeys(keys, 0)
    for part in parts:
        for name in total:
            total[name] += getattr(part, name)
        for key, count in part.themes.items():
            themes[key] += count
    return Summary(**total, themes=themes)


def input_states(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """Tell of each input file its path, size and time of modification.

    Parameters
    ----------
    parts : iterable of Part
        The plan of a run.

    Returns
    -------
    list of dict
        In the order of the input.

    Raises
    ------
    InputError
        When a file is there no more.
    """
    sizes = {piece.path: piece.size for part in parts for piece in part.pieces}
    return [{"path": path, "size": size, "modified": _modified(path)} for path, size in sizes.items()]


def _modified(path: str) -> str | None:
    try:
        if is_url(path):
            files, place = filesystem(path)
            known = files.info(place)
            names = ("mtime", "LastModified", "last_modified", "updated", "modified", "created", "ETag")
            found = next((known[name] for name in names if known.get(name)), None)
            return None if found is None else str(found)
        nanoseconds = Path(path).stat().st_mtime_ns
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror or error})", path) from error
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"


def manifest(
    model: Mapping[str, Any],
    settings: Mapping[str, Any],
    inputs: list[dict[str, Any]],
    output: Mapping[str, Any],
    summary: Summary,
) -> dict[str, Any]:
    """Lay out the manifest of an output.

    Parameters
    ----------
    model, settings : mapping
        The model's name, digest and codebook; what the run was asked for.
    inputs : list of dict
        As by `input_states`.
    output : mapping
        Its format, size and digest.
    summary : Summary
        What the run came to.

    Returns
    -------
    dict
        Plain data.
    """
    return {
        "themes": __version__,
        "model": dict(model),
        "settings": dict(settings),
        "inputs": inputs,
        "output": dict(output) | {"rows": summary.rows},
        "documents": summary.documents,
        "sentences": summary.sentences,
        "sentences_with_theme": summary.themes,
        "bad_rows": summary.bad,
    }
