"""Features: what the model counts in a sentence.

Five kinds, told apart by the sign in front:

``w:``
    the stem of a word,
``p:``
    the stems of two words side by side,
``c:``
    three to five letters in a row inside a word, its ends marked by spaces,
``q:``
    a cue phrase of the codebook: ``q:<owner>`` for any cue of a theme or context, ``q:<owner>:<cue>``
    for one cue, ``q:~<owner>`` for cues that the sentence mentions but a condition silences;
``k:``
    a class of words that the codebook lists, such as words for food.

Counts of the first three are weighed by inverse document frequency and divided by the square root of
the sentence's number of words; a cue or a class counts 1. What a word adds to a score is therefore its own
and does not hang on its neighbours, so that explanations are exact and words need be looked up once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from themes.coding.lexicon import Lexicon
from themes.coding.matcher import CueMatcher, Mention
from themes.text.stems import stem
from themes.text.words import words

SHORTEST, LONGEST = 3, 5
"""Lengths of the letter runs, in characters, with the spaces that mark a word's ends."""

LONGEST_WORD = 40


def padded_word(word: str) -> str:
    """Give the letters of which runs are taken: the first 40 of a word, a space on both sides."""
    return f" {word[:LONGEST_WORD]} "


def word_features(word: str) -> tuple[str, ...]:
    """Give the features of a word that do not hang on its neighbours: its stem and its letter runs.

    Parameters
    ----------
    word : str
        A normalised word (see `themes.text.words.normalise`). Letter runs are taken from its first 40
        characters.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> word_features("cold")
    ('w:cold', 'c: co', 'c:col', 'c:old', 'c:ld ', 'c: col', 'c:cold', 'c:old ', 'c: cold', 'c:cold ')
    """
    padded = padded_word(word)
    runs = [
        "c:" + padded[start : start + length]
        for length in range(SHORTEST, LONGEST + 1)
        for start in range(len(padded) - length + 1)
    ]
    return (f"w:{stem(word)}", *runs)


_kept_word_features = lru_cache(maxsize=1 << 14)(word_features)


def pair_feature(left: str, right: str) -> str:
    """Give the feature of two normalised words side by side.

    Parameters
    ----------
    left, right : str
        Normalised words.

    Returns
    -------
    str

    Examples
    --------
    >>> pair_feature("other", "rooms")
    'p:other room'
    """
    return f"p:{stem(left)} {stem(right)}"


def text_features(text: str) -> list[str]:
    """List the features of a sentence's words and pairs of words, as often as they occur.

    Parameters
    ----------
    text : str
        A sentence.

    Returns
    -------
    list of str
    """
    found = words(text)
    features = [feature for word in found for feature in _kept_word_features(word)]
    features += map(pair_feature, found, found[1:])
    return features


def cue_features(hits: Sequence[Mention]) -> list[str]:
    """List the features of the cues found in a sentence, each once.

    Parameters
    ----------
    hits : sequence of Mention
        What `themes.coding.matcher.CueMatcher.find` or its ``mentions`` gave.

    Returns
    -------
    list of str
        Sorted.
    """
    features: set[str] = set()
    for hit in hits:
        if hit.suppressed:
            features.add(f"q:~{hit.owner}")
        else:
            features.add(f"q:{hit.owner}")
            features.add(f"q:{hit.owner}:{hit.pattern}")
    return sorted(features)


def marks(found: Sequence[str], matcher: CueMatcher, lexicon: Lexicon) -> list[str]:
    """List the features of a sentence's cues and word classes, each once.

    Parameters
    ----------
    found : sequence of str
        The words of the sentence.
    matcher : CueMatcher
        The codebook's cues.
    lexicon : Lexicon
        The codebook's word classes.

    Returns
    -------
    list of str
    """
    return cue_features(matcher.find(found)) + [f"k:{key}" for key in lexicon.find(found)]


def length_scale(count: int) -> float:
    """Give the factor by which a sentence's word features are scaled, ``1 / sqrt(words)``.

    Parameters
    ----------
    count : int
        Words in the sentence.

    Returns
    -------
    float

    Examples
    --------
    >>> length_scale(16), length_scale(0)
    (0.25, 1.0)
    """
    return float(max(count, 1) ** -0.5)


_SCALES = np.array([length_scale(count) for count in range(257)])


def length_scales(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Give what `length_scale` gives for many sentences.

    Parameters
    ----------
    counts : ndarray of int
        Words of each sentence.

    Returns
    -------
    ndarray of the same shape

    Examples
    --------
    >>> length_scales(np.array([16, 0, 400])).tolist()
    [0.25, 1.0, 0.05]
    """
    longest = len(_SCALES) - 1
    scales = _SCALES[np.minimum(counts, longest)]
    for sentence in np.flatnonzero(counts > longest).tolist():
        scales[sentence] = length_scale(int(counts[sentence]))
    return scales
