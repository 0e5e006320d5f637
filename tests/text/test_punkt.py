"""The sentence splitter: what English needs, and equality with NLTK 3.10.4."""

from __future__ import annotations

import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.tokenize.punkt import PunktParameters as NltkParameters
from nltk.tokenize.punkt import PunktSentenceTokenizer

from themes.text.punkt import Punkt, PunktParameters, english

SEEDS = sorted((Path(__file__).parents[2] / "seeds").glob("*.txt"))
_ORTHO_MID_LC = 1 << 5
# Parameters that no one would choose, for the corners that English does not reach.
ODD = PunktParameters(
    frozenset({"col", "u.s", "5", "x", "", "a", "..", "b.", "i"}),
    frozenset({"the", "a", "i", "dog", "##number##", "a.", "etc", "σ", "ας"}),
)


class _Fixed(dict[str, int]):
    """NLTK's defaultdict grows with each word looked up; this one stays, so that each run sees the same."""

    def __missing__(self, word: str) -> int:
        return 0


def reference(parameters: PunktParameters) -> Callable[[str], list[tuple[int, int]]]:
    """Build NLTK's splitter from our parameters."""
    theirs = NltkParameters()
    theirs.abbrev_types = set(parameters.abbreviations)
    theirs.ortho_context = _Fixed(dict.fromkeys(parameters.lower_words, _ORTHO_MID_LC))
    tokenizer = PunktSentenceTokenizer(theirs)
    return lambda text: list(tokenizer.span_tokenize(text, realign_boundaries=True))


PAIRS = [(Punkt(parameters), reference(parameters)) for parameters in (english(), ODD)]


def assert_equal_to_nltk(text: str) -> None:
    for ours, theirs in PAIRS:
        assert ours.spans(text) == theirs(text)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in Punkt(english()).spans(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Army Col. Steve Warren, spokesman, said so.| He left.",
        "According to Rep. Michael McCaul (R-TX), who chairs it, many went.",
        "One German defector, identified only as Ebrahim B. and not included in the count, spoke.",
        "He added that the U.S. has had, in the homeland, 18 plots stopped.",
        "He left the U.S.| The others stayed.",
        "It was Dec. 1, 2015, in Paris.",
        "Muslims are fighting Muslims ... Assad's forgotten about.| The whole jihad was turned upside down.",
        "Peter R. Neumann wrote it.",
        "It cost 3.5 dollars.| Then 4.75.",
        "See https://example.org/a.b?c=d.| It helps.",
        "He waited ...| The door opened.",
        "They met at 5 p.m. in Raqqa.| It rained.",
        "He spoke with Ebrahim B.| He listened.",
        '"We starved."| He wept.',
        "“We starved.”| He wept.",
        "He said no.| Nobody answered.",
        "Dr. A. Smith came with J. A. Brown.",
        "They left the sect.| Others joined it.",
        "The trial of Smith v. Jones opened on Mon. at nine.",
        "He met the ex-Gov. of Ill Valley.| Why?| Nobody knows!| Not even he.",
        "(They fled.)| Then (it seems) they came back.",
    ],
)
def test_english(text: str) -> None:
    expected = text.split("|")
    assert sentences("".join(expected)) == [sentence.strip() for sentence in expected]
    assert_equal_to_nltk(text)


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\x1c", " \x85\u2028 "])
def test_blank_text_has_no_sentence(text: str) -> None:
    assert Punkt(english()).spans(text) == []
    assert_equal_to_nltk(text)


def test_leading_white_space_stays_as_in_nltk() -> None:
    assert Punkt(english()).spans("  One came. Two left.  ") == [(0, 11), (12, 21)]


def test_english_leaves_ordinary_words_alone() -> None:
    assert not english().abbreviations & {
        "no",
        "art",
        "mass",
        "miss",
        "wash",
        "sun",
        "sat",
        "sect",
        "in",
        "is",
    }
    assert english().abbreviations.isdisjoint(english().lower_words)


def test_seeds() -> None:
    assert len(SEEDS) == 5
    for path in SEEDS:
        assert_equal_to_nltk(path.read_text(encoding="utf-8"))
    assert_equal_to_nltk("\n".join(path.read_text(encoding="utf-8") for path in SEEDS))


@pytest.mark.parametrize(
    "text",
    [
        "B. a. B. The é. x Ⅷ. x ½. x ². x _. x Ⓐ. X \u0301. X \u200d. X 中. X Σ. X ǅ. x ß. X",
        "1. the 1. The -7. the .5. the 1,000. the 3.5. 5 x5. the \u0660. the \U00011f50. the \U0001e6c0. X",
        "Wait... The wait.. The . . . The . .\n. The .\x1c. The etc... The x...y. Z ....! The",
        "Very bad acting!!! I promise. What?! No?.. Yes?! ?? ! . ? !",
        '("He said \'go.\'") Then "\'no.\'" (and (this.) ) ‘so.’ «là.» it.” -- x.”--y.”z. [a.] {b.} "" c." d',
        "One.\x1cTwo.\x1dThree. \x1eFour.\n\x1f\nFive.\n\x1f Six?\n\x1c\x1d",
        "One.\x85Two.\u2028Three.\xa0Four.\u3000Five.\u200bSix.\x0bSeven.\x0cEight.\rNine.\r\nTen.\tX.",
        "中文。他走了.他来了. 他 says.🙂 Hi.🙂.🙂 e\u0301. E\u0301. x \ufeffA.",
        "\ud800. \udfff A. \x00. \x00b",
        "Col.-Gen. ex-col. the -col. The Col.? the Col.: the Col., The Col. ... The Col. B. The Col. the? a",
        "#1. the ##number##. the &. the *. @a. `b. c;d. e:f. g,h. i,. j,,k. l--m. n-o. p---. q.-r. s.,t",
        "x" * 5000 + ". " + "y." * 3000 + " The " + "z" * 5000 + ".",
        " . . . .. ... .\n.\n. .\t.\t.a. . a . . a",
        "u.s. The U.S. the U.S. 5. The 5. the ..... İ. ı. ﬁ. ΑΣ. ΑΣ a. Ας. The",
    ],
)
def test_corners(text: str) -> None:
    assert_equal_to_nltk(text)
    for cut in range(0, min(len(text), 120)):
        assert_equal_to_nltk(text[cut : cut + 40])


_NASTY_WORDS = """
Col col U.S u.s the The He I i A a x B dog Dog no etc Etc 5 1,000 3.5 -7 .5 -- - ... .. , ; : & # * @ ` _ é ½
Ⅷ Σ ΑΣ ß ǅ 中 🙂 Ⓐ x-col ##number##
"""
_NASTY_CHARACTERS = ".....!?\"'()[]{}“”‘’«» \n\r\t\x0b\x0c\x1c\x1f\x85\xa0\u2028\u3000\u200d\u0301\x00"
_NASTY_ENDS = [". ", ". ", ". ", ". . .", "\r\n", ".\n", ".” ", '." ', "? "]
_NASTY = st.lists(
    st.sampled_from([*_NASTY_WORDS.split(), *_NASTY_CHARACTERS, *_NASTY_ENDS]),
    max_size=30,
).map("".join)


@settings(max_examples=1500, deadline=None)
@given(_NASTY)
def test_equal_to_nltk_on_nasty_text(text: str) -> None:
    assert_equal_to_nltk(text)


@settings(max_examples=500, deadline=None)
@given(
    st.lists(st.one_of(st.text(max_size=3), st.sampled_from([".", ". ", " ", "?", "\n", '"'])), max_size=20)
)
def test_equal_to_nltk_on_any_text(pieces: list[str]) -> None:
    assert_equal_to_nltk("".join(pieces))


@settings(max_examples=300, deadline=None)
@given(_NASTY)
def test_spans_are_in_order_and_inside_the_text(text: str) -> None:
    spans = Punkt(english()).spans(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))


@pytest.mark.parametrize(
    "piece",
    [
        "He met Col. Smith in the U.S. and left. ",
        "word ",
        "word.",
        ". ",
        ".",
        "?",
        "a.\xa0",
        "a.b\n",
        ".\u2028",
        '."',
        "-,",
    ],
)
def test_time_is_linear_in_the_length_of_a_line(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece)) + " " * 1000
        start = time.process_time()
        Punkt(english()).spans(text)
        return time.process_time() - start

    # A quadratic splitter would need 16 times as long; the constant forgives a busy machine.
    assert seconds(400_000) < 8 * min(seconds(100_000), seconds(100_000)) + 0.25


def test_three_million_characters_in_one_line_take_time_in_proportion() -> None:
    line = "He met Col. Smith in the U.S. and left. Then, at 5 p.m. or so, it rained! "

    def seconds(characters: int) -> float:
        text = line * (characters // len(line))
        start = time.process_time()
        spans = Punkt(english()).spans(text)
        assert len(spans) == 2 * (characters // len(line))
        return time.process_time() - start

    # Four times the text would take sixteen times as long if time grew with the square.
    assert seconds(3_000_000) < 10 * seconds(750_000)


def test_the_cache_is_bounded_and_keeps_no_long_context() -> None:
    punkt = Punkt(english())
    punkt.spans(" ".join(f"x{number}. The" for number in range(50_000)))
    held = punkt._cached_holds_break.cache_info()
    assert (held.currsize, held.maxsize) == (1 << 15, 1 << 15)
    punkt = Punkt(english())
    punkt.spans("x" * 200 + "1. The")
    assert punkt._cached_holds_break.cache_info().currsize == 0


def test_a_splitter_can_be_sent_to_another_process() -> None:
    punkt = pickle.loads(pickle.dumps(Punkt(english())))
    assert punkt.spans("Col. Smith left. He slept.") == [(0, 16), (17, 26)]


def test_nltk_is_not_imported() -> None:
    code = "import sys, themes.text.punkt, themes.text.stems; print('nltk' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"
