"""Stems: the part of an English word that its inflected and derived forms share.

The algorithm is the English stemmer ("Porter2") that Martin Porter describes at
https://snowballstem.org/algorithms/english/stemmer.html, in the version before the revisions of 2023 to 2025.
The stems are exactly those of NLTK 3.10.4's ``SnowballStemmer("english")``, without importing NLTK; where
that departs from the description, a comment says so.
"""

from __future__ import annotations

import re
from functools import lru_cache

# A word under way, and how many letters at its end make up the regions R1 and R2.
_State = tuple[str, int, int]
# Suffix: letters to take off, letters to put on.
_Rules = dict[str, tuple[int, str]]

# The public tables also feed the compiled stemmer, `themes.text.stemkernels`.
VOWELS = "aeiouy"
CURLY_APOSTROPHES = "‘’‛"
IRREGULAR_STARTS = ("gener", "commun", "arsen")
DOUBLES = ("bb", "dd", "ff", "gg", "mm", "nn", "pp", "rr", "tt")

_VOWEL = re.compile(f"[{VOWELS}]")
_REGION = re.compile(f"[{VOWELS}][^{VOWELS}]")
_VOWEL_AND_Y = re.compile(f"([{VOWELS}])y")
_APOSTROPHES = str.maketrans(dict.fromkeys(CURLY_APOSTROPHES, "'"))
_IRREGULAR_R1 = re.compile("|".join(IRREGULAR_STARTS))

_IRREGULAR = """
skis:ski skies:sky dying:die lying:lie tying:tie idly:idl gently:gentl ugly:ugli early:earli only:onli
singly:singl inning:inning innings:inning outing:outing outings:outing canning:canning cannings:canning
herring:herring herrings:herring earring:earring earrings:earring proceed:proceed proceeds:proceed
proceeded:proceed proceeding:proceed exceed:exceed exceeds:exceed exceeded:exceed exceeding:exceed
succeed:succeed succeeds:succeed succeeded:succeed succeeding:succeed sky:sky news:news howe:howe
atlas:atlas cosmos:cosmos bias:bias andes:andes
"""
EXCEPTIONS = dict(entry.split(":") for entry in _IRREGULAR.split())

# Of several suffixes that a word ends in, the longest alone counts: the tables run from long to short.
STEP_2: _Rules = {
    "ization": (7, "ize"),
    "ational": (7, "ate"),
    "fulness": (4, ""),
    "ousness": (7, "ous"),
    "iveness": (7, "ive"),
    "tional": (2, ""),
    "biliti": (6, "ble"),
    "lessli": (2, ""),
    "entli": (2, ""),
    "ation": (5, "ate"),
    "alism": (5, "al"),
    "aliti": (5, "al"),
    "ousli": (5, "ous"),
    "iviti": (5, "ive"),
    "fulli": (2, ""),
    "enci": (1, "e"),
    "anci": (1, "e"),
    "abli": (1, "e"),
    "izer": (4, "ize"),
    "ator": (4, "ate"),
    "alli": (4, "al"),
    "bli": (3, "ble"),
    "ogi": (1, ""),
    "li": (2, ""),
}
STEP_3: _Rules = {
    "ational": (7, "ate"),
    "tional": (2, ""),
    "alize": (3, ""),
    "icate": (5, "ic"),
    "iciti": (5, "ic"),
    "ative": (5, ""),
    "ical": (4, "ic"),
    "ness": (4, ""),
    "ful": (3, ""),
}
SUFFIXES_1B = ("eedly", "ingly", "edly", "eed", "ing", "ed")
_SUFFIXES_2 = tuple(STEP_2)
_SUFFIXES_3 = tuple(STEP_3)
_STEP_4 = "ement ance ence able ible ment ant ent ism ate iti ous ive ize ion al er ic"
SUFFIXES_4 = tuple(_STEP_4.split())
# Letters of which one must stand before the suffix.
BEFORE = {"ogi": "l", "li": "cdeghkmnrt", "ion": "st"}
# An oddity of NLTK: where R2 is shorter than one of these suffixes of step 2, it comes to hold the new e.
NEW_R2 = ("ational", "ation", "ator", "iveness", "iviti")
# The suffix of step 3 that must be in R2.
IN_R2 = "ative"
# Beyond this a word is no word, and keeping it would let odd input fill the memory.
_LONGEST_KEPT = 40


def stem(word: str) -> str:
    """Reduce an English word to its stem.

    A word that is not in lower case is put in lower case first, and curly apostrophes count as straight ones,
    except in words of one or two characters, which come back in lower case but otherwise unchanged.

    Parameters
    ----------
    word : str
        A word.

    Returns
    -------
    str
        The stem, which need not be a word. A word of apostrophes and little else may have the empty stem.

    Examples
    --------
    >>> [stem(word) for word in ("disillusioned", "disillusionment", "fighters", "fighter's")]
    ['disillus', 'disillusion', 'fighter', 'fighter']
    """
    return _stem(word) if len(word) > _LONGEST_KEPT else _cached_stem(word)


def _stem(word: str) -> str:
    """Work out a stem."""
    word = word.lower()
    if len(word) <= 2:
        return word
    if word in EXCEPTIONS:
        return EXCEPTIONS[word]
    state = _step_1a(_step_0(_start(word)))
    state = _step_1c(_step_1b(state))
    state = _step_4(_step_3(_step_2(state)))
    return _step_5(state).replace("Y", "y")


_cached_stem = lru_cache(maxsize=1 << 16)(_stem)


def _start(word: str) -> _State:
    """Mark each y that is a consonant, and find the regions."""
    word = word.translate(_APOSTROPHES).removeprefix("'")
    if word.startswith("y"):
        word = "Y" + word[1:]
    word = _VOWEL_AND_Y.sub(r"\1Y", word)
    irregular = _IRREGULAR_R1.match(word)
    r1 = irregular.end() if irregular else _region_after(word, 0)
    return word, len(word) - r1, len(word) - _region_after(word, r1)


def _region_after(word: str, position: int) -> int:
    """Find the place after the first consonant that follows a vowel."""
    found = _REGION.search(word, position)
    return found.end() if found else len(word)


def _swap(state: _State, off: int, on: str = "") -> _State:
    """Take letters off the end and put others on; a region shorter than what goes is left empty."""
    word, r1, r2 = state
    grown = len(on) - off
    return word[:-off] + on, r1 + grown if r1 >= off else 0, r2 + grown if r2 >= off else 0


def _longest(word: str, suffixes: tuple[str, ...]) -> str:
    """Find the first of the suffixes that a word ends in, or the empty string."""
    return next(suffix for suffix in suffixes if word.endswith(suffix)) if word.endswith(suffixes) else ""


def _step_0(state: _State) -> _State:
    """Take off the possessive."""
    suffix = _longest(state[0], ("'s'", "'s", "'"))
    return _swap(state, len(suffix)) if suffix else state


def _step_1a(state: _State) -> _State:
    """Take off the plural."""
    word = state[0]
    if word.endswith("sses"):
        return _swap(state, 2)
    if word.endswith(("ied", "ies")):
        return _swap(state, 2 if len(word) > 4 else 1)
    if word.endswith("s") and not word.endswith(("us", "ss")) and _VOWEL.search(word[:-2]):
        return _swap(state, 1)
    return state


def _step_1b(state: _State) -> _State:
    """Take off the endings of past and participle, and mend what is left."""
    word, r1, _ = state
    suffix = _longest(word, SUFFIXES_1B)
    if suffix in ("eed", "eedly"):
        return _swap(state, len(suffix), "ee") if r1 >= len(suffix) else state
    if not suffix or not _VOWEL.search(word[: -len(suffix)]):
        return state
    word, r1, r2 = state = _swap(state, len(suffix))
    if word.endswith(("at", "bl", "iz")):
        # The description keeps the places where the regions begin; NLTK lets both take in the new letter, R2
        # unless the word is short.
        return word + "e", r1 + 1, r2 + 1 if len(word) > 4 or r1 >= 2 else r2
    if word.endswith(DOUBLES):
        return _swap(state, 1)
    if r1 == 0 and _ends_in_short_syllable(word):
        return word + "e", 0, 0
    return state


def _ends_in_short_syllable(word: str) -> bool:
    """Tell whether a word ends in vowel and consonant, with a consonant or nothing before them."""
    if len(word) < 2 or _VOWEL.match(word[-1]) or not _VOWEL.match(word[-2]):
        return False
    return len(word) == 2 or (word[-1] not in "wxY" and not _VOWEL.match(word[-3]))


def _step_1c(state: _State) -> _State:
    """Turn a final y after a consonant into i."""
    word, r1, r2 = state
    if len(word) > 2 and word[-1] in "yY" and not _VOWEL.match(word[-2]):
        return word[:-1] + "i", r1, r2
    return state


def _step_2(state: _State) -> _State:
    """Shorten compound suffixes in R1."""
    word, r1, r2 = state
    suffix = _longest(word, _SUFFIXES_2)
    if not suffix or r1 < len(suffix):
        return state
    if suffix in BEFORE and word[-len(suffix) - 1] not in BEFORE[suffix]:
        return state
    word, r1, shortened = _swap(state, *STEP_2[suffix])
    if r2 < len(suffix) and suffix in NEW_R2:
        shortened = 1
    return word, r1, shortened


def _step_3(state: _State) -> _State:
    """Shorten further suffixes in R1, and one in R2."""
    word, r1, r2 = state
    suffix = _longest(word, _SUFFIXES_3)
    if not suffix or r1 < len(suffix) or (suffix == IN_R2 and r2 < len(suffix)):
        return state
    return _swap(state, *STEP_3[suffix])


def _step_4(state: _State) -> _State:
    """Take off suffixes in R2."""
    word, _, r2 = state
    suffix = _longest(word, SUFFIXES_4)
    if not suffix or r2 < len(suffix):
        return state
    if suffix in BEFORE and word[-len(suffix) - 1] not in BEFORE[suffix]:
        return state
    return _swap(state, len(suffix))


def _step_5(state: _State) -> str:
    """Take off a final e, or one l of two."""
    word, r1, r2 = state
    if r2 and word.endswith("ll"):
        return word[:-1]
    if word.endswith("e") and (r2 or (r1 and not _ends_in_short_syllable(word[:-1]))):
        return word[:-1]
    return word
