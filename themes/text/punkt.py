"""Sentences: where the sentences of a text begin and end.

The splitter restates the Punkt procedure of Kiss and Strunk (2006), "Unsupervised Multilingual Sentence
Boundary Detection", Computational Linguistics 32, 485-525, without the collocations and the frequent
sentence starters. For the same parameters it gives exactly the spans of NLTK 3.10.4's
``PunktSentenceTokenizer.span_tokenize``, oddities included, but without importing NLTK, in time linear in
the length of the text, and without growing as it runs.

NLTK 3.10.4 matches with the ``regex`` package (seen: 2026.11.15), whose idea of white space, letters and
digits differs from that of ``re``; the character classes below follow ``regex``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

# Unlike ``\s``, this leaves out the separators U+001C to U+001F, which ``regex`` holds to be no white space
# while ``str.strip`` holds them to be some.
_SPACE = r"\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_DELICATE = frozenset(".\x1c\x1d\x1e\x1f")
_CLOSERS = r"""\])}"'‘’“”«»"""
_CLOSING = frozenset(_CLOSERS.replace("\\", ""))
_NEVER_IN_WORD = _CLOSERS + r"(\[{;:@*?!"

# A possible end, and after white space the first character of what follows.
_CANDIDATE = re.compile(rf"[.?!](?=[{_NEVER_IN_WORD}]|[{_SPACE}]++([^{_SPACE}]))")

_DASHES_OR_DOTS = rf"--|\.\.|\.[{_SPACE}]\.[{_SPACE}]\."
_WORD_STOPS = rf"{_DASHES_OR_DOTS}|,(?:[{_SPACE}{_NEVER_IN_WORD}]|\Z|{_DASHES_OR_DOTS})"
_TOKEN = (
    rf"-{{2,}}|\.{{2,}}|(?:\.[{_SPACE}]){{2,}}\."
    rf"""|[^{_SPACE}("`{{\[:;&#*@)}}\],-](?:[^{_SPACE}{_NEVER_IN_WORD}.,-]++|(?!{_WORD_STOPS})[.,-])*+"""
    rf"|[^{_SPACE}]"
)

# ``regex`` carries newer Unicode tables than Python and counts a few symbols and joiners as letters: these
# are the code points that Python's own tables would miss.
_MORE_LETTERS = """
558 58b-58c 5c8-5c9 88f 897 b53-b54 c5c cdc cf3 ece 1acf-1af0 1c89-1c8a 200c-200d 208f 209d-209f 24b6-24e9
a7cb-a7cf a7d2 a7d4 a7da-a7dd a7e2 a7f1 ab6c-ab6d 105c0-105f3 107bb-107bf 10940-10959 10d4a-10d65 10d69-10d6d
10d6f-10d85 10ec2-10ec7 10ecb-10ecf 10ed9-10eee 10ef0-10eff 1123f-11241 11380-11389 1138b 1138e 11390-113b5
113b7-113c0 113c2 113c5 113c7-113ca 113cc-113d3 113e1-113e2 11b0a 11b60-11b67 11bc0-11be0 11db0-11ddb
11df0-11df1 11f00-11f10 11f12-11f3a 11f3e-11f42 11f5a 1246f 12475-1247f 12550-12686 1342f 13440-13455
13460-143fa 16100-1612f 16d40-16d6c 16ea0-16eb8 16ebb-16ed3 16ff2-16ff6 187f8-187ff 18cd6-18cda 18cff
18d09-18d20 18d80-18df2 18e00-19191 191a0-191d2 1b123-1b128 1b132 1b155 1b168 1d127-1d128 1d250-1d252
1d25b-1d25c 1d25f 1d280-1d281 1d6a6 1df1f-1df81 1df90-1df96 1dfcd-1dfff 1e030-1e06d 1e08f 1e4d0-1e4ef
1e5d0-1e5f0 1e6c0-1e6de 1e6e0-1e6f5 1e6fe-1e6ff 1f130-1f149 1f150-1f169 1f170-1f189 2b739-2b73f 2b81e
2cea2-2cead 2ebf0-2ee5d 31350-33479 3d000-3fc3f
"""
_MORE_ZEROS = "10d40 116d0 116da 11bf0 11de0 11f50 16130 16d70 1ccf0 1e4f0 1e5f1"


def _class_of(ranges: str) -> str:
    """Write ranges of code points as the inside of a character class."""
    return "".join("-".join(chr(int(end, 16)) for end in part.split("-")) for part in ranges.split())


_DIGIT = r"\d" + "".join(f"{chr(int(zero, 16))}-{chr(int(zero, 16) + 9)}" for zero in _MORE_ZEROS.split())


# Compiled when first needed, which in a short text they are not.
@cache
def _spaces() -> re.Pattern[str]:
    return re.compile(rf"[{_SPACE}]")


@cache
def _closing() -> re.Pattern[str]:
    return re.compile(rf"([{_CLOSERS}]++)(?:[{_SPACE}]++|(?=--)|\Z)")


@cache
def token_pattern() -> re.Pattern[str]:
    """Give the pattern of a token."""
    return re.compile(_TOKEN)


@cache
def _extra_letter() -> re.Pattern[str]:
    return re.compile(rf"[{_class_of(_MORE_LETTERS)}]")


@cache
def _number() -> re.Pattern[str]:
    return re.compile(rf"-?[.,]?[{_DIGIT}][{_DIGIT}.,-]*")


# Longer contexts are rare, and keeping them would let a text without spaces fill the cache.
_LONGEST_KEPT = 120
_MOST_KEPT = 1 << 15


@dataclass(frozen=True)
class PunktParameters:
    """What the splitter knows of a language.

    Parameters
    ----------
    abbreviations : frozenset of str
        Abbreviations in lower case without the final full stop, such as ``"col"`` and ``"u.s"``.
    lower_words : frozenset of str
        Words in lower case that are capitalised only at the start of a sentence: after an abbreviation, an
        initial or an ellipsis, their capitalised form begins one. In NLTK's terms each has the orthographic
        context ``_ORTHO_MID_LC`` and every other word has none.

    Examples
    --------
    >>> PunktParameters(frozenset({"col"}), frozenset({"the"})).abbreviations
    frozenset({'col'})
    """

    abbreviations: frozenset[str]
    lower_words: frozenset[str]


class Punkt:
    """A sentence splitter, equal to NLTK 3.10.4's ``PunktSentenceTokenizer`` with the same parameters.

    Parameters
    ----------
    parameters : PunktParameters
        The abbreviations and words of a language.

    Examples
    --------
    >>> text = "Col. Warren spoke. “We left.” Nobody asked."
    >>> [text[start:end] for start, end in Punkt(english()).spans(text)]
    ['Col. Warren spoke.', '“We left.”', 'Nobody asked.']
    """

    def __init__(self, parameters: PunktParameters) -> None:
        self._parameters = parameters
        self._cached_holds_break = lru_cache(maxsize=_MOST_KEPT)(self._holds_break)

    def __reduce__(self) -> tuple[type[Punkt], tuple[PunktParameters]]:
        return Punkt, (self._parameters,)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Find the sentences of a text; closing quotes and brackets stay with the sentence they close.

        Parameters
        ----------
        text : str
            Any text.

        Returns
        -------
        list of (int, int)
            Start and end of each sentence, in order and without overlap, so that ``text[start:end]`` is the
            sentence. A text that is empty or blank has none.

        Examples
        --------
        >>> Punkt(english()).spans("It cost 3.5 dollars. Nobody paid.")
        [(0, 20), (21, 33)]
        """
        slices = self._slices(text)
        slices.append((len(text), len(text)))
        spans = []
        taken = 0
        for (start, end), (after, limit) in pairwise(slices):
            start += taken
            taken = 0
            closing = text[after : after + 1] in _CLOSING and _closing().match(text, after, limit)
            if closing:
                spans.append((start, closing.end(1)))
                taken = closing.end() - after
            elif start < end:
                spans.append((start, end))
        return spans

    def _slices(self, text: str) -> list[tuple[int, int]]:
        """Part a text behind each sentence end, before closing punctuation is handed back."""
        slices = []
        last = 0
        for start, stop, after in _contexts(text):
            # Nearly all candidates are ends at first sight: ? and ! always are, and so is the full stop of a
            # word of letters that is no abbreviation. The rest, and all with oddities behind, is looked into.
            plain = (after < 0 or text[after] not in _DELICATE) and (
                text[stop] != "." or self._is_plain_word(text[start:stop])
            )
            if plain or self._is_break(text, start, stop, after):
                slices.append((last, stop + 1))
                last = after if after >= 0 else stop + 1
        slices.append((last, len(text.rstrip())))
        return slices

    def _is_plain_word(self, run: str) -> bool:
        """Tell whether a run is a word of letters, and no initial or abbreviation."""
        return len(run) > 1 and run.isalpha() and run.lower() not in self._parameters.abbreviations

    def _is_break(self, text: str, start: int, stop: int, after: int) -> bool:
        """Decide one candidate from its context: the run before it and the token after it."""
        end = stop + 2
        if after >= 0:
            space = _spaces().search(text, after)
            end = space.start() if space else len(text)
        return self.holds_break(text[start:end])

    def holds_break(self, context: str) -> bool:
        """Tell whether a candidate is an end.

        Parameters
        ----------
        context : str
            The run of characters before it, and all to the end of the token behind it.

        Returns
        -------
        bool
        """
        kept = len(context) <= _LONGEST_KEPT
        return self._cached_holds_break(context) if kept else self._holds_break(context)

    def _holds_break(self, context: str) -> bool:
        """Tell whether any token of a context but the last ends a sentence."""
        # A line of separators alone is blank to ``str.strip`` though not to the token pattern.
        lines = [line for line in context.split("\n") if line.strip()]
        pattern = token_pattern()
        tokens = [token for line in lines for token in pattern.findall(line)]
        return any(self._ends(token, following) for token, following in pairwise(tokens))

    def _ends(self, token: str, following: str) -> bool:
        """Tell whether a token ends a sentence, given the token that follows it."""
        if token in ("?", "!"):
            return True
        if token[-1] != ".":
            return False
        abbreviated = self._is_abbreviation(token)
        ellipsis = len(token) > 1 and not token.strip(".")
        initial = len(token) == 2 and is_initial(token[0])
        starts = self._starts(following)
        if starts and (abbreviated or ellipsis) and not initial:
            return True
        if starts is False and (initial or is_number(token)):
            return False
        if starts is None and initial and following[0].isupper():
            return False
        return not (abbreviated or token.endswith(".."))

    def _starts(self, token: str) -> bool | None:
        """Tell from its form whether a token starts a sentence; None if the form does not tell."""
        if token in (".", "?", "!", ",", ";", ":") or token[0].islower():
            return False
        if not token[0].isupper():
            return None
        word = token.lower()
        if word[-1] == "." and not (word.endswith("..") or self._is_abbreviation(token)):
            word = word[:-1]
        return True if word in self._parameters.lower_words else None

    def _is_abbreviation(self, token: str) -> bool:
        """Tell whether a token with a full stop is a known abbreviation, alone or behind a hyphen."""
        word = token[:-1].lower()
        known = self._parameters.abbreviations
        return word[-1:] not in ("", ".") and (word in known or word.rpartition("-")[2] in known)


def _contexts(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield the candidates of a text: start of the run before, place, and start of the next token or -1."""
    # NLTK looks back for ASCII white space alone. Made one character, it can be found by one ``rfind``.
    flat = text
    for space in "\t\n\r\x0b\x0c":
        flat = flat.replace(space, " ")
    start = stop = 0
    after: int | None = None
    for candidate in _CANDIDATE.finditer(text):
        here = candidate.start()
        space_before = flat.rfind(" ", stop, here)
        opening = space_before + 1 if space_before > stop else start
        # Of several candidates in one run, only the last counts.
        if after is not None and stop <= opening:
            yield start, stop, after
        start, stop, after = opening, here, candidate.start(1)
    if after is not None:
        yield start, stop, after


def is_initial(character: str) -> bool:
    """Tell whether a character can be an initial."""
    known = character.isalpha() or unicodedata.category(character) in ("Mn", "Mc", "Me", "Nl", "Pc")
    return known or bool(_extra_letter().match(character))


def is_number(token: str) -> bool:
    """Tell whether a token is a number; of one character, whether it is a digit."""
    return bool(_number().fullmatch(token))


# Ordinary words that end sentences are left out, however common they are as abbreviations: no, art, mass,
# miss, wash, ill, ore, ark, sun, sat, wed, gal, sect, par, am. So are single letters but p and v: they count
# as initials in any case.
_ABBREVIATIONS = """
adj adm brig capt cdr cmdr cmdt col cpl cpt ens fr gen gov hon insp lt lt.col m.sgt maj maj.gen messrs mlle
mme mr mrs ms msgr mx pfc pres prof pvt rep reps rev sen sens sgt sgt.maj spc sr jr ssgt st ste supt treas dr
esq atty asst attn secy d.phil ph.d b.a b.s b.sc m.a m.d m.phil m.s m.sc ll.b ll.m j.d jan feb mar apr jun jul
aug sep sept oct nov dec mon tue tues thu thur thurs fri a.m p.m a.d b.c b.c.e c.e assn assoc bros co corp
dept dist div gmbh govt inc intl llc ltd mfg natl org plc univ approx ca cf ch al ed eds e.g i.e etc est ext
fig figs hr hrs ibid incl lb lbs max min misc n.b nos nr op oz p pp pt pts pseud q.v sec ser sq suppl tel
transl v viz vol vols vs yr yrs a.k.a d.c e.u l.a n.a.t.o u.a.e u.k u.n u.s u.s.a u.s.s.r ala ariz calif colo
conn fla ga ia ind kan kans ky md mich minn mont neb nev okla penn penna tenn tex va vt wis wisc wyo n.c n.d
n.h n.j n.m n.y r.i s.c s.d w.va ave blvd ft hwy mt mts pkwy rd rte
"""
# "a" is left out, as it would part "Dr. A. Smith"; so are first, second, third and under, which follow "U.S."
# in titles. Words with an apostrophe would have no effect: the procedure parts them there.
_LOWER_WORDS = """
i you he she it we they me him us them my your his her its our their an the this that these those here there
each every either neither both all any some none few many much more most several other others another such
same one two three anybody anyone anything everybody everyone everything nobody nothing somebody someone
something no who whom whose which what when where why how whether and but or nor so yet for if unless until
till since because although though while whereas as than once about above across after against along alongside
amid among around at before behind below beneath beside besides between beyond by despite down during except
following from given in inside instead into like near of off on onto out outside over past per regarding
through throughout to toward towards underneath unlike up upon via with within without again ago ahead almost
already also altogether always apparently anyway elsewhere even eventually finally further furthermore hence
hopefully however indeed initially just lastly later least less maybe meanwhile moreover mostly nearly never
nevertheless next not now often only otherwise overall particularly perhaps previously probably quite rather
really recently sadly seldom similarly sometimes soon still subsequently suddenly then thereafter therefore
thus today together tomorrow tonight too unfortunately usually very well yes yesterday according afterwards
asked based earlier late speaking am are is was were be been being do does did done has have had having can
could might must shall should would cannot isn wasn aren weren doesn didn hasn hadn couldn wouldn shouldn let
"""


def english() -> PunktParameters:
    """Give the parameters for English.

    Returns
    -------
    PunktParameters

    Examples
    --------
    >>> "col" in english().abbreviations, "no" in english().abbreviations, "the" in english().lower_words
    (True, False, True)
    """
    return PunktParameters(frozenset(_ABBREVIATIONS.split()), frozenset(_LOWER_WORDS.split()))
