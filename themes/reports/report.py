"""The report: all that is told of an evaluation."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, NamedTuple

from themes.coding.agreement import Agreement, agreement
from themes.coding.codebook import Codebook
from themes.coding.labels import Label
from themes.learning.compare import Comparison, compare_lines
from themes.learning.curve import Curve, curve_lines
from themes.learning.evaluation import Evaluation
from themes.learning.external import Judgement, judge_lines
from themes.learning.listing import report_lines
from themes.reports import findings
from themes.scoring.model import Model

_OUTSIDE = ("authored", "absent", "fingerprint")


class Ceiling(NamedTuple):
    """How far the coders of a source agree, and the model with the final codes of the same sentences."""

    source: str
    sentences: int
    coders: list[Agreement]
    model: list[Agreement]


@dataclass(frozen=True, eq=False)
class Report:
    """All that a page shows.

    Attributes
    ----------
    evaluation : Evaluation
        What was found.
    codebook : Codebook
        The themes.
    labels : list of Label
        All rows, for the agreement of coders.
    hashes : mapping of str to str
        SHA-256 of the label files.
    settings : mapping
        How the models were trained.
    date : str
        Day of the evaluation, as ``2026-11-21``.
    model : Model, optional
        The model of all rows, or the finished one that was judged, for its weightiest terms.
    judgement : Judgement, optional
        What the evaluation is of where a finished model was judged on an external test set.
    comparison : Comparison, optional
        With another evaluation.
    curve : Curve, optional
        Learning curves.
    model_digest : str
        SHA-256 of the ``SHA256SUMS`` of the finished model, or empty.
    """

    evaluation: Evaluation
    codebook: Codebook
    labels: list[Label]
    hashes: Mapping[str, str]
    settings: Mapping[str, Any]
    date: str
    model: Model | None = None
    judgement: Judgement | None = None
    comparison: Comparison | None = None
    curve: Curve | None = None
    model_digest: str = ""

    @cached_property
    def groups(self) -> dict[str, list[findings.Group]]:
        """The figures by source, by length and by document."""
        return findings.groups(self.evaluation, self.codebook.keys)

    @cached_property
    def pairs(self) -> list[findings.Pair]:
        """The pairs of themes that occur together or are confused."""
        return findings.pairs(self.evaluation.predictions, self.codebook.keys)

    @cached_property
    def ceilings(self) -> list[Ceiling]:
        """The agreement of coders on the sentences held out; a source coded once has none."""
        by_id = {p.id: p for p in self.evaluation.predictions}
        about, keys = self.evaluation.about, self.codebook.keys
        options = {"resamples": about["resamples"], "seed": about["seed"]}
        found = []
        for source in about["by_source"]:
            mine = [label for label in self.labels if label.source == source and len(label.codes) >= 2]
            mine = [label for label in mine if label.id in by_id]
            if mine:
                judged = [_as_coded(label, by_id[label.id].themes) for label in mine]
                coders, model = agreement(mine, keys, **options), agreement(judged, keys, **options)
                found.append(Ceiling(source, len(mine), coders, model))
        return found

    @property
    def without_ceiling(self) -> list[str]:
        """The sources judged of which the codes of two coders are not known."""
        known = {ceiling.source for ceiling in self.ceilings}
        return [source for source in self.evaluation.about["by_source"] if source not in known]

    @property
    def label_digest(self) -> str:
        """One SHA-256 for all label files: that of their names and digests, as ``sha256sum`` lists them."""
        lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(self.hashes.items()))
        return hashlib.sha256(lines.encode("utf-8", "surrogateescape")).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """Give the evaluation with its circumstances as plain data, fit for JSON.

        Returns
        -------
        dict
        """
        groups = {
            what: [group._asdict() | {"rows": [asdict(row) for row in group.rows]} for group in mine]
            for what, mine in self.groups.items()
        }
        ceilings = [
            c._asdict() | {who: [asdict(row) for row in getattr(c, who)] for who in ("coders", "model")}
            for c in self.ceilings
        ]
        told = self.evaluation.to_dict() | {
            "date": self.date,
            "settings": dict(self.settings),
            "labels_sha256": dict(self.hashes),
            "codebook_sha256": self.codebook.digest(),
            "groups": groups,
            "pairs": [pair._asdict() for pair in self.pairs],
            "agreement": ceilings,
        }
        if self.judgement:
            told["external"] = {name: getattr(self.judgement, name) for name in _OUTSIDE}
            told["external"]["model_sha256"] = self.model_digest
            told["external"]["seen"] = [asdict(item) for item in self.judgement.seen]
        if self.comparison:
            told["comparison"] = asdict(self.comparison)
        if self.curve:
            told["learning_curve"] = asdict(self.curve)
        return told

    def lines(self, bars: str = "") -> list[str]:
        """Set the report out for a terminal.

        Parameters
        ----------
        bars : str
            As for `themes.learning.listing.report_lines`.

        Returns
        -------
        list of str
        """
        lines = judge_lines(self.judgement) if self.judgement else report_lines(self.evaluation, bars=bars)
        if self.curve:
            lines += ["", "Learning curves", *curve_lines(self.curve)]
        if self.comparison:
            lines += ["", "Against the other evaluation", *compare_lines(self.comparison)]
        return lines


def _as_coded(label: Label, given: Sequence[str]) -> Label:
    codes = {"final": label.themes, "model": tuple(given)}
    return Label(
        label.id, label.document, label.index, "", label.themes, label.source, codes, path=label.path
    )
