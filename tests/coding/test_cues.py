from __future__ import annotations

import time
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themes.coding.codebook import Codebook, Cue, load_codebook
from themes.coding.cues import parse
from themes.coding.matcher import CueMatcher
from themes.text.words import words

TWO = Path(__file__).parents[1] / "data" / "two_themes.toml"


def spans(pattern: str, sentence: str) -> tuple[tuple[int, int], ...] | None:
    hits = CueMatcher([("one", [Cue(pattern)])]).find(words(sentence))
    return hits[0].spans if hits else None


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("fee ~", "'~' needs"),
        ("~ fee", "'~' needs"),
        ("fee ~ ~ rose", "'~' needs"),
        ("fee &", "'&' needs"),
        ("& fee", "'&' needs"),
        ("fee & & rose", "'&' needs"),
        ("fee ~ & rose", "'~' needs"),
        ("fee|", "empty alternative"),
        ("|fee", "empty alternative"),
        ("fee||price", "empty alternative"),
        ("Fee", "upper-case"),
        ("*", "bare '\\*'"),
        ("fee|*", "bare '\\*'"),
        ("f*e", "only stand at the end"),
        ("*fee", "only stand at the end"),
        ("fee**", "only stand at the end"),
        ("co--owner", "hyphen"),
        ("-owner", "hyphen"),
        ("owner-", "hyphen"),
        ("co-*", "hyphen"),
        ("fee~rose", "spaces around"),
        ("fee&rose", "spaces around"),
        ("(fee price)", "means nothing"),
        ("fee.", "'.' in 'fee.' means nothing"),
        ("e.g.", "'.' in 'e.g.' means nothing"),
        ("$ fee", "means nothing"),
        ("mother–in–law", "'–' in 'mother–in–law' is a dash: write a hyphen"),
        ("20", "write # for a number, as a word alone"),
        ("5 dollars", "'5' has digits: write # for a number"),
        ("3rd", "write # for a number"),
        ("#-day", "must stand alone"),
        ("#s", "must stand alone"),
        ("members'", "never be a word of a text: an apostrophe needs letters on both sides"),
        ("rock 'n' roll", "'n'\" can never be a word"),
        (" ".join(["a-b"] * 8), "too many"),
    ],
)
def test_bad_syntax_is_refused(pattern: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse(pattern)


@pytest.mark.parametrize(
    ("pattern", "sentence", "expected"),
    [
        ("fee", "The fee rose", ((1, 2),)),
        ("fee", "The fees rose", None),
        ("fee*", "The FEES rose", ((1, 2),)),
        ("fee*", "The fee rose", ((1, 2),)),
        ("fee rose", "the fee rose", ((1, 3),)),
        ("fee rose", "the fee never rose", None),
        ("fee ~ rose", "fee a b c d rose", ((0, 6),)),
        ("fee ~ rose", "fee a b c d e rose", None),
        ("fee ~ rose", "fee rose", ((0, 2),)),
        ("fee ~ rose", "rose fee", None),
        ("fee ~ rose", "fee fee a b c d rose rose", ((1, 7),)),
        ("fee ~ fee", "fee", None),
        ("a ~ b c ~ d", "a x b x b c x d d", ((0, 8),)),
        ("fee & rose", "rose a b c d e f g fee", ((8, 9), (0, 1))),
        ("fee & rose", "fee", None),
        ("too full & the gym", "the gym is too full", ((3, 5), (0, 2))),
        ("fee ~ rose & not fair", "not fair that the fee then rose", ((4, 7), (0, 2))),
        ("fee|price*|dues", "prices", ((0, 1),)),
        ("fee|price*|dues", "due", None),
        ("co-owner", "co-owner", ((0, 2),)),
        ("co-owner", "the co owner", ((1, 3),)),
        ("co-owner", "coowner", ((0, 1),)),
        ("co-own*", "coowners", ((0, 1),)),
        ("co-own*|boss", "a boss", ((1, 2),)),
        ("co-owner", "co the owner", None),
        ("the ~ co-owner", "the old co-owner", ((0, 4),)),
        ("not pay", "I do not pay", ((2, 4),)),
        ("not pay", "I don't pay", ((1, 3),)),
        ("not pay", "I cannot pay", ((1, 3),)),
        ("not pay", "I won’t pay", ((1, 3),)),
        ("don't pay", "I do not pay", None),
        ("gym", "the gym's owner", ((1, 2),)),
        ("gym's", "the gym's owner", ((1, 2),)),
        ("gym's", "the gym owner", None),
        ("member’s", "the member's fee", ((1, 2),)),
        ("the emir's car", "The emir’s car", ((0, 3),)),
        ("the emir’s car*", "the emir's cars", ((0, 3),)),
        ("the emir car", "the emir's car", ((0, 3),)),
        ("mother-in-law", "my mother-in-law", ((1, 4),)),
        ("mother-in-law", "my mother in law's", ((1, 4),)),
        ("mother-in-law", "my mother", None),
        ("# dollars", "It cost 5 dollars", ((2, 4),)),
        ("# dollars", "It cost 1,500 dollars", ((3, 5),)),
        ("# euros", "it cost 25 euros", ((2, 4),)),
        ("# euros", "it cost some euros", None),
        ("#", "in the 1980s", None),
        ("some|#", "5", ((0, 1),)),
        ("fee", "", None),
    ],
)
def test_each_operator(pattern: str, sentence: str, expected: tuple[tuple[int, int], ...] | None) -> None:
    assert spans(pattern, sentence) == expected


def test_hits_stand_in_the_order_of_the_cues() -> None:
    matcher = CueMatcher(
        [("cost", [Cue("rose"), Cue("fee")]), ("crowding", [Cue("full"), Cue("fee ~ rose")])]
    )
    hits = matcher.find(["the", "fee", "rose", "and", "the", "fee", "rose"])
    assert [(hit.owner, hit.index, hit.start, hit.end) for hit in hits] == [
        ("cost", 0, 2, 3),
        ("cost", 1, 1, 2),
        ("crowding", 3, 1, 3),
    ]
    assert matcher.find([]) == []


def test_contexts_silence_and_let_through() -> None:
    matcher = CueMatcher.from_codebook(load_codebook(TWO))

    def found(sentence: str) -> list[tuple[str, bool]]:
        return [(hit.owner, hit.suppressed) for hit in matcher.find(words(sentence))]

    assert found("The fee went up.") == [("cost", False)]
    assert found("The fee went up, says the bank.") == [("cost", True), ("bank", False)]
    assert found("The bank finds the gym expensive.") == [("cost", False), ("bank", False)]
    assert found("I waited for 20 minutes.") == [("crowding", True)]
    assert found("I waited for 20 minutes at the bench.") == [("crowding", False), ("training", False)]


ALPHABET = ["a", "ab", "abc", "b", "b's", "not", "don't", "cannot", "#", "##", "c", "ca"]
element = st.lists(
    st.sampled_from(["a", "a*", "ab", "b", "b*", "not", "#", "a-b", "c*", "c-a*"]), min_size=1, max_size=2
)
phrase = st.tuples(element, st.lists(st.tuples(st.booleans(), element), max_size=3))


def meets(test: str, word: str) -> bool:
    if test.endswith("*"):
        return word.startswith(test[:-1])
    if test == "#":
        return set(word) == {"#"}
    negative = test == "not" and (word == "cannot" or word.endswith("n't"))
    return word == test or word == test + "'s" or negative


def reference(pattern: str, sentence: list[str]) -> tuple[tuple[int, int], ...] | None:
    """Try every sequence of positions, straight from the description of the language."""
    result = []
    for side in pattern.split(" & "):
        sequences: list[list[tuple[str, int]]] = [[]]
        gap = 0
        for token in side.split():
            if token == "~":
                gap = 4
                continue
            choices: list[list[tuple[str, int]]] = []
            for alternative in token.split("|"):
                pieces = alternative.split("-")
                choices.append([("".join(pieces), gap)])
                if len(pieces) > 1:
                    choices.append([(piece, 0 if n else gap) for n, piece in enumerate(pieces)])
            sequences = [[*one, *two] for one, two in product(sequences, choices)]
            gap = 0
        found = []
        for sequence in sequences:
            places = [(n, n) for n, word in enumerate(sentence) if meets(sequence[0][0], word)]
            for test, space in sequence[1:]:
                places = [
                    (first, n)
                    for first, last in places
                    for n in range(last + 1, min(len(sentence), last + space + 2))
                    if meets(test, sentence[n])
                ]
            found += [(first, last + 1) for first, last in places]
        if not found:
            return None
        result.append(min(found))
    return tuple(result)


def spelt(sides: list[tuple[list[str], list[tuple[bool, list[str]]]]]) -> str:
    return " & ".join(
        "|".join(first) + "".join((" ~ " if far else " ") + "|".join(item) for far, item in rest)
        for first, rest in sides
    )


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.lists(phrase, min_size=1, max_size=2), min_size=1, max_size=4),
    st.lists(st.sampled_from(ALPHABET), max_size=14),
)
def test_the_matcher_agrees_with_brute_force(
    patterns: list[list[tuple[list[str], list[tuple[bool, list[str]]]]]], sentence: list[str]
) -> None:
    cues = [spelt(sides) for sides in patterns]
    matcher = CueMatcher([("one", [Cue(cue) for cue in cues])])
    expected = [(n, reference(cue, sentence)) for n, cue in enumerate(cues)]
    assert [(hit.index, hit.spans) for hit in matcher.find(sentence)] == [
        (n, places) for n, places in expected if places is not None
    ]
    assert matcher.find(sentence) == matcher.find(sentence)


def timed(matcher: CueMatcher, sentence: list[str]) -> float:
    best = float("inf")
    for _ in range(2):
        start = time.process_time()
        matcher.find(sentence)
        best = min(best, time.process_time() - start)
    return best


@pytest.fixture(scope="module")
def bundled() -> Codebook:
    return load_codebook()


def test_the_work_grows_with_the_length_and_not_with_its_square(bundled: Codebook) -> None:
    matcher = CueMatcher.from_codebook(bundled)
    told = [word for theme in bundled.themes for cue in theme.cues for word in words(cue.fires)]
    for base in (
        told[:1] * 2000,
        ["fight", "not", "the"] * 700,
        [f"fight{n:x}" for n in range(2000)],
        told[:4000],
    ):
        timed(matcher, base)
        short = timed(matcher, base)
        assert timed(matcher, base * 8) < 8 * 4 * max(short, 0.002)


def test_the_cache_of_words_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("themes.coding.matcher._MOST_KNOWN_WORDS", 10)
    matcher = CueMatcher([("one", [Cue("fee*")])])
    hits = matcher.find([f"fee{n:x}" for n in range(100)])
    assert [(hit.start, hit.end) for hit in hits] == [(0, 1)]
    assert len(matcher._known) <= 10
