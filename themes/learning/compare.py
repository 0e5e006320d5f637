"""Comparison: two evaluations of the same sentences, theme by theme, with paired intervals."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from themes.errors import InputError
from themes.inputs.files import decode, read_bytes
from themes.learning.metrics import RESAMPLES, Figure, differences, draw_weights, score
from themes.terminal import counted, harmless, table, wrap

Rows = Sequence[Mapping[str, Any]]

LARGEST = 50_000_000
"""Largest evaluation read, in bytes after decompression."""

_FIGURES = {"f1": "F1", "average_precision": "avg. precision"}
_ROOM = 100
_WRITE = "write one with: themes evaluate --json"


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure of both evaluations.

    Attributes
    ----------
    theme, figure : str
        A theme's key or ``macro``; ``F1`` or ``avg. precision``.
    support : int
        Shared sentences that have the theme; for ``macro``, the sum over themes.
    ours, other : float or None
        None where undefined.
    difference : Figure
        Ours less the other's, with its paired interval; for ``macro``, over the themes for which both
        are defined.
    """

    theme: str
    figure: str
    support: int
    ours: float | None
    other: float | None
    difference: Figure


@dataclass(frozen=True, slots=True)
class Flip:
    """A sentence for which the two decide otherwise about a theme.

    Attributes
    ----------
    theme, id, document, sentence : str
        The theme's key, and where the sentence comes from.
    gained, truth : bool
        Whether ours is right and the other wrong, not the reverse; whether the sentence has the theme.
    ours, other : float
        Probabilities.
    """

    theme: str
    id: str
    document: str
    sentence: str
    gained: bool
    truth: bool
    ours: float
    other: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What comparing two evaluations gave.

    Attributes
    ----------
    pairs : list of Pair
        F1 and average precision of each theme in common, then of their macro average.
    flips : list of Flip
        By theme, then in the order of our sentences.
    sentences, documents : int
        Judged by both: same id, same text.
    only_ours, only_other, reworded : int
        Sentences that one alone judged, and those whose id both have with another text.
    recoded : int
        Shared sentences whose final codes differ; ours are the measure for both.
    unshared : list of str
        Themes that only one of them knows; they are left out.
    """

    pairs: list[Pair]
    flips: list[Flip]
    sentences: int
    documents: int
    only_ours: int
    only_other: int
    reworded: int
    recoded: int
    unshared: list[str]


def read_evaluation(path: str | Path) -> dict[str, Any]:
    """Read what ``themes evaluate --json`` or ``themes train`` wrote.

    Parameters
    ----------
    path : str or Path
        The file; also with ``.gz`` behind.

    Returns
    -------
    dict
        Its ``predictions`` are checked; whatever else stands in the file is as it was found.

    Raises
    ------
    InputError
        When it is too large, no JSON, or holds no predictions of the right form.
    """
    try:
        data = json.loads(decode(read_bytes(path, LARGEST), "utf-8", path))
    except (ValueError, RecursionError):
        raise InputError(f"is no evaluation (not JSON); {_WRITE}", path) from None
    _checked(data, path)
    return dict(data)


def _checked(data: object, path: str | Path | None) -> dict[str, dict[str, Any]]:
    """Give the predictions by id, or refuse the first thing that is not as an evaluation has it."""
    rows = data.get("predictions") if isinstance(data, Mapping) else None
    if not isinstance(rows, list) or not rows:
        raise InputError(f"is no evaluation (no predictions); {_WRITE}", path)
    found: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(rows, 1):
        fault = _fault(row)
        if not fault and (row["id"] in found or {*row["probabilities"]} != {*rows[0]["probabilities"]}):
            fault = "its id is taken, or its themes are not those of the first"
        if fault:
            raise InputError(f"is no evaluation (prediction {number}: {fault})", path)
        found[row["id"]] = row
    return found


def _fault(row: object) -> str:
    fields = row if isinstance(row, dict) else {}
    if not all(isinstance(fields.get(name), str) for name in ("id", "document", "source", "sentence")):
        return "id, document, source and sentence must be texts"
    scores = fields.get("probabilities")
    known = scores if isinstance(scores, dict) else {}
    # Compared as they are: a whole number of a thousand digits would not become a float.
    if not known or not all(type(p) in (int, float) and 0 <= p <= 1 for p in known.values()):
        return "probabilities must be numbers from 0 to 1 by theme"
    lists = (fields.get("truth"), fields.get("themes"))
    if not all(isinstance(x, list) and all(isinstance(k, str) and k in known for k in x) for x in lists):
        return "truth and themes must be lists of themes that have a probability"
    return ""


def compare(
    ours: Mapping[str, Any],
    other: Mapping[str, Any],
    resamples: int = RESAMPLES,
    seed: int = 0,
    path: str | Path | None = None,
) -> Comparison:
    """Compare two evaluations on the sentences that both judged.

    Parameters
    ----------
    ours, other : mapping
        As `themes.learning.evaluation.Evaluation.to_dict` gives them or `read_evaluation` read them.
    resamples, seed : int
        Bootstrap resamples of documents, each of which counts for both, and its seed.
    path : str or Path, optional
        Where the other comes from, for error messages.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        When one is no evaluation, or they have no theme or no sentence in common.
    """
    if not ours.get("predictions"):
        raise InputError("nothing was held out here, so there is nothing to compare")
    mine, theirs = _checked(ours, None), _checked(other, path)
    my_keys, their_keys = (list(next(iter(side.values()))["probabilities"]) for side in (mine, theirs))
    keys = [key for key in my_keys if key in their_keys]
    if not keys:
        raise InputError("has no theme in common with ours; it is of another codebook", path)
    both = [name for name in mine if name in theirs]
    ids = [name for name in both if mine[name]["sentence"] == theirs[name]["sentence"]]
    if not ids:
        raise InputError("has no sentence in common with ours (same id and same text)", path)
    rows, others = [mine[name] for name in ids], [theirs[name] for name in ids]
    documents = [row["document"] for row in rows]
    return Comparison(
        pairs=_pairs(keys, rows, others, draw_weights(documents, resamples, seed)),
        flips=[flip for key in keys for flip in _flips(key, rows, others)],
        sentences=len(ids),
        documents=len(set(documents)),
        only_ours=len(mine) - len(both),
        only_other=len(theirs) - len(both),
        reworded=len(both) - len(ids),
        recoded=int((_marks(keys, rows, "truth") != _marks(keys, others, "truth")).any(axis=1).sum()),
        unshared=[key for key in (*my_keys, *their_keys) if key not in keys],
    )


def _pairs(keys: Sequence[str], rows: Rows, others: Rows, draws: NDArray[np.int64]) -> list[Pair]:
    truth = _marks(keys, rows, "truth")
    sides = []
    for side in (rows, others):
        ranking = np.array([[row["probabilities"][key] for key in keys] for row in side], dtype=float)
        sides.append((_marks(keys, side, "themes").astype(float), ranking))
    scores = [{row.name: row for row in score(keys, truth, *side, draws[:0])} for side in sides]
    return [
        Pair(name, _FIGURES[figure], ours.support, *values, difference)
        for name, figures in differences(keys, truth, sides[0], sides[1], draws).items()
        for figure, difference in figures.items()
        for ours, other in [(scores[0][name], scores[1][name])]
        for values in [(getattr(ours, figure).value, getattr(other, figure).value)]
    ]


def _marks(keys: Sequence[str], rows: Rows, field: str) -> NDArray[np.bool_]:
    return np.array([[key in row[field] for key in keys] for row in rows], dtype=bool)


def _flips(key: str, rows: Rows, others: Rows) -> list[Flip]:
    flips = []
    for row, twin in zip(rows, others, strict=True):
        given, truth = key in row["themes"], key in row["truth"]
        if given != (key in twin["themes"]):
            texts = (key, row["id"], row["document"], row["sentence"])
            scores = (float(row["probabilities"][key]), float(twin["probabilities"][key]))
            flips.append(Flip(*texts, given == truth, truth, *scores))
    return flips


def compare_lines(comparison: Comparison, shown: int = 5) -> list[str]:
    """Set out a comparison for a terminal.

    Parameters
    ----------
    comparison : Comparison
        What was found.
    shown : int
        Flipped sentences of each kind shown a theme, the greatest change first.

    Returns
    -------
    list of str
    """
    c = comparison
    shared = f"{counted(c.sentences, 'sentence')} of {counted(c.documents, 'document')}"
    lines = [
        f"Compared on {shared} that both judged.",
        f"Not shared: {c.only_ours} only ours, {c.only_other} only the other's, {c.reworded} reworded.",
        "In brackets: 95 % intervals of the difference, the same resampled documents for both.",
    ]
    if c.recoded:
        lines.append(f"Coded otherwise in the other: {c.recoded}; our codes are the measure for both.")
    if c.unshared:
        lines += wrap(f"Left out, for only one of them knows it: {harmless(', '.join(c.unshared))}", _ROOM)
    cells = [["theme", "support", "figure", "ours", "other", "difference"]]
    for p in c.pairs:
        values = ["undef." if value is None else f"{value:.3f}" for value in (p.ours, p.other)]
        cells.append([harmless(p.theme), str(p.support), p.figure, *values, _shown(p.difference)])
    lines += ["", *(f"  {line}" for line in table(cells))]
    for key in dict.fromkeys(pair.theme for pair in c.pairs[: -len(_FIGURES)]):
        lines += _flip_lines(c, key, shown)
    return lines


def _shown(gain: Figure) -> str:
    bounds = "undef." if gain.low is None else f"{gain.low:+.3f} to {gain.high:+.3f}"
    return "undef." if gain.value is None else f"{gain.value:+.3f} [{bounds}]"


def flips_of(comparison: Comparison, key: str) -> tuple[list[Flip], list[Flip]]:
    """Give the sentences gained and those lost for a theme, the greatest change of probability first."""
    mine = [flip for flip in comparison.flips if flip.theme == key]
    mine.sort(key=lambda flip: -abs(flip.ours - flip.other))
    return [flip for flip in mine if flip.gained], [flip for flip in mine if not flip.gained]


def _flip_lines(comparison: Comparison, key: str, shown: int) -> list[str]:
    gained, lost = flips_of(comparison, key)
    lines = ["", f"{harmless(key)}: {len(gained)} gained right, {len(lost)} lost right"]
    for sign, some in (("+", gained), ("-", lost)):
        for flip in some[:shown]:
            has = "has it" if flip.truth else "has it not"
            text = f"{flip.id} ({has}; {flip.other:.2f} -> {flip.ours:.2f}): {flip.sentence}"
            first, *rest = wrap(harmless(text), _ROOM - 4)
            lines += [f"  {sign} {first}", *(f"    {line}" for line in rest)]
        if len(some) > shown:
            lines.append(f"  {sign} and {len(some) - shown} more")
    return lines
