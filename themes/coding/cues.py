"""Cue phrases: the small language in which a researcher writes them.

A cue is a line of lower-case words. These signs have a meaning:

======================  ==================================================================================
``crowd*``              a word with any ending, or none: "crowd", "crowded", "crowds"
``too full``            two words side by side
``fee ~ doubled``       in this order, with up to four words between
``fee & doubled``       both somewhere in the sentence, in either order; each side may be a phrase of its own
``fee|price|dues``      any one of these words
``co-owner``            the hyphen is optional: "co-owner", "co owner", "coowner"
``not``                 also "cannot" and every word that ends in n't
``#``                   a number written in digits
======================  ==================================================================================

Words are those of :mod:`themes.text.words`; a word with a possessive 's is also met without it. ``&`` binds
loosest: ``fee ~ doubled & not fair`` wants both phrases. They are found by `themes.coding.matcher`.
"""

from __future__ import annotations

import re
from itertools import product
from unicodedata import category

from themes.text.words import words as words_of

GAP = 4
_MOST_VARIANTS = 64
_BOTH = re.compile(r"(?:^|\s)&(?=\s|$)")
_SIGN = re.compile(r"[^\W\d_]|['|*#-]")

Variant = tuple[tuple[frozenset[str], int], ...]
"""A plain sequence of words: for each the tests of which one must hold, and the words allowed before it."""


def parse(pattern: str) -> tuple[tuple[Variant, ...], ...]:
    """Take a cue phrase apart.

    Parameters
    ----------
    pattern : str
        The phrase, in the language of this module.

    Returns
    -------
    tuple of tuple of Variant
        The phrases that ``&`` joins; each is met by any one of its variants.

    Raises
    ------
    ValueError
        If the phrase cannot be read; the message says why in plain words.

    Examples
    --------
    >>> len(parse("fee|price ~ doubl* & not fair"))
    2
    >>> parse("fee ~")
    Traceback (most recent call last):
        ...
    ValueError: '~' needs a word on both sides
    """
    sides = [side.split() for side in _BOTH.split(pattern.replace("’", "'"))]
    if not all(sides):
        raise ValueError("'&' needs a word on both sides" if "&" in pattern else "the cue is empty")
    return tuple(_phrase(side) for side in sides)


def _phrase(side: list[str]) -> tuple[Variant, ...]:
    choices: list[list[Variant]] = []
    gap, dangling = 0, True
    for piece in side:
        if piece != "~":
            choices.append(_element(piece, gap))
            gap, dangling = 0, False
        elif dangling:
            raise ValueError("'~' needs a word on both sides")
        else:
            gap, dangling = GAP, True
    if dangling:
        raise ValueError("'~' needs a word on both sides")
    variants: list[Variant] = []
    for chosen in product(*choices):
        variants.append(tuple(step for steps in chosen for step in steps))
        if len(variants) > _MOST_VARIANTS:
            raise ValueError("too many alternatives with hyphens: split the cue in two")
    return tuple(variants)


def _element(element: str, gap: int) -> list[Variant]:
    """Give the sequences for which one element stands; all that is one word shares the first of them."""
    single: set[str] = set()
    sequences: list[Variant] = []
    for alternative in element.split("|"):
        pieces = _alternative(alternative, element)
        single.add("".join(pieces))
        if len(pieces) > 1:
            sequences.append(tuple((frozenset((piece,)), 0 if n else gap) for n, piece in enumerate(pieces)))
    return [((frozenset(single), gap),), *sequences]


def _never(text: str) -> str:
    where = ": an apostrophe needs letters on both sides" if "'" in text else ""
    return f"{text!r} can never be a word of a text{where}"


def _alternative(text: str, element: str) -> list[str]:
    if text == "#":
        return [text]
    stem, star = (text[:-1], "*") if text.endswith("*") else (text, "")
    pieces = stem.split("-")
    strange = "".join(dict.fromkeys(sign for sign in text if not _SIGN.fullmatch(sign)))
    dash = next((sign for sign in strange if category(sign) == "Pd"), "")
    faults = (
        (not text, f"empty alternative in {element!r}: a word is missing beside '|'"),
        (text != text.lower(), f"{text!r} has upper-case letters: write cues in lower case"),
        (any(sign.isdigit() for sign in text), f"{text!r} has digits: write # for a number, as a word alone"),
        (dash, f"{dash!r} in {element!r} is a dash: write a hyphen, -"),
        (set(strange) & {"&", "~"}, f"{strange!r} in {element!r} needs spaces around it"),
        (strange, f"{strange!r} in {element!r} means nothing here: write words without it"),
        (not stem, "a bare '*' would match every word: give the beginning of the word"),
        ("*" in stem, f"'*' in {text!r} may only stand at the end"),
        ("#" in stem, f"'#' in {text!r} must stand alone"),
        (not all(pieces), f"a hyphen in {text!r} needs a word on both sides"),
        (any(words_of(piece) != [piece] for piece in pieces), _never(text)),
    )
    for wrong, reason in faults:
        if wrong:
            raise ValueError(reason)
    return [*pieces[:-1], pieces[-1] + star]
