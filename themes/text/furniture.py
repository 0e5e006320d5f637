"""Page furniture: the lines of a news page that are not sentences of its report.

Headlines, photo captions, bylines, dates and what the page itself says ("Share this article") would
teach a model nothing and flatter or blur an evaluation, so they are left out of both, and listed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from themes.inputs.reading import Document
from themes.text.paragraphs import paragraph_spans, unwrap
from themes.text.sentences import Sentence, sentence_spans, split

_PAGE = re.compile(
    r"""(?ix) ^(?: comments? (?:\s*\(\d+\))? | advertisements? | share (?:\ this.*)?
    | (?:read|see)\ (?:more|also|next)\b.* | related\b.{0,40} | follow\ us\b.* | sign\ up\b.*
    | subscribe\b.* | print | e-?mail | copyright\b.* | filed\ under.* | topics? \s* :.* )$"""
)
"""What a page says of itself; believed only of a line that does not end like a sentence."""

_PAGE_SENTENCE = re.compile(
    r"""(?ix) ^(?: (?:tags?|filed\ under) \s* :.* | ©.* | copyright\ (?:©|\(c\)|\d{4}).*
    | (?:comments?|advertisements?|share|print|e-?mail|all\ rights\ reserved|read\ more|see\ also) [.!…]?
    | share\ this(?:\ (?:article|story|post|page|video|report|on\ \w+))? [.!]
    | follow\ us\ on\ (?:facebook|instagram|telegram|twitter|whatsapp|x|youtube)\b.{0,60}
    | (?:sign\ up|subscribe)\ (?:for|to)\b.{0,40}\b(?:channel|email|feed|newsletter|podcast)s?\b.{0,40}
    | subscribe\ (?:now|today|here) [.!]
    | please\ let\ us\ know\ if\ you.re\ having\ issues\ with\ commenting\. )$"""
)
"""What no report says, however it ends."""

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
    rf"(?i)^(?:\w+day,?\s+)?(?:{_MONTH}\s+\d{{1,2}},?\s+\d{{4}}|\d{{1,2}}\s+{_MONTH}\s+\d{{4}}"
    r"|\d{4}-\d\d-\d\d|\d{1,2}[/.]\d{1,2}[/.]\d{4})\.?$"
)
_BYLINE = re.compile(
    r"(?i)^(?:by\b.{0,80}|author:.{0,80}|written by\b.{0,80}|(?:staff )?(?:reporter|writer|correspondent))$"
)
"""Believed only of a line that does not end like a sentence."""

_AGENCY = r"(?:AP|AFP|Reuters|Getty|EPA|Sipa|Xinhua|Shutterstock|Corbis|Anadolu)"
_CREDIT = rf"(?:via\s+)?{_AGENCY}(?:\s+Images|\s+Photo)?(?:\s*/\s*[\w .'-]{{1,40}})?"
_CREDIT_ALONE = re.compile(rf"{_CREDIT}\.?")
_CREDIT_LAST = re.compile(rf"(?<!\w){_CREDIT}$")
_CREDIT_BEHIND = re.compile(rf"""[.!?…]["'”’»)]*\s+[(\[]?{_CREDIT}[)\]]?\.?$""")
_TERMINAL = re.compile(r"""[.!?…]["'”’»)\]]*(?:\[\d+\])*$""")
_LONGEST_CREDIT = 60
_LONGEST_HEADING = 150
_LONGEST_CAPTION = 400


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A sentence that is page furniture.

    Attributes
    ----------
    sentence : Sentence
        The piece left out.
    kind : str
        ``headline``, ``heading``, ``caption``, ``byline`` or ``page``.
    """

    sentence: Sentence
    kind: str


def part(document: Document) -> tuple[list[Sentence], list[LeftOut]]:
    """Part the sentences of a news report from the furniture of its page.

    Parameters
    ----------
    document : Document
        A news page as text.

    Returns
    -------
    sentences : list of Sentence
        Those of the report. Their indices count the furniture too, as `themes.text.sentences.split` does.
    left_out : list of LeftOut
        The rest, in order.
    """
    spans, kinds = _kinds(document.text)
    starts = [start for start, _ in spans]
    sentences: list[Sentence] = []
    left_out: list[LeftOut] = []
    for sentence in split(document):
        kind = kinds[bisect_right(starts, sentence.start) - 1]
        if kind:
            left_out.append(LeftOut(sentence, kind))
        else:
            sentences.append(sentence)
    return sentences, left_out


def _kinds(text: str) -> tuple[list[tuple[int, int]], list[str]]:
    """Give the paragraphs of a text and the kind of each, which is empty for what is reported."""
    spans = paragraph_spans(text)
    lines = [unwrap(text[a:b]) for a, b in spans]
    kinds = [_kind(line, number) for number, line in enumerate(lines)]
    for number, line in enumerate(lines):
        if _is_credit(line):
            if number and kinds[number - 1] == "heading":
                kinds[number - 1] = "caption"
            kinds[number] = "caption"
        elif len(line) <= _LONGEST_CAPTION and _CREDIT_BEHIND.search(line):
            kinds[number] = "caption"
    for number in range(1, len(lines)):
        if lines[number] == lines[number - 1] and kinds[number] == "heading":
            kinds[number] = kinds[number - 1] = "headline" if kinds[number - 1] == "headline" else "caption"
    return spans, kinds


def _is_credit(line: str) -> bool:
    if len(line) > _LONGEST_CREDIT:
        return False
    last = not _TERMINAL.search(line) and _CREDIT_LAST.search(line)
    return bool(last or _CREDIT_ALONE.fullmatch(line))


def _kind(line: str, number: int) -> str:
    if _PAGE_SENTENCE.match(line):
        return "page"
    if _DATE.match(line):
        return "byline"
    if _TERMINAL.search(line):
        return ""
    if _PAGE.match(line):
        return "page"
    if _BYLINE.match(line):
        return "byline"
    if len(line) > _LONGEST_HEADING:
        return ""
    if number == 0:
        return "headline"
    return "heading" if len(sentence_spans(line)) == 1 else ""
