"""The audit of label files: what is wrong, what is too little, what a model could cheat by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from themes.coding.balance import ERROR, JUDGE, NOTE, WARNING, Finding, balance
from themes.coding.codebook import Codebook
from themes.coding.copies import Pairs, find_copies
from themes.coding.labels import Label, uncoded_files, unknown_codes
from themes.coding.misfires import misfires
from themes.inputs.files import decode, read_bytes
from themes.inputs.reading import Document
from themes.terminal import counted
from themes.text.furniture import LeftOut, part
from themes.text.near import shared_runs

LEARN = 20
"""Examples below which a theme is too small to learn from."""

JUDGE_DOCUMENTS = 5
"""Documents with the theme below which its figures carry no claim."""

_LISTED = 5


@dataclass(frozen=True, slots=True)
class Audit:
    """The result of an audit.

    Attributes
    ----------
    counts : dict of str to dict of str to int
        By source, then by theme: sentences; also ``sentences`` and ``none``.
    findings : list of Finding
        Errors first.
    left_out : list of LeftOut
        Page furniture of the documents, which no label file contains.
    """

    counts: dict[str, dict[str, int]]
    findings: list[Finding] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def errors(self) -> int:
        """The number of errors."""
        return sum(finding.level == ERROR for finding in self.findings)


def audit(
    labels: Sequence[Label],
    codebook: Codebook,
    documents: Path | None = None,
    codebook_path: Path | None = None,
) -> Audit:
    """Audit coded sentences.

    Parameters
    ----------
    labels : sequence of Label
        The rows of all label files.
    codebook : Codebook
        The themes allowed.
    documents : Path, optional
        Folder of the documents; rows whose document has a file there are compared with it.
    codebook_path : Path, optional
        The codebook's file; its cues are tried on the sentences beside them where it is given.

    Returns
    -------
    Audit
    """
    left_out: list[LeftOut] = []
    findings = [
        *_cues(codebook, codebook_path),
        *_ids(labels),
        *_places(labels),
        *_themes(labels, codebook),
        *_texts(labels, documents, left_out),
        *_uncoded(labels),
        *_unsettled(labels),
        *_copies(labels),
        *_sizes(labels, codebook),
        *balance(labels, codebook.keys),
    ]
    rank = {ERROR: 0, WARNING: 1, NOTE: 2}
    findings.sort(key=lambda finding: rank[finding.level])
    return Audit(_counts(labels, codebook), findings, left_out)


def _counts(labels: Sequence[Label], codebook: Codebook) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for source in dict.fromkeys(label.source for label in labels):
        mine = [label for label in labels if label.source == source]
        counts[source] = {
            "documents": len({label.document for label in mine}),
            "sentences": len(mine),
            **{key: sum(key in label.themes for label in mine) for key in codebook.keys},
            "none": sum(not label.themes for label in mine),
        }
    return counts


def _cues(codebook: Codebook, path: Path | None) -> Iterator[Finding]:
    if path is not None:
        for misfire in misfires(codebook):
            yield Finding(ERROR, f"{path}, line {misfire.line(path)}: {misfire.reason}")


def _ids(labels: Sequence[Label]) -> Iterator[Finding]:
    first: dict[str, Label] = {}
    for label in labels:
        if not label.id:
            yield Finding(ERROR, f"{_place(label)}: has no id")
        elif label.id in first:
            yield Finding(ERROR, f"{_place(label)}: id {label.id!r} is taken by {_place(first[label.id])}")
        else:
            first[label.id] = label


def _places(labels: Sequence[Label]) -> Iterator[Finding]:
    first: dict[tuple[str, str, int], Label] = {}
    for label in labels:
        other = first.setdefault((label.source, label.document, label.index), label)
        if other is not label:
            what = f"sentence {label.index} of {label.document}"
            yield Finding(ERROR, f"{_place(label)}: {what} stands in {_place(other)} too; leave one out")


def _themes(labels: Sequence[Label], codebook: Codebook) -> Iterator[Finding]:
    for label, column, theme in unknown_codes(labels, codebook.keys):
        known = ", ".join(codebook.keys)
        yield Finding(ERROR, f"{_place(label)}: {column} has the unknown theme {theme!r} (known are {known})")
    for label in labels:
        for column, themes in {"final": label.themes, **label.codes}.items():
            if len(set(themes)) < len(themes):
                yield Finding(ERROR, f"{_place(label)}: {column} names a theme twice")


def _texts(labels: Sequence[Label], documents: Path | None, left_out: list[LeftOut]) -> Iterator[Finding]:
    if documents is None or not documents.is_dir():
        return
    by_document: dict[str, list[Label]] = defaultdict(list)
    for label in labels:
        if label.held_out:
            by_document[label.document].append(label)
    for name, mine in by_document.items():
        path = documents / name
        if Path(name).name != name or not path.is_file():
            continue
        sentences, furniture = part(Document(name, decode(read_bytes(path), "utf-8", path)))
        left_out += furniture
        texts = {sentence.index: sentence.text for sentence in sentences}
        for label in mine:
            if label.index not in texts:
                yield Finding(
                    ERROR, f"{_place(label)}: {name} has no sentence {label.index}, or it is page furniture"
                )
            elif texts[label.index] != label.sentence:
                yield Finding(
                    ERROR, f"{_place(label)}: the text is not that of sentence {label.index} of {name}"
                )
        missing = sorted(set(texts) - {label.index for label in mine})
        if missing:
            numbers = ", ".join(map(str, missing[:_LISTED]))
            more = " ..." if len(missing) > _LISTED else ""
            some = counted(len(missing), "of its sentences is not coded", "of its sentences are not coded")
            yield Finding(WARNING, f"{name}: {some} ({numbers}{more})")


def _uncoded(labels: Sequence[Label]) -> Iterator[Finding]:
    for path in uncoded_files(labels):
        yield Finding(
            WARNING,
            f"{path}: final is empty in every row; is it coded? code the sentences, then settle final",
        )


def _unsettled(labels: Sequence[Label]) -> Iterator[Finding]:
    for label in labels:
        given = {theme for themes in label.codes.values() for theme in themes}
        agreed = bool(label.codes) and all(themes == label.themes for themes in label.codes.values())
        if given and not label.themes and not agreed and not label.note.strip():
            codes = "|".join(sorted(given))
            yield Finding(
                WARNING, f"{_place(label)}: coders gave {codes}, final is empty and no note says why"
            )


def _copies(labels: Sequence[Label]) -> Iterator[Finding]:
    copies = find_copies(labels)
    for a, b in copies.clashes:
        yield Finding(ERROR, f"{_place(b)}: same text as {_place(a)}, but other themes")
    yield from _listed(copies.same, "sentence stands twice", "sentences stand twice")
    for pairs, where in ((copies.across, "sources"), (copies.documents, "documents")):
        rest = f"across {where} (kept on one side of every fold)"
        yield from _listed(pairs, f"near-copy {rest}", f"near-copies {rest}")
    authored = [label for label in labels if not label.held_out]
    real = [label for label in labels if label.held_out]
    shared = shared_runs([a.sentence for a in authored], [r.sentence for r in real])
    runs = [(authored[i], real[j]) for i, j, _ in shared]
    rest = "a run of six words with a real one"
    yield from _listed(
        Pairs(len(runs), runs[:_LISTED]),
        f"authored sentence shares {rest}",
        f"authored sentences share {rest}",
    )


def _listed(pairs: Pairs, one: str, many: str) -> Iterator[Finding]:
    if pairs.count:
        some = "; ".join(f"{a.id} ~ {b.id}" for a, b in pairs.first)
        more = " ..." if pairs.count > len(pairs.first) else ""
        yield Finding(WARNING, f"{counted(pairs.count, one, many)}: {some}{more}")


def _sizes(labels: Sequence[Label], codebook: Codebook) -> Iterator[Finding]:
    for key in codebook.keys:
        with_theme = [label for label in labels if key in label.themes]
        real = [label for label in with_theme if label.held_out]
        places = {(label.source, label.document) for label in real}
        if len(with_theme) < LEARN:
            few = counted(len(with_theme), "example is", "examples are")
            yield Finding(WARNING, f"{key}: {few} too few to learn from (under {LEARN})")
        if len(real) < JUDGE or len(places) < JUDGE_DOCUMENTS:
            few = f"{counted(len(real), 'real example')} in {counted(len(places), 'document')}"
            yield Finding(
                WARNING,
                f"{key}: {few} {'is' if len(real) == 1 else 'are'} too few for figures that carry a claim "
                f"(under {JUDGE}, or under {JUDGE_DOCUMENTS} documents)",
            )


def _place(label: Label) -> str:
    return f"{label.path}, line {label.line}"
