"""Findings: what held-out predictions say to somebody who has to decide, as data and as plain sentences."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, permutations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from themes.coding.balance import JUDGE
from themes.coding.check import JUDGE_DOCUMENTS
from themes.learning.evaluation import Evaluation, Prediction
from themes.learning.metrics import AVERAGES, Figure, Scores, draw_weights, score
from themes.scoring.results import Reason
from themes.text.words import words

_COUNTED = 10
"""Sentences below which a share is told as a count: "2 of the 3" claims less than "7 in 10"."""

_READ = ((0.5, "half as many"), (1, "as many as now"), (2, "twice as many"), (4, "four times as many"))


class Mistake(NamedTuple):
    """A held-out sentence that was wrongly given a theme, or that has it and was missed."""

    prediction: Prediction
    probability: float
    threshold: float
    reasons: list[Reason]
    before: str
    after: str


class Choice(NamedTuple):
    """What another threshold would give: sentences marked, and those of them that have the theme."""

    name: str
    threshold: float
    marked: int
    hits: int


class Pair(NamedTuple):
    """Two themes: sentences that have both, are given both, or have one and are given the other for it."""

    first: str
    second: str
    truth: int
    given: int
    first_as_second: int
    second_as_first: int


class Group(NamedTuple):
    """The figures of some of the sentences: theme by theme, then micro, macro and samples."""

    name: str
    sentences: int
    documents: int
    rows: list[Scores]


@dataclass(frozen=True, eq=False)
class Arrays:
    """Held-out predictions as arrays of shape (sentences, themes)."""

    truth: NDArray[np.bool_]
    given: NDArray[np.float64]
    scores: NDArray[np.float64]


def arrays(predictions: Sequence[Prediction], keys: Sequence[str]) -> Arrays:
    """Set predictions out as arrays, one column a theme in the order of `keys`."""
    rows = [[(key in p.truth, key in p.themes, p.probabilities[key]) for key in keys] for p in predictions]
    cube = np.array(rows, dtype=float).reshape(len(predictions), len(keys), 3)
    return Arrays(cube[..., 0] > 0, cube[..., 1], cube[..., 2])


def share(part: int, whole: int) -> str:
    """Say a share in words.

    Examples
    --------
    >>> share(2, 3), share(21, 30), share(29, 30), share(30, 30)
    ('2 of the 3', '7 in 10', 'more than 9 in 10', 'all 30')
    """
    if part == 0 or part == whole:
        return "the only one" if part == whole == 1 else f"all {whole}" if part else f"none of the {whole}"
    if whole < _COUNTED:
        return f"{part} of the {whole}"
    tenths = round(10 * part / whole)
    return "fewer than 1 in 10" if tenths < 1 else "more than 9 in 10" if tenths > 9 else f"{tenths} in 10"


def verdict(row: Scores, documents: int) -> str:
    """Say in a sentence or two what the figures of a theme mean for somebody who reads what is marked.

    Parameters
    ----------
    row : Scores
        The model's figures of the theme.
    documents : int
        Documents in which the theme occurs.

    Returns
    -------
    str
    """
    marked = round(row.predicted)
    if not row.support:
        told = f" The {plural(marked, 'sentence')} it marks {'is' if marked == 1 else 'are all'} wrong."
        return "Undefined: no sentence judged has this theme." + (told if marked else "")
    hits = round((row.recall.value or 0) * row.support)
    found = f"Finds {share(hits, row.support)} sentences that have it; "
    if row.support == 1:
        found = "Finds the only sentence that has it; " if hits else "Misses the only sentence that has it; "
    if marked:
        right = "is" if marked == 1 or hits == marked == 1 else "are"
        found += f"of those it marks, {share(hits, marked)} {right} right."
    else:
        found += "it marks none, so how many would be right is undefined."
    examples = f" {plural(row.support, 'example')} in {plural(documents, 'document')}"
    return found + examples + _spread(row) + "."


def _spread(row: Scores) -> str:
    ranges = [(name, _range(figure)) for name, figure in (("found", row.recall), ("right", row.precision))]
    known = [f"{text} in 10 {name}" for name, text in ranges if text]
    told = f": with other documents it might be {' and '.join(known)}" if known else ""
    unknown = [name for name, text in ranges if not text]
    if unknown:
        told += f"{';' if told else ':'} too few to say how far off the share {' or '.join(unknown)} may be"
    return told


def _range(figure: Figure) -> str:
    """Say an interval in tenths, rounded outwards."""
    if figure.low is None or figure.high is None:
        return ""
    low, high = math.floor(10 * figure.low + 1e-9), math.ceil(10 * figure.high - 1e-9)
    return f"{low} to {high}"


def plural(count: int, noun: str) -> str:
    """Give a count with its noun, as in ``1 document`` and ``2 documents``."""
    return f"{count:,} {noun}{'s' * (count != 1)}"


def documents_with(predictions: Sequence[Prediction], key: str) -> int:
    """Count the documents in which a theme occurs."""
    return len({p.document for p in predictions if key in p.truth})


def caution(support: int, documents: int) -> str:
    """Say why the figures of a theme carry no claim; empty where they can."""
    short = []
    if support < JUDGE:
        short.append(f"{plural(support, 'example')} (of at least {JUDGE})")
    if documents < JUDGE_DOCUMENTS:
        short.append(f"{plural(documents, 'document')} with it (of at least {JUDGE_DOCUMENTS})")
    return f"Too little to carry a claim: {' and '.join(short)}." if short else ""


def why_undefined(row: Scores, what: str) -> str:
    """Say why ``precision``, ``recall``, ``f1`` or ``average_precision`` of a row is undefined."""
    if row.name == "macro":
        return "for every theme"
    if row.name in AVERAGES:
        return "none given" if what == "precision" else "none to find"
    return "nothing was given it" if what == "precision" else "no sentence has it"


def judgement(figure: Figure) -> str:
    """Say what an interval of differences shows: ``better``, ``worse``, ``not shown`` or ``undefined``."""
    if figure.value is None or figure.low is None or figure.high is None:
        return "undefined"
    return "better" if figure.low > 0 else "worse" if figure.high < 0 else "not shown"


def choices(truth: NDArray[np.bool_], scores: NDArray[np.float64], given: int) -> list[Choice]:
    """List what other thresholds would give to somebody who can read fewer or more sentences.

    Parameters
    ----------
    truth, scores : ndarray, shape (m,)
        Of one theme.
    given : int
        Sentences marked now; where there are none, as many as have the theme are taken for it.

    Returns
    -------
    list of Choice
        Sentences of the same probability are marked together, so that counts may exceed those asked for.
    """
    order = np.argsort(-scores, kind="stable")
    last = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))[: len(order)]
    hits, base = np.cumsum(truth[order]), given or int(truth.sum())
    found: dict[int, Choice] = {}
    for factor, name in _READ if base and len(order) else ():
        wanted = min(max(round(base * factor), 1), len(order))
        end = int(last[np.searchsorted(last, wanted - 1)])
        named = name if given else f"{name.removesuffix(' as now')} as have it" if factor == 1 else name
        found.setdefault(end, Choice(named, float(scores[order[end]]), end + 1, int(hits[end])))
    return list(found.values())


def mistakes(evaluation: Evaluation, key: str) -> tuple[list[Mistake], list[Mistake]]:
    """List every sentence wrongly given a theme, and every one that was missed, the most wrong first."""
    beside = _neighbours(evaluation.predictions)
    wrong: list[Mistake] = []
    missed: list[Mistake] = []
    for i, p in enumerate(evaluation.predictions):
        if (key in p.truth) == (key in p.themes):
            continue
        threshold = evaluation.about["thresholds"][p.fold][key]
        mistake = Mistake(p, p.probabilities[key], threshold, p.reasons.get(key, []), *beside[i])
        (missed if key in p.truth else wrong).append(mistake)
    wrong.sort(key=lambda mistake: -mistake.probability)
    missed.sort(key=lambda mistake: mistake.probability)
    return wrong, missed


def _neighbours(predictions: Sequence[Prediction]) -> list[tuple[str, str]]:
    places: dict[str, list[int]] = defaultdict(list)
    for i, p in enumerate(predictions):
        places[p.document].append(i)
    beside = [("", "")] * len(predictions)
    for mine in places.values():
        mine.sort(key=lambda i: predictions[i].index)
        texts = ["", *(predictions[i].sentence for i in mine), ""]
        for at, i in enumerate(mine):
            beside[i] = texts[at], texts[at + 2]
    return beside


def pairs(predictions: Sequence[Prediction], keys: Sequence[str]) -> list[Pair]:
    """List the pairs of themes that occur together or are confused, the most confused first."""
    truth: Counter[tuple[str, str]] = Counter()
    given, confused = truth.copy(), truth.copy()
    for p in predictions:
        truth.update(permutations(p.truth, 2))
        given.update(permutations(p.themes, 2))
        missed = [key for key in p.truth if key not in p.themes]
        confused.update((a, b) for a in missed for b in p.themes if b not in p.truth)
    rows = [
        Pair(a, b, truth[a, b], given[a, b], confused[a, b], confused[b, a]) for a, b in combinations(keys, 2)
    ]
    rows = [pair for pair in rows if any(pair[2:])]
    return sorted(rows, key=lambda pair: (-pair[4] - pair[5], -pair.truth, -pair.given))


def groups(evaluation: Evaluation, keys: Sequence[str]) -> dict[str, list[Group]]:
    """Judge the sentences of each source, of each length and of each document by themselves.

    Returns
    -------
    dict of str to list of Group
        ``source``, ``length`` (quarters by the number of words) and ``document``.
    """
    predictions = evaluation.predictions
    sizes = [len(words(p.sentence)) for p in predictions]
    edges = np.unique(np.quantile(sizes, [0.25, 0.5, 0.75, 1]).astype(int)) if sizes else np.zeros(0, int)
    starts = [0, *(edges[:-1] + 1).tolist()]
    spans = [
        f"{low} to {high} words" if low < high else plural(high, "word")
        for low, high in zip(starts, edges.tolist(), strict=False)
    ]
    # A document is known by its name: its rows may lie in several label files.
    sources: dict[str, str] = {}
    for source, document in sorted({(p.source, p.document) for p in predictions}):
        sources[document] = f"{sources[document]}, {source}" if document in sources else source
    names = {
        "source": [p.source for p in predictions],
        "length": [spans[i] for i in np.searchsorted(edges, sizes)],
        "document": [f"{sources[p.document]}: {p.document}" for p in predictions],
    }
    orders = {
        "source": sorted(set(names["source"])),
        "length": spans,
        "document": sorted(set(names["document"])),
    }
    return {
        what: [
            _group(evaluation, keys, name, [i for i, mine in enumerate(names[what]) if mine == name])
            for name in orders[what]
            if name in names[what]
        ]
        for what in names
    }


def _group(evaluation: Evaluation, keys: Sequence[str], name: str, places: list[int]) -> Group:
    mine = [evaluation.predictions[i] for i in places]
    documents = [p.document for p in mine]
    held = arrays(mine, keys)
    draws = draw_weights(documents, evaluation.about["resamples"], evaluation.about["seed"])
    return Group(
        name, len(mine), len(set(documents)), score(keys, held.truth, held.given, held.scores, draws)
    )
