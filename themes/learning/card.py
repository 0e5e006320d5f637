"""The model card: what a model is for, what it was made of and how good it is, as Markdown.

It is made from the manifest alone, so that whoever has a model folder can make it again. The front
matter has the form that the Hugging Face Hub reads.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from themes.coding.labels import AUTHORED
from themes.learning.evaluation import MODEL
from themes.learning.listing import NAMES
from themes.scoring.model import FORMAT, Model
from themes.terminal import counted, harmless

PROVENANCE = "provenance"
"""Where the manifest keeps who made the labels and under which rights."""

_UNDEFINED = "undefined"
_FIGURES = {
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "average_precision": "average precision",
}
_AVERAGES = {"micro": "micro average", "macro": "macro average", "samples": "average over sentences"}


@dataclass(frozen=True, slots=True)
class Provenance:
    """What no label file says of itself.

    Attributes
    ----------
    users, coders : str
        For whom the model is meant; who coded and wrote the sentences, and how.
    licence, rights : str
        Identifier of the licence as the Hub knows it; what it covers and what not.
    """

    users: str
    coders: str
    licence: str
    rights: str


OURS = Provenance(
    users="Researchers who code such texts by hand and want a first pass, and people in prevention and "
    "education who look for passages on a theme in accounts that they may use.",
    coders="All coders and authors are language models, known by number only; no person coded or wrote a "
    "sentence. Seed sentences were coded by two coders apart from one another, from the codebook alone; a "
    "third pass settled what they disagreed on. Field sentences say in other words what published pages say; "
    "part of them has a single coder. Authored sentences are invented: they are no testimony and report no "
    "event; their author coded them, and a second coder did so blind. Coders of one kind agree more easily "
    "than people would.",
    licence="apache-2.0",
    rights="Code, codebook, labels and authored sentences are under the Apache License 2.0. The seed "
    "documents are news reports and stay under their publishers' rights; `evaluation.json` quotes them.",
)
"""Of the labels that come with this project."""

UNKNOWN = Provenance(
    users="For whom, whoever trained this model did not state.",
    coders="Who coded the sentences, and how, whoever trained this model did not state.",
    licence="unknown",
    rights="No licence is stated for the labels and the model.",
)
"""Of any other labels; whoever trains on them may mend the card by hand."""

_ABOUT = """\
Says for each sentence of a text which of {count} themes of a codebook it expresses, if any, with a \
calibrated probability for each and the words that decided. One logistic regression a theme on words, letter \
runs, the codebook's cue phrases and word classes; it needs neither a network nor a graphics card.
"""

_USES = """\
## Intended use

Finding and counting passages on the codebook's themes, to be read by a person. {users}

## Out of scope

- **Judging people.** The model sorts sentences, never persons. It must not be used to decide or advise on \
anybody: not on credibility, intent, risk, asylum, prosecution, employment or access to a service.
- Telling whether what a sentence says is true, or whether its speaker means it.
- Acting on a text that no person has read, such as removing or reporting it.
- Watching what private persons write.
- Other languages, other subjects, and themes that the codebook does not define.

## Limits

- It sees one sentence at a time and counts words: irony, denial, and what only the sentence before makes \
clear escape it.
- Counts of sentences found are not shares of what people think or say; they carry the errors below.
- The figures hold for texts like those held out. Judge it on coded sentences of your own before use."""

_FILES = """\
## Files

Format {format}: `manifest.json` (all that is said here), `vocabulary.txt` (a feature a line), `idf.npy` \
and `coefficients.npy` (float64), `scoring.json` (thresholds, intercepts, cue phrases and word classes), \
`SHA256SUMS`. Nothing in it \
is code and nothing is unpickled. Under `training` the manifest names the training documents and holds \
digests of the training sentences, by which they are known again when the model is judged elsewhere. Where \
it was evaluated, `evaluation.json` holds every held-out prediction with its sentence; a package of the \
program leaves it out.

## Licence
"""


def with_card(model: Model, provenance: Provenance) -> tuple[Model, str]:
    """Put the provenance into a model, and write its card.

    Parameters
    ----------
    model : Model
        As trained.
    provenance : Provenance
        `OURS` for the labels of this project only.

    Returns
    -------
    model : Model
        With the provenance in its manifest.
    card : str
        To stand beside it as ``README.md``.
    """
    model = replace(model, about={**model.about, PROVENANCE: asdict(provenance)})
    manifest = {
        "format": FORMAT,
        "themes": model.names,
        "thresholds": dict(zip(model.keys, model.thresholds.tolist(), strict=True)),
        "features": len(model.vocabulary),
        **model.about,
    }
    return model, model_card(manifest)


def model_card(manifest: Mapping[str, Any]) -> str:
    """Write the card of a model.

    Parameters
    ----------
    manifest : mapping
        What ``manifest.json`` of the model folder holds.

    Returns
    -------
    str
        Markdown with YAML front matter, ending in a line break.
    """
    provenance = Provenance(**manifest.get(PROVENANCE, asdict(UNKNOWN)))
    lines = [
        *_front(manifest, provenance),
        f"# {_plain(manifest['codebook']['title'])}",
        "",
        _ABOUT.format(count=len(manifest["themes"])),
        *_table(["theme", "name"], [[f"`{key}`", _plain(name)] for key, name in manifest["themes"].items()]),
        _USES.format(users=provenance.users),
        *_limits(manifest),
        *_labels(manifest, provenance),
        *_training(manifest),
        *_evaluation(manifest),
        *_thresholds(manifest),
        _FILES.format(format=manifest["format"]),
        provenance.rights,
    ]
    return "\n".join(lines) + "\n"


def _front(manifest: Mapping[str, Any], provenance: Provenance) -> Iterator[str]:
    book = manifest["codebook"]
    yield from ("---", f"license: {_quoted(provenance.licence)}")
    if book.get("language"):
        yield from ("language:", f"- {_quoted(book['language'])}")
    yield from ("pipeline_tag: text-classification", "library_name: themes", "tags:")
    tags = ("multi-label", "content-analysis", "codebook", "logistic-regression", "explainable")
    yield from (f"- {tag}" for tag in tags)
    found = list(_macro_figures(manifest))
    if found:
        yield from ("metrics:", *(f"- {kind}" for kind in dict.fromkeys(kind for kind, _, _ in found)))
        sources = ", ".join(manifest["evaluation"]["about"]["by_source"])
        yield from ("model-index:", f"- name: {_quoted(book['title'])}", "  results:")
        yield from ("  - task:", "      type: text-classification", "      name: multi-label, by sentence")
        yield from ("    dataset:", "      type: themes-labels")
        yield from (f"      name: {_quoted(f'held out: {sources}')}", "    metrics:")
        for kind, name, value in found:
            yield from (f"    - type: {kind}", f"      name: {name}", f"      value: {value:.4f}")
    yield from ("---", "")


def _macro_figures(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str, float]]:
    rows = (manifest["evaluation"] or {}).get("scores", {}).get(MODEL, {})
    for field, name in _FIGURES.items():
        for average in ("macro", "micro"):
            value = rows.get(average, {}).get(field, [None])[0]
            if value is not None:
                yield field, f"{average} {name}", value


def _limits(manifest: Mapping[str, Any]) -> list[str]:
    alarms, without = (manifest["evaluation"] or {}).get("false_alarms", {}).get("all", [0, 0])
    some = f"- Of {counted(without, 'held-out sentence')} without a theme, "
    found = [some + counted(alarms, "was given one.", "were given one.")] * bool(without)
    return [*found, *(f"- `{key}`: {_plain(note)}." for key, note in manifest["notes"].items()), ""]


def _labels(manifest: Mapping[str, Any], provenance: Provenance) -> list[str]:
    keys = list(manifest["themes"])
    counts = manifest["labels"]["counts"]
    columns = ("documents", "sentences", *keys, "none")
    rows = [[_plain(source), *(str(row[name]) for name in columns)] for source, row in counts.items()]
    authored = " Of authored sentences, the documents are their authors." * (AUTHORED in counts)
    return [
        "## Labels\n",
        *_table(["source", "documents", "sentences", *(f"`{key}`" for key in keys), "no theme"], rows),
        f"A sentence may have several themes.{authored} {provenance.coders}",
        "",
    ]


def _training(manifest: Mapping[str, Any]) -> list[str]:
    settings = manifest["settings"]
    weights = ", ".join(f"{kind} {value:g}" for kind, value in settings["weights"].items())
    strengths = ", ".join(f"{value:g}" for value in settings["strengths"])
    versions = ", ".join(f"{name} {version}" for name, version in manifest["libraries"].items())
    return [
        "## Training\n",
        f"- {counted(manifest['features'], 'feature', style=',')}; a word feature must stand in "
        f"{counted(settings['rarest'], 'sentence')}.",
        f"- Weights of the kinds (w stems, p pairs, c letter runs, q cues, k word classes): {weights}.",
        f"- Inverse strength of regularisation {manifest['strength']:g}, chosen from {strengths}; strength, "
        f"calibration and thresholds are chosen on {settings['folds']} folds of whole documents inside the "
        "training sentences.",
        f"- themes {manifest['version']}, {versions}; codebook {_plain(manifest['codebook']['version'])}.",
        "",
    ]


def _evaluation(manifest: Mapping[str, Any]) -> list[str]:
    evaluation = manifest["evaluation"] or {}
    scores, about = evaluation.get("scores", {}), evaluation.get("about", {})
    if not scores or about.get("undefined"):
        return ["## Evaluation", "", "This model was not evaluated.", ""]
    rows = []
    for key, row in scores[MODEL].items():
        values = [_shown(row[field], key in ("micro", "samples")) for field in _FIGURES]
        rows.append([_AVERAGES.get(key, f"`{key}`"), str(row["support"]), *values])
    judged = f"{counted(about['sentences'], 'real sentence')} of {counted(about['documents'], 'document')}"
    lines = [
        "## Evaluation\n",
        f"{judged}, judged in {counted(about['folds'], 'fold')} "
        "by models that never saw their document or a near-copy; authored sentences are never judged. "
        f"In brackets: {about['interval']}.\n",
        *_table(["theme", "support", *_FIGURES.values()], rows),
        "The same folds, macro averages:\n",
    ]
    macro = {NAMES.get(name, name): row["macro"] for name, row in scores.items()}
    others = [[name, *(_shown(row[field]) for field in _FIGURES)] for name, row in macro.items()]
    return [*lines, *_table(["", *_FIGURES.values()], others)]


def _shown(figure: Sequence[float | None], empty: bool = False) -> str:
    value, low, high = figure
    if value is None:
        return "" if empty else _UNDEFINED
    return f"{value:.2f}" if low is None else f"{value:.2f} [{low:.2f}–{high:.2f}]"


def _thresholds(manifest: Mapping[str, Any]) -> list[str]:
    scores = (manifest["evaluation"] or {}).get("scores", {}).get(MODEL, {})
    rows = []
    for key, threshold in manifest["thresholds"].items():
        error = scores.get(key, {}).get("calibration_error")
        rows.append([f"`{key}`", f"{threshold:.3f}", _UNDEFINED if error is None else f"{error:.3f}"])
    return [
        "## Thresholds and calibration\n",
        "A theme is given from its threshold on. Calibration error: expected, over ten bins.\n",
        *_table(["theme", "threshold", "calibration error"], rows),
    ]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [*(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)), ""]


def _plain(text: str) -> str:
    """Make a text harmless in Markdown, in a table's cell above all."""
    for sign in "\\|<>*_`[]":
        text = text.replace(sign, f"\\{sign}")
    return harmless(text)


def _quoted(text: str) -> str:
    """Quote a text for YAML, of whose double-quoted form JSON's is a part."""
    return json.dumps(harmless(text), ensure_ascii=False)
