"""Kernels of stemming: `themes.text.stems` for code points, compiled by Numba (extra ``fast``).

The tables of `stems` are frozen into the compiled code. Numba keeps that until this file changes, so that who
changes a table there has to change this file too; so it is with files whose kernels call `stem_codes`.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

import numpy as np
from numba import njit
from numpy.typing import NDArray

from themes.text import stems

# A y that is a consonant is marked by a capital while a word is under way.
_APOSTROPHE, _MARK, _A, _B, _D, _E, _I, _L, _S, _T, _U, _W, _X, _Y, _Z = b"'Yabdeilstuwxyz"
_CURLY = tuple(map(ord, stems.CURLY_APOSTROPHES))


def _bits(letters: str) -> int:
    """Pack a set of letters."""
    return sum(1 << (ord(letter) & 31) for letter in letters)


def _packed(word: str) -> int:
    """Pack a word of at most twelve letters from a to z, with a 1 before the first."""
    number = 1
    for letter in word:
        number = number << 5 | ord(letter) & 31
    return number


def _rows(pieces: Iterable[str]) -> NDArray[np.int64]:
    """Spell pieces of words, a row each, filled up with 0."""
    return np.array([list(piece.ljust(8, "\0").encode()) for piece in pieces])


_VOWELS = _bits(stems.VOWELS)
_DOUBLED = _bits("".join(pair[0] for pair in stems.DOUBLES))
_STARTS = _rows(stems.IRREGULAR_STARTS)
_START_SIZES = np.array(list(map(len, stems.IRREGULAR_STARTS)))

# The irregular forms and their stems, in a hash table of a size at which no two forms meet.
_LONGEST_IRREGULAR = max(map(len, stems.EXCEPTIONS))
_FORMS = {_packed(form): _packed(stem) for form, stem in stems.EXCEPTIONS.items()}
_SLOTS = next(slots for slots in count(512) if len({form % slots for form in _FORMS}) == len(_FORMS))
_IRREGULAR = np.zeros((_SLOTS, 2), dtype=np.int64)
for _pair in _FORMS.items():
    _IRREGULAR[_pair[0] % _SLOTS] = _pair

# The rules of steps 1b, 2, 3 and 4: step, suffix, letters to take off, letters to put on. Those of one step
# whose suffixes have the same two last letters stand together, from long to short.
_1B, _2, _3, _4 = range(4)
_RULES = [(_1B, suffix, len(suffix), "ee" * suffix.startswith("eed")) for suffix in stems.SUFFIXES_1B]
_RULES += [(_2, suffix, *swap) for suffix, swap in stems.STEP_2.items()]
_RULES += [(_3, suffix, *swap) for suffix, swap in stems.STEP_3.items()]
_RULES += [(_4, suffix, len(suffix), "") for suffix in stems.SUFFIXES_4]
_RULES.sort(key=lambda rule: (rule[0], rule[1][-2:], -len(rule[1])))
_SUFFIXES = _rows(suffix for _, suffix, _, _ in _RULES)
_SIZES = np.array([len(suffix) for _, suffix, _, _ in _RULES])
_OFF = np.array([off for _, _, off, _ in _RULES])
_ON = _rows(on for _, _, _, on in _RULES)
_ON_SIZES = np.array([len(on) for _, _, _, on in _RULES])
_BEFORE = np.array([_bits(stems.BEFORE.get(suffix, "")) for _, suffix, _, _ in _RULES])
_IN_R2 = np.array([step == _4 or (step == _3 and suffix == stems.IN_R2) for step, suffix, _, _ in _RULES])
_NEW_R2 = np.array([step == _2 and suffix in stems.NEW_R2 for step, suffix, _, _ in _RULES])
# By step and two last letters: the first rule, and the one behind the last.
_PLACES = np.zeros((4, 1 << 10, 2), dtype=np.int16)
for _number, _rule in enumerate(_RULES):
    _place = _PLACES[_rule[0], (ord(_rule[1][-2]) & 31) << 5 | ord(_rule[1][-1]) & 31]
    _place[:] = _place[0] if _place[1] else _number, _number + 1


@njit(cache=True, nogil=True)
def stem_codes(codes, start, end, out):  # type: ignore[no-untyped-def]
    """Reduce an English word to its stem, as `themes.text.stems.stem` does.

    Parameters
    ----------
    codes : ndarray of uint32
        Characters; the word is ``codes[start:end]``, as `themes.text.words.normalise` gives it. It holds no
        character that ``str.lower`` would change, and none such is put in lower case here.
    start, end : int
        Where the word begins and ends.
    out : ndarray of uint32, shape (end - start or more,)
        Its beginning is filled with the stem, which is never longer than the word. What lies behind the stem
        is left in any state.

    Returns
    -------
    int
        Length of the stem, which may be 0.
    """
    if end - start <= 2:
        for at in range(start, end):
            out[at - start] = codes[at]
        return end - start
    size = _look_up(codes, start, end, out)
    if size:
        return size
    size, r1, r2, vowel, marked = _begin(codes, start, end, out)
    size, r1, r2 = _steps_0_and_1a(out, size, r1, r2, vowel)
    size, r1, r2 = _step_1b(out, size, r1, r2, vowel)
    if size > 2 and out[size - 1] == _Y and not _among(out[size - 2], _VOWELS):
        out[size - 1] = _I
    for step in (_2, _3, _4):
        size, r1, r2 = _shorten(step, out, size, r1, r2)
    last = out[size - 1] if size else 0
    if last == _L:
        size -= r2 > 0 and out[size - 2] == _L
    elif last == _E:
        size -= r2 > 0 or (r1 > 0 and not _ends_in_short_syllable(out, size - 1))
    if marked:
        for at in range(size):
            if out[at] == _MARK:
                out[at] = _Y
    return size


@njit(cache=True, nogil=True)
def _among(code, letters):  # type: ignore[no-untyped-def]
    """Tell whether a character is one of a packed set of letters."""
    return 97 <= code <= 122 and letters >> (code & 31) & 1 != 0


@njit(cache=True, nogil=True)
def _holds(out, place, pieces, row, length):  # type: ignore[no-untyped-def]
    """Tell whether a piece of a word stands at a place."""
    at = 0
    while at < length and out[place + at] == pieces[row, at]:
        at += 1
    return at == length


@njit(cache=True, nogil=True)
def _look_up(codes, start, end, out):  # type: ignore[no-untyped-def]
    """Write the stem of an irregular form and give its length; 0 for any other word."""
    if end - start > _LONGEST_IRREGULAR:
        return 0
    packed = 1
    for at in range(start, end):
        code = codes[at]
        if code < 97 or code > 122:
            return 0
        packed = packed << 5 | (code & 31)
    slot = packed % _SLOTS
    if _IRREGULAR[slot, 0] != packed:
        return 0
    packed = _IRREGULAR[slot, 1]
    size = 0
    while packed >> 5 * (size + 1):
        size += 1
    for at in range(size):
        out[at] = 96 + (packed >> 5 * (size - 1 - at) & 31)
    return size


@njit(cache=True, nogil=True)
def _begin(codes, start, end, out):  # type: ignore[no-untyped-def]
    """Copy a word and mark each y that is a consonant.

    Gives the sizes of the word and of its regions R1 and R2, the place of the first vowel, or behind the end,
    and whether there is a mark.
    """
    if codes[start] == _APOSTROPHE or codes[start] in _CURLY:
        start += 1
    size = end - start
    first = size
    after_vowel = marked = False
    for at in range(size):
        code = codes[start + at]
        if code == _Y and (after_vowel or at == 0):
            out[at] = _MARK
            after_vowel, marked = False, True
            continue
        after_vowel = _among(code, _VOWELS)
        out[at] = _APOSTROPHE if code in _CURLY else code
        if after_vowel and first == size:
            first = at
    r1 = 0
    for row in range(len(_STARTS)):
        if size >= _START_SIZES[row] and _holds(out, 0, _STARTS, row, _START_SIZES[row]):
            r1 = _START_SIZES[row]
    if r1 == 0:
        r1 = _region_after(out, size, first)
    return size, size - r1, size - _region_after(out, size, r1), first, marked


@njit(cache=True, nogil=True)
def _region_after(out, size, position):  # type: ignore[no-untyped-def]
    """Find the place after the first consonant that follows a vowel."""
    after_vowel = False
    for at in range(position, size):
        if _among(out[at], _VOWELS):
            after_vowel = True
        elif after_vowel:
            return at + 1
    return size


@njit(cache=True, nogil=True)
def _steps_0_and_1a(out, size, r1, r2, vowel):  # type: ignore[no-untyped-def]
    """Take off the possessive and the plural."""
    off = 0
    if out[size - 1] == _APOSTROPHE:
        off = 3 if size > 2 and out[size - 2] == _S and out[size - 3] == _APOSTROPHE else 1
    elif out[size - 1] == _S and out[size - 2] == _APOSTROPHE:
        off = 2
    size -= off
    last = out[size - 1] if size > 2 else 0
    if last in (_S, _D) and out[size - 2] == _E and out[size - 3] == _I:
        plural = 2 if size > 4 else 1
    elif last == _S and size > 3 and out[size - 2] == _E and out[size - 3] == _S and out[size - 4] == _S:
        plural = 2
    else:
        plural = last == _S and vowel < size - 2 and out[size - 2] != _U and out[size - 2] != _S
    return size - plural, max(r1 - off - plural, 0), max(r2 - off - plural, 0)


@njit(cache=True, nogil=True)
def _find_rule(step, out, size):  # type: ignore[no-untyped-def]
    """Find the rule for the longest suffix of a step, or -1."""
    if size > 1:
        pair = (out[size - 2] & 31) << 5 | (out[size - 1] & 31)
        for rule in range(_PLACES[step, pair, 0], _PLACES[step, pair, 1]):
            if _SIZES[rule] <= size and _holds(out, size - _SIZES[rule], _SUFFIXES, rule, _SIZES[rule]):
                return rule
    return -1


@njit(cache=True, nogil=True)
def _swap(out, size, r1, r2, rule):  # type: ignore[no-untyped-def]
    """Take letters off the end and put others on; a region shorter than what goes is left empty."""
    off, on = _OFF[rule], _ON_SIZES[rule]
    for at in range(on):
        out[size - off + at] = _ON[rule, at]
    return size - off + on, r1 - off + on if r1 >= off else 0, r2 - off + on if r2 >= off else 0


@njit(cache=True, nogil=True)
def _step_1b(out, size, r1, r2, vowel):  # type: ignore[no-untyped-def]
    """Take off the endings of past and participle, and mend what is left."""
    rule = _find_rule(_1B, out, size)
    if rule < 0:
        return size, r1, r2
    if _ON_SIZES[rule]:
        return _swap(out, size, r1, r2, rule) if r1 >= _SIZES[rule] else (size, r1, r2)
    if vowel >= size - _SIZES[rule]:
        return size, r1, r2
    size, r1, r2 = _swap(out, size, r1, r2, rule)
    if size > 1:
        last, before = out[size - 1], out[size - 2]
        if (last == _T and before == _A) or (last == _L and before == _B) or (last == _Z and before == _I):
            out[size] = _E
            return size + 1, r1 + 1, r2 + 1 if size > 4 or r1 >= 2 else r2
        if last == before and _among(last, _DOUBLED):
            return size - 1, max(r1 - 1, 0), max(r2 - 1, 0)
    if r1 == 0 and _ends_in_short_syllable(out, size):
        out[size] = _E
        return size + 1, 0, 0
    return size, r1, r2


@njit(cache=True, nogil=True)
def _ends_in_short_syllable(out, size):  # type: ignore[no-untyped-def]
    """Tell whether a word ends in vowel and consonant, with a consonant or nothing before them."""
    if size < 2 or _among(out[size - 1], _VOWELS) or not _among(out[size - 2], _VOWELS):
        return False
    last = out[size - 1]
    return size == 2 or not (last in (_W, _X, _MARK) or _among(out[size - 3], _VOWELS))


@njit(cache=True, nogil=True)
def _shorten(step, out, size, r1, r2):  # type: ignore[no-untyped-def]
    """Shorten a suffix of step 2 or 3, or take off one of step 4."""
    rule = _find_rule(step, out, size)
    if rule < 0 or (r2 if _IN_R2[rule] else r1) < _SIZES[rule]:
        return size, r1, r2
    if _BEFORE[rule] and not _among(out[size - _SIZES[rule] - 1], _BEFORE[rule]):
        return size, r1, r2
    renewed = _NEW_R2[rule] and r2 < _SIZES[rule]
    size, r1, r2 = _swap(out, size, r1, r2, rule)
    return size, r1, 1 if renewed else r2
