"""Words: where the words of a sentence stand, and the form in which features and cues see them."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_DIGIT = re.compile(r"\d")


def normalise(word: str) -> str:
    """Give the form under which a word is counted: lower case, straight apostrophes, digits as ``#``.

    Parameters
    ----------
    word : str
        A word as it stands in a text.

    Returns
    -------
    str

    Examples
    --------
    >>> normalise("Don’t"), normalise("1980s")
    ("don't", '####s')
    """
    word = word.lower().replace("’", "'")
    return word if word.isalpha() else _DIGIT.sub("#", word)


def word_spans(text: str) -> list[tuple[int, int]]:
    """Find the words of a text; a hyphen parts words, an apostrophe inside a word does not.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    list of (int, int)
        Start and end of each word, so that ``text[start:end]`` is the word.

    Examples
    --------
    >>> word_spans("a well-fed emir's son")
    [(0, 1), (2, 6), (7, 10), (11, 17), (18, 21)]
    """
    return [match.span() for match in _WORD.finditer(text)]


def words(text: str) -> list[str]:
    """List the words of a text in their normalised form.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    list of str

    Examples
    --------
    >>> words("They didn’t pay the 300 men.")
    ['they', "didn't", 'pay', 'the', '###', 'men']
    """
    return [normalise(word) for word in _WORD.findall(text)]
