"""Entries: what a codebook is made of, its themes, contexts, cue phrases, examples and word classes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue phrase with the conditions under which it counts.

    Parameters
    ----------
    pattern, fires, silent : str
        The phrase, in the language of :mod:`themes.coding.cues`; a sentence on which it fires; one on
        which it does not.
    unless, near : tuple of str
        Contexts that silence it, and contexts of which it needs one, anywhere in the sentence.
    """

    pattern: str
    fires: str = ""
    silent: str = ""
    unless: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence with the reason why it takes a theme, or does not.

    Parameters
    ----------
    text, why : str
        The sentence, and the reason in one line.
    positive : bool
        Whether it takes the theme.
    """

    text: str
    why: str = ""
    positive: bool = True


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme that a sentence may take.

    Parameters
    ----------
    key, name, definition : str
        The short key used in files, the name shown to people, and what the theme means.
    includes, excludes : tuple of str
        Cases that belong to it, and cases that do not.
    borderline : tuple of int
        The numbers, from 1, of the codebook's rules that touch it.
    examples, cues : tuple of Example, tuple of Cue
        Sentences that take it or do not, and its cue phrases.
    unless : tuple of str
        Contexts that silence its cues, unless a cue says otherwise.
    """

    key: str
    name: str
    definition: str
    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    borderline: tuple[int, ...] = ()
    examples: tuple[Example, ...] = ()
    unless: tuple[str, ...] = ()
    cues: tuple[Cue, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """Words that tell where a sentence moves, and by which cues are silenced or let through.

    Parameters
    ----------
    key, name, definition : str
        The key by which cues name it, the name shown to people, and what it stands for.
    cues : tuple of Cue
        Its cue phrases.
    """

    key: str
    name: str
    definition: str
    cues: tuple[Cue, ...] = ()


@dataclass(frozen=True, slots=True)
class WordClass:
    """A class of words that mean the same to a reader, such as all words for food.

    Parameters
    ----------
    key, definition : str
        The key by which features name it, and what belongs to it.
    words : tuple of str
        Words, ``stem*`` for any ending, ``#`` for a number, or several words side by side. A hyphen is
        written as a space; a word alone is also met with a possessive 's.
    """

    key: str
    definition: str = ""
    words: tuple[str, ...] = ()
