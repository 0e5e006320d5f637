"""Page furniture: the lines of a news page that are not sentences of its report.

Headlines, photo captions, bylines, dates and what the page itself says ("Share this article") would
teach a model nothing and flatter or blur an evaluation, so they are left out of both, and listed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from themes.documents import Document
from themes.paragraphs import paragraph_spans
from themes.sentences import Sentence, split

_PAGE = re.compile(
    r"""(?ix) ^(?: comments? (?:\s*\(\d+\))? | tags? \s* :.* | topics? \s* :.* | filed\ under.*
    | advertisements? | share (?:\ this.*)? | (?:read|see)\ (?:more|also|next)\b.*
    | related\b.{0,40} | follow\ us\b.*
    | sign\ up\b.* | subscribe\b.* | print | e-?mail | copyright\b.* | ©.* | all\ rights\ reserved\.?
    | please\ let\ us\ know\ if\ you.re\ having\ issues\ with\ commenting\.? )$"""
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
    rf"(?i)^(?:\w+day,?\s+)?(?:{_MONTH}\s+\d{{1,2}},?\s+\d{{4}}|\d{{1,2}}\s+{_MONTH}\s+\d{{4}}"
    r"|\d{4}-\d\d-\d\d|\d{1,2}[/.]\d{1,2}[/.]\d{4})\.?$"
)
_BYLINE = re.compile(
    r"(?i)^(?:by\b.{0,80}|author:.{0,80}|written by\b.{0,80}|(?:staff )?(?:reporter|writer|correspondent))$"
)
_AGENCY = r"(?:AP|AFP|Reuters|Getty|EPA|Sipa|Xinhua|Shutterstock|Corbis|Anadolu)"
_CREDIT = re.compile(rf"(?:{_AGENCY}(?:\s+Images|\s+Photo)?(?:\s*/\s*[\w .'-]+)?|via {_AGENCY}\b.*)\.?$")
_TERMINAL = re.compile(r"""[.!?…]["'”’»)\]]*$""")
_LONGEST_CREDIT = 60


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
        Those of the report. Their indices count the furniture too, as `themes.sentences.split` does.
    left_out : list of LeftOut
        The rest, in order.
    """
    kinds = {span: kind for span, kind in _kinds(document.text) if kind}
    sentences: list[Sentence] = []
    left_out: list[LeftOut] = []
    for sentence in split(document):
        kind = next((k for (a, b), k in kinds.items() if a <= sentence.start and sentence.end <= b), "")
        if kind:
            left_out.append(LeftOut(sentence, kind))
        else:
            sentences.append(sentence)
    return sentences, left_out


def _kinds(text: str) -> list[tuple[tuple[int, int], str]]:
    spans = paragraph_spans(text)
    lines = [text[a:b] for a, b in spans]
    kinds = [_kind(line, number) for number, line in enumerate(lines)]
    for number, line in enumerate(lines):
        credit = _CREDIT.search(line)
        if credit is None:
            continue
        alone = len(line) <= _LONGEST_CREDIT and not _TERMINAL.search(line)
        if alone and number and kinds[number - 1] == "heading":
            kinds[number - 1] = "caption"
        if alone or credit.start():
            kinds[number] = "caption"
    for number in range(1, len(lines)):
        if lines[number] == lines[number - 1] and kinds[number] == "heading":
            kinds[number] = kinds[number - 1] = "caption"
    return list(zip(spans, kinds, strict=True))


def _kind(line: str, number: int) -> str:
    if _PAGE.match(line):
        return "page"
    if _BYLINE.match(line) or _DATE.match(line):
        return "byline"
    if not _TERMINAL.search(line):
        return "headline" if number == 0 else "heading"
    return ""
