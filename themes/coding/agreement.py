"""Agreement: how far two or more coders gave the same codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from themes.coding.labels import Label

RESAMPLES = 1000
"""Bootstrap resamples of documents by default."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of coders on one theme.

    Attributes
    ----------
    theme : str
        The theme's key.
    sentences : int
        Sentences with at least two codings.
    counts : dict of str to int
        How many sentences each coder gave the theme.
    raw : float or None
        Share of pairs of codings of a sentence that say the same, present or absent; None without sentences.
    alpha : float or None
        Krippendorff's alpha, nominal; None (undefined) where no coder, or every coder always, gave the theme.
    low, high : float or None
        Ends of its 95 % interval: percentiles over a bootstrap of whole documents. Resamples in
        which alpha is undefined are left out; None where fewer than half remain or there is one
        document only.
    """

    theme: str
    sentences: int
    counts: dict[str, int]
    raw: float | None
    alpha: float | None
    low: float | None
    high: float | None


def agreement(
    labels: Sequence[Label], keys: Sequence[str], *, resamples: int = RESAMPLES, seed: int = 0
) -> list[Agreement]:
    """Measure agreement on each theme over the sentences that at least two coders coded.

    Parameters
    ----------
    labels : sequence of Label
        Rows with the codes of each coder.
    keys : sequence of str
        The themes.
    resamples : int
        Bootstrap resamples of documents.
    seed : int
        Seed of the bootstrap.

    Returns
    -------
    list of Agreement
        One a theme, in the order of `keys`.

    Notes
    -----
    Alpha is that of Krippendorff, *Content Analysis* (4th ed., 2018), chapter 12, as computed by the
    library ``krippendorff``; those of the resamples are worked out from each document's coincidences.
    """
    coded = [label for label in labels if len(label.codes) >= 2]
    coders = sorted({name for label in coded for name in label.codes})
    documents = [f"{label.path}\0{label.document}" for label in coded]
    names, place = np.unique(np.array(documents, dtype=object), return_inverse=True)
    results = []
    for key in keys:
        codings = np.array(
            [
                [float(key in label.codes[name]) if name in label.codes else np.nan for label in coded]
                for name in coders
            ]
        ).reshape(len(coders), len(coded))
        alpha = _alpha(codings)
        low = high = None
        if alpha is not None and len(names) > 1:
            low, high = _interval(_coincidences(codings, place, len(names)), resamples, seed)
        counts = {name: int(np.nansum(row)) for name, row in zip(coders, codings, strict=True)}
        results.append(Agreement(key, len(coded), counts, _raw(codings), alpha, low, high))
    return results


def _alpha(codings: NDArray[np.float64]) -> float | None:
    import krippendorff

    if codings.size == 0 or np.unique(codings[~np.isnan(codings)]).size < 2:
        return None
    value: Any = krippendorff.alpha(
        reliability_data=codings, level_of_measurement="nominal", value_domain=[0, 1]
    )
    return float(value)


def _coincidences(
    codings: NDArray[np.float64], place: NDArray[np.intp], documents: int
) -> NDArray[np.float64]:
    """Give each document's coincidences: pairs of codings both absent, unlike, and both present.

    Krippendorff's coincidence matrix sums over sentences, so a resample's is the sum of its documents'.
    """
    ones = np.nansum(codings, axis=0)
    given = (~np.isnan(codings)).sum(axis=0)
    zeros = given - ones
    pairs = np.array([zeros * (zeros - 1), ones * zeros, ones * (ones - 1)]) / (given - 1)
    return np.array([np.bincount(place, row, documents) for row in pairs])


def _interval(
    coincidences: NDArray[np.float64], resamples: int, seed: int
) -> tuple[float | None, float | None]:
    rng = np.random.default_rng(seed)
    size = coincidences.shape[1]
    values = []
    for _ in range(resamples):
        absent, unlike, present = coincidences[:, rng.integers(size, size=size)].sum(axis=1).tolist()
        without, having = absent + unlike, present + unlike
        if without and having:
            values.append(1 - (without + having - 1) * unlike / (without * having))
    if not values or 2 * len(values) < resamples:
        return None, None
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def _raw(codings: NDArray[np.float64]) -> float | None:
    same = total = 0
    for column in codings.T:
        given = column[~np.isnan(column)]
        pairs = len(given) * (len(given) - 1) // 2
        ones = int(given.sum())
        zeros = len(given) - ones
        same += ones * (ones - 1) // 2 + zeros * (zeros - 1) // 2
        total += pairs
    return same / total if total else None
