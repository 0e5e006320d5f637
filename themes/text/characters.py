"""Characters: what each of them is to compiled code (extra ``fast``), looked up by code point."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from themes.text.punkt import is_initial, is_number
from themes.text.words import normalise

# Compiled code keeps these numbers until its own file changes: give new flags new numbers.
BREAK, BLANK, SPACE, RUN_SPACE, STOP, DELICATE, NEVER, NO_OPENER = (1 << bit for bit in range(8))
CLOSER, QUOTE, LINE_CLOSER, LINE_END, SENTENCE_END = (1 << bit for bit in range(8, 13))
LOWER, UPPER, RAISED, ALPHABETIC, INITIAL, DIGIT, JOINER, SIGN = (1 << bit for bit in range(13, 21))
"""What a character can be to the splitter: flags that add up.

A break ends a line; a blank is white space to ``str.strip``, a space is white space to Punkt, and a run space
is where Punkt begins a run. Stops, delicate characters, closers, initials, digits, what is never in a word
and what never opens one are those of `punkt`; line closers and line ends those of `paragraphs`; quotes and
sentence ends those of `sentences`. Joiners may stand inside a word or a number, signs begin no sentence; a
character is raised if it is another in upper case.
"""

NOTHING, LETTER, ODD, APOSTROPHE = range(4)
"""What a character is to words; a word with an odd character is left to Python."""

_EVERY_CHARACTER = 0x110000
_PAGE = 256

_SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
)
_BREAKS = "\n\r\v\f\x85\u2028\u2029"
_CLOSERS = """])}"'‘’“”«»"""
_SETS = {
    BREAK: _BREAKS,
    SPACE: _SPACES,
    # To Punkt, a break inside a paragraph has become a plain space.
    RUN_SPACE: " \t" + _BREAKS,
    STOP: ".?!",
    DELICATE: ".\x1c\x1d\x1e\x1f",
    NEVER: _CLOSERS + "([{;:@*?!",
    NO_OPENER: """("`{[:;&#*@)}],-""",
    CLOSER: _CLOSERS,
    QUOTE: "\"'”’»",
    LINE_CLOSER: "\"'”’»)]",
    LINE_END: ".!?…:;",
    SENTENCE_END: ".!?…",
    JOINER: ".,-",
    SIGN: ".?!,;:",
}
_LISTED = frozenset("".join(_SETS.values()))
_TESTS: dict[int, Callable[[str], bool]] = {
    BLANK: str.isspace,
    LOWER: str.islower,
    UPPER: str.isupper,
    RAISED: lambda character: character.upper() != character,
    ALPHABETIC: str.isalpha,
    INITIAL: is_initial,
    DIGIT: is_number,
}


class Characters:
    """What every character is, worked out when one like it is first met.

    Attributes
    ----------
    flags : ndarray of uint32, shape (1114112,)
        What each is to the splitter.
    kinds : ndarray of uint8, shape (1114112,)
        What each is to words: `NOTHING`, `LETTER`, `ODD` or `APOSTROPHE`.
    folded : ndarray of uint32, shape (1114112,)
        The character as which each is counted in words.

    Examples
    --------
    >>> characters = Characters()
    >>> codes = codes_of("Ł’")
    >>> characters.learn(codes)
    >>> characters.kinds[codes].tolist(), codes_of("ł'").tolist() == characters.folded[codes].tolist()
    ([1, 3], True)
    """

    def __init__(self) -> None:
        self.flags = np.zeros(_EVERY_CHARACTER, dtype=np.uint32)
        self.kinds = np.zeros(_EVERY_CHARACTER, dtype=np.uint8)
        self.folded = np.zeros(_EVERY_CHARACTER, dtype=np.uint32)
        self._filled = np.zeros(_EVERY_CHARACTER // _PAGE, dtype=np.bool_)
        self._fill(0)

    def learn(self, codes: NDArray[np.uint32]) -> None:
        """Fill the tables for all characters of a text; hardly any time is spent on those met before.

        Parameters
        ----------
        codes : ndarray of uint32
            Code points.
        """
        codes = read_only(codes)
        at = -1
        while (at := _unknown(codes, self._filled, at + 1)) >= 0:
            self._fill(int(codes[at]) // _PAGE)

    def _fill(self, page: int) -> None:
        codes = range(page * _PAGE, (page + 1) * _PAGE)
        parts = list(map(_word_part, map(chr, codes)))
        self.flags[codes.start : codes.stop] = list(map(_flags_of, map(chr, codes)))
        self.kinds[codes.start : codes.stop] = [kind for kind, _ in parts]
        self.folded[codes.start : codes.stop] = [folded for _, folded in parts]
        # Only now, for another thread may be reading.
        self._filled[page] = True


def _flags_of(character: str) -> int:
    """Add up the flags of a character."""
    flags = sum(flag for flag, holds in _TESTS.items() if holds(character))
    if character in _LISTED:
        flags += sum(flag for flag, members in _SETS.items() if character in members)
    return flags


def _word_part(character: str) -> tuple[int, int]:
    """Say what a character is to `themes.text.words`, and as which character it is counted."""
    if character in "'’":
        return APOSTROPHE, ord("'")
    if not character.isalnum():
        return NOTHING, ord(character)
    form = normalise(character)
    # A capital sigma becomes one letter or another by what stands around it.
    plain = len(form) == 1 and character != "Σ"
    return LETTER if plain else ODD, ord(form[0])


@cache
def shared() -> Characters:
    """Give the tables that the whole process shares."""
    return Characters()


def codes_of(text: str) -> NDArray[np.uint32]:
    """Give the code points of a text, surrogates included; the array is not to be written to.

    Examples
    --------
    >>> codes_of("aé").tolist()
    [97, 233]
    """
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def read_only(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Give an array as one that is not to be written to, as code is compiled for such."""
    codes = np.ascontiguousarray(codes, np.uint32).view()
    codes.flags.writeable = False
    return codes


@njit(cache=True, nogil=True)
def _unknown(codes, filled, at):  # type: ignore[no-untyped-def]
    """Give the first place, from one on, of a character whose page is not filled; -1 if there is none."""
    while at < len(codes):
        behind = min(at + 64, len(codes))
        together = np.uint32(0)
        for code in codes[at:behind]:
            together |= code
        if together >= _PAGE:
            for place in range(at, behind):
                if not filled[codes[place] // _PAGE]:
                    return place
        at = behind
    return -1
