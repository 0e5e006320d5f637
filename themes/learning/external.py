"""Judging a finished model on somebody's own coded sentences, without the documents it was trained on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np

from themes.coding.labels import Label, require_known_themes, uncoded_files
from themes.coding.matcher import CueMatcher
from themes.errors import InputError, ModelError
from themes.learning.evaluation import MODEL, Evaluation, Predicted, collect, explain_errors, truth_of
from themes.learning.listing import NAMES, scores_table
from themes.learning.metrics import RESAMPLES
from themes.scoring.model import Model
from themes.scoring.scorer import Scorer, probabilities
from themes.terminal import counted, harmless, wrap
from themes.text.words import words

TRAINING = "training"
"""Where a model's manifest keeps the fingerprint of what it was trained on."""

UNKNOWN = (
    "This model does not know what it was trained on, so nothing could be left out: sentences that it was "
    "trained on make these figures too high. Train it anew to have it know."
)

_BYTES = 6
_FEWEST = 4
_ROOM = 100
_LISTED = 20

Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """A document that the model was trained on, wholly or in part.

    Attributes
    ----------
    source, document : str
        Its name in the files judged, and the sources of its rows there.
    sentences, known : int
        Its sentences there, and those that stand in the training sentences word for word.
    named : bool
        Whether training had a document of this source and name.
    """

    source: str
    document: str
    sentences: int
    known: int
    named: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """What judging a finished model gave.

    Attributes
    ----------
    evaluation : Evaluation
        The model and, where there are cues, the cue match; ``fold`` is 0 throughout, for there are none.
    seen : list of Seen
        Documents left out because the model was trained on them.
    authored : int
        Authored sentences left out.
    absent : list of str
        Themes that no sentence judged has.
    fingerprint : bool
        Whether the model knows what it was trained on.
    """

    evaluation: Evaluation
    seen: list[Seen]
    authored: int
    absent: list[str]
    fingerprint: bool


def training_fingerprint(labels: Sequence[Label]) -> dict[str, Any]:
    """Note what a model is trained on, so that it can be recognised and not read.

    Parameters
    ----------
    labels : sequence of Label
        The training sentences.

    Returns
    -------
    dict
        ``documents``: source and name of each real document, sorted. ``digests``: six bytes of the
        BLAKE2b digest of each sentence's words as counted, in hexadecimal, sorted and parted by spaces.
        Sentences of fewer than four words are left out, for they stand in many documents.
    """
    documents = {(label.source, label.document) for label in labels if label.held_out}
    digests = {_digest(label.sentence) for label in labels} - {""}
    return {"documents": [list(name) for name in sorted(documents)], "digests": " ".join(sorted(digests))}


def _digest(sentence: str) -> str:
    found = words(sentence)
    if len(found) < _FEWEST:
        return ""
    return blake2b(" ".join(found).encode("utf-8", "replace"), digest_size=_BYTES).hexdigest()


def _fingerprint(model: Model) -> tuple[set[Name], set[str]] | None:
    found = model.about.get(TRAINING)
    if found is None:
        return None
    try:
        documents = {(str(source), str(document)) for source, document in found["documents"]}
        return documents, set(found["digests"].split())
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ModelError(f"the model's manifest is damaged (what it says under {TRAINING!r})") from None


def judge(model: Model, labels: Sequence[Label], resamples: int = RESAMPLES, seed: int = 0) -> Judgement:
    """Judge a finished model on coded sentences; nothing is refitted and no threshold moved.

    A document is left out whole when training had one of its name and source, or when any of its
    sentences was in training word for word (case, punctuation and the digits of numbers aside).
    A document that tells the same in other words is not recognised.

    Parameters
    ----------
    model : Model
        The model.
    labels : sequence of Label
        Coded sentences, as `themes.coding.labels.read_labels` gives them. Themes that nobody coded there are
        scored as absent.
    resamples, seed : int
        Bootstrap resamples of documents for the intervals, and their seed.

    Returns
    -------
    Judgement

    Raises
    ------
    InputError
        When a row names a theme that the model lacks or an id is given twice, a file has no theme in any
        row, or nothing is left to judge.
    ModelError
        When the model's note of its training cannot be used.
    """
    require_known_themes(labels, model.codebook)
    _require_unique_ids(labels)
    real = [label for label in labels if label.held_out]
    _require_codes(real)
    fingerprint = _fingerprint(model)
    seen = _seen(real, *fingerprint) if fingerprint else []
    left_out = {item.document for item in seen}
    rows = [label for label in real if label.document not in left_out]
    if not rows:
        raise InputError(
            f"nothing is left to judge: {counted(len(labels) - len(real), 'sentence is', 'sentences are')} "
            f"authored, and {counted(len(seen), 'document was', 'documents were')} in the model's training",
            labels[0].path if labels else None,
        )
    evaluation = _evaluation(model, rows, resamples, seed)
    coded = {theme for label in rows for theme in label.themes}
    return Judgement(
        evaluation=evaluation,
        seen=seen,
        authored=len(labels) - len(real),
        absent=[key for key in model.keys if key not in coded],
        fingerprint=fingerprint is not None,
    )


def _require_unique_ids(labels: Sequence[Label]) -> None:
    first: dict[str, Label] = {}
    for label in labels:
        other = first.setdefault(label.id, label)
        if other is not label:
            where = f"{other.path}, line {other.line}"
            raise InputError(f"id {label.id!r} is that of {where} too", label.path, label.line)


def _require_codes(labels: Sequence[Label]) -> None:
    for path in uncoded_files(labels):
        raise InputError(
            "final is empty in every row; is it coded? code the sentences, then settle final",
            path or None,
        )


def _seen(labels: Sequence[Label], documents: set[Name], digests: set[str]) -> list[Seen]:
    # A document is known by its name: its rows may lie in several files.
    rows: dict[str, list[Label]] = {}
    for label in labels:
        rows.setdefault(label.document, []).append(label)
    found = [
        Seen(
            source=", ".join(sorted({label.source for label in mine})),
            document=name,
            sentences=len(mine),
            known=sum(_digest(label.sentence) in digests for label in mine),
            named=any((label.source, name) in documents for label in mine),
        )
        for name, mine in rows.items()
    ]
    return [item for item in found if item.named or item.known]


def _evaluation(model: Model, rows: Sequence[Label], resamples: int, seed: int) -> Evaluation:
    scorer = Scorer(model)
    scores = probabilities(np.array([scorer.logits(label.sentence) for label in rows]))
    given = (scores >= model.thresholds).astype(float)
    predicted = {MODEL: (given, scores)}
    if any(theme.cues for theme in model.codebook.themes):
        predicted["cues"] = _cue_match(model, rows)
    wrong = given != truth_of(rows, model.keys)
    reasons = explain_errors(model, [label.sentence for label in rows], wrong)
    about = {
        "codebook": model.codebook.title,
        "codebook_version": model.codebook.version,
        "folds": 0,
        "resamples": resamples,
        "seed": seed,
        "thresholds": [dict(zip(model.keys, model.thresholds.tolist(), strict=True))],
        "interval": "95 %, percentiles of a bootstrap over documents",
    }
    return collect(rows, model.keys, predicted, reasons, [0] * len(rows), about)


def _cue_match(model: Model, rows: Sequence[Label]) -> Predicted:
    matcher = CueMatcher.from_data(model.cues)
    found = np.zeros((len(rows), len(model.keys)))
    for row, label in enumerate(rows):
        hits = {(h.owner, h.pattern) for h in matcher.find(words(label.sentence)) if not h.suppressed}
        owners = Counter(owner for owner, _ in hits)
        found[row] = [owners[key] for key in model.keys]
    return (found > 0).astype(float), found


def judge_lines(judgement: Judgement) -> list[str]:
    """Set out a judgement for a terminal.

    Parameters
    ----------
    judgement : Judgement
        What was found.

    Returns
    -------
    list of str
    """
    about = judgement.evaluation.about
    lines = [
        f"Judged: {counted(about['sentences'], 'sentence')} of {counted(about['documents'], 'document')}, "
        f"{about['coded']} with a theme.",
        "The model and its thresholds as they are; nothing was fitted to these sentences.",
        "In brackets: 95 % intervals, bootstrap over documents. undef. = undefined, not 0.",
    ]
    if about["documents"] == 1:
        lines.append("One document only: no interval can be given, and no figure says anything of others.")
    if judgement.authored:
        some = counted(judgement.authored, "authored sentence, which is", "authored sentences, which are")
        lines.append(f"Left out: {some} for training only.")
    if not judgement.fingerprint:
        lines += wrap(f"note: {UNKNOWN}", _ROOM)
    if judgement.seen:
        them = "it" if len(judgement.seen) == 1 else "them"
        some = counted(len(judgement.seen), "document")
        lines.append(f"Left out, for the model was trained on {them}: {some}.")
    for item in judgement.seen[:_LISTED]:
        why = f"{item.known} of its {counted(item.sentences, 'sentence')} known"
        why += ", and its name" if item.named else ""
        lines += [
            f"  {line}" for line in wrap(harmless(f"{item.source}: {item.document} ({why})"), _ROOM - 2)
        ]
    if len(judgement.seen) > _LISTED:
        lines.append(f"  and {len(judgement.seen) - _LISTED} more")
    for key in judgement.absent:
        text = f"note: {key}: no sentence here has it; if nobody looked for it, its figures mean nothing"
        lines += wrap(harmless(text), _ROOM)
    for name, rows in judgement.evaluation.scores.items():
        lines += ["", NAMES[name], *scores_table(rows, intervals=name == MODEL)]
        if name == MODEL:
            alarms, without = judgement.evaluation.alarms["all"]
            given = counted(alarms, "is given one", "are given one")
            lines.append(f"  Of {counted(without, 'sentence')} without a theme, {given}.")
    return lines
