"""Model parts: what a model folder holds, checked before it is used, for anyone may have altered it.

Every check raises ValueError, TypeError or KeyError; `themes.scoring.model.load_model` says which folder
it was. They are written to cost a few milliseconds: a model is checked whenever it is loaded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import chain, islice
from math import prod
from operator import lt
from typing import Any

import numpy as np
from numpy.typing import NDArray

_WIDEST_GAP = 64


def array_of(data: bytes, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Read an array from the bytes of an ``.npy`` file; no memory is taken before its shape is known.

    Parameters
    ----------
    data : bytes
        The file.
    shape : tuple of int
        The shape it must have.

    Returns
    -------
    ndarray of float64
        Not writable.

    Raises
    ------
    ValueError
        When it is no such array or holds a number that is not finite.
    """
    # What NumPy writes, and no more: its reader takes other kinds too, and evaluates what they say.
    start = 10 + int.from_bytes(data[8:10], "little")
    form = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}"
    if not data.startswith(b"\x93NUMPY\x01\x00") or data[10:start].rstrip() != form.encode():
        raise ValueError("an array is not of 64-bit floats, or does not fit the vocabulary and the themes")
    if len(data) - start != 8 * prod(shape):
        raise ValueError("an array is longer or shorter than it says")
    array = np.frombuffer(data, "<f8", offset=start).reshape(shape)
    if not np.isfinite(array).all():
        raise ValueError("an array holds a number that is not finite")
    return array


def vocabulary_of(data: bytes) -> list[str]:
    """Read the features, a line each; they must be sorted, each once, to be found by bisection."""
    features = data.decode().split("\n")
    if features.pop():
        raise ValueError("the last line of its vocabulary has no end")
    if not all(map(lt, features, islice(features, 1, None))):
        raise ValueError("its vocabulary is not sorted or names a feature twice")
    return features


def names_of(value: Any) -> dict[str, str]:
    """Take the themes' names by key."""
    if not isinstance(value, dict) or not value or not all(value):
        raise ValueError("its themes are not names by key")
    _texts(value.values())
    return value


def numbers_of(value: Any, keys: Iterable[str], most: float = np.inf) -> NDArray[np.float64]:
    """Take one finite number a theme, from 0 on where there is a most."""
    numbers = [value[key] for key in keys]
    if any(type(number) not in (int, float) for number in numbers):
        raise ValueError("an intercept or a threshold is not a number")
    array = np.array([float(number) for number in numbers])
    if not np.isfinite(array).all() or (most < np.inf and not ((array >= 0) & (array <= most)).all()):
        raise ValueError("an intercept or a threshold is out of bounds")
    return array


def cues_of(data: Any) -> dict[str, Any]:
    """Take compiled cues, as `themes.coding.matcher.CueMatcher.to_data` gave them."""
    cues, called, entries = data["cues"], data["called"], data["entries"]
    _lists((cues, called, entries))
    owners, patterns, unless, near, parts = zip(*cues, strict=True) if cues else ((),) * 5
    _texts(chain(owners, patterns, _flat(unless), _flat(near)))
    _within(parts, 1, len(entries) + 1)
    for table in (data["literals"], data["stems"]):
        _within(_flat(_table(table)), 0, len(called))
    _within(_flat(called), 0, len(entries))
    owning, part, needs, before, after = zip(*entries, strict=True) if entries else ((),) * 5
    _within(owning, 0, len(cues))
    _within(part, 0, len(entries))
    if not all(number < parts[cue] for cue, number in zip(owning, part, strict=True)):
        raise ValueError("a cue has more parts than it says")
    _within(_flat(needs), 0, len(called))
    steps = [*_flat(before), *_flat(after)]
    elements, gaps = zip(*steps, strict=True) if steps else ((), ())
    _within(elements, 0, len(called))
    _within(gaps, 0, _WIDEST_GAP)
    return dict(data)


def classes_of(data: Any) -> dict[str, Any]:
    """Take compiled word classes, as `themes.coding.lexicon.Lexicon.to_data` gave them."""
    keys = data["keys"]
    _lists((keys,))
    _texts(keys)
    for name in ("words", "stems"):
        _within(_flat(_table(data[name])), 0, len(keys))
    phrases = [
        phrase for name in ("pairs", "phrases", "phrase_stems") for phrase in _flat(_table(data[name]))
    ]
    tests, numbers = zip(*phrases, strict=True) if phrases else ((), ())
    _texts(_flat(tests))
    _within(numbers, 0, len(keys))
    return dict(data)


def _table(value: Any) -> Collection[Any]:
    if not isinstance(value, Mapping):
        raise ValueError("a table of its words is none")
    return value.values()


def _flat(lists: Collection[Any]) -> list[Any]:
    _lists(lists)
    return list(chain.from_iterable(lists))


def _lists(values: Iterable[Any]) -> None:
    if not set(map(type, values)) <= {list}:
        raise ValueError("a list of its words or cues is none")


def _texts(values: Iterable[Any]) -> None:
    if not set(map(type, values)) <= {str}:
        raise ValueError("a text of its words or cues is none")


def _within(numbers: Collection[Any], least: int, below: int) -> None:
    if not set(map(type, numbers)) <= {int}:
        raise ValueError("a number of its words or cues is none")
    if numbers and not least <= min(numbers) <= max(numbers) < below:
        raise ValueError("a number of its words or cues is out of bounds")
