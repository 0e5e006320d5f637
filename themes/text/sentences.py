"""Sentences: the units that are coded, with exact places in their document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from themes.inputs.reading import Document
from themes.text.paragraphs import paragraph_spans, unwrap
from themes.text.punkt import Punkt, english

UNITS = ("sentence", "line", "document")
"""What may be taken as one unit: a sentence, a whole line unsplit, or a whole document."""

_QUOTE_CLOSED = re.compile(r"""[.!?…]["'”’»]+$""")
_LINE = re.compile(r"[^\r\n]+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One unit of a document.

    Attributes
    ----------
    document : str
        The document's name.
    index : int
        Its number in the document, from 0.
    start, end : int
        Character offsets: ``text[start:end]`` of the document is `text`.
    text : str
        The sentence as it stands.
    """

    document: str
    index: int
    start: int
    end: int
    text: str


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Split a text into sentences.

    Paragraphs first (see `themes.text.paragraphs.paragraph_spans`), then Punkt with our own parameters in
    each; a piece that begins in lower case behind a closing quotation mark belongs to the sentence
    before it (``"Go!" he said``).

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    list of (int, int)
        Start and end of each sentence, in order; none is empty or blank.

    Examples
    --------
    >>> sentence_spans("He left. They are like dogs!” says one man.")
    [(0, 8), (9, 43)]
    """
    splitter = _splitter()
    spans: list[tuple[int, int]] = []
    for left, right in paragraph_spans(text):
        paragraph = unwrap(text[left:right])
        for start, end in _joined(paragraph, splitter.spans(paragraph)):
            piece = paragraph[start:end]
            stripped = piece.strip()
            if stripped:
                begin = left + start + len(piece) - len(piece.lstrip())
                spans.append((begin, begin + len(stripped)))
    return spans


def _joined(paragraph: str, pieces: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Join pieces that begin in lower case to a closing quotation mark before them."""
    first = last = (0, 0)
    for start, end in pieces:
        runs_on = paragraph[start].islower() and _QUOTE_CLOSED.search(paragraph, *last)
        if not runs_on and last[1]:
            yield first[0], last[1]
        last = (start, end)
        first = first if runs_on else last
    if last[1]:
        yield first[0], last[1]


@cache
def _splitter() -> Punkt:
    return Punkt(english())


def line_spans(text: str) -> list[tuple[int, int]]:
    r"""Take each line of a text as one unit, unsplit, without white space at either end.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    list of (int, int)
        Start and end of each line that is not blank.

    Examples
    --------
    >>> line_spans("One. Two.\n\n  Three. ")
    [(0, 9), (13, 19)]
    """
    spans: list[tuple[int, int]] = []
    for match in _LINE.finditer(text):
        line = match.group()
        stripped = line.strip()
        if stripped:
            start = match.start() + len(line) - len(line.lstrip())
            spans.append((start, start + len(stripped)))
    return spans


def split(document: Document, unit: str = "sentence") -> Iterator[Sentence]:
    """Split a document into its sentences, or into its lines.

    Parameters
    ----------
    document : Document
        The text and its name.
    unit : {"sentence", "line"}
        What one unit is.

    Yields
    ------
    Sentence
        In the order of the text.
    """
    spans = line_spans(document.text) if unit == "line" else sentence_spans(document.text)
    for index, (start, end) in enumerate(spans):
        yield Sentence(document.name, index, start, end, document.text[start:end])
