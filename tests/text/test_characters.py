import re

import numpy as np
import pytest

from themes.text import characters as module
from themes.text import paragraphs, punkt, sentences, words
from themes.text.characters import APOSTROPHE, LETTER, NOTHING, ODD, Characters, codes_of, shared

EVERY = "".join(map(chr, range(0x110000)))


@pytest.fixture(scope="module")
def full():
    characters = Characters()
    characters.learn(np.arange(len(EVERY), dtype=np.uint32))
    return characters


def flagged(characters, flag):
    return {chr(code) for code in np.flatnonzero(characters.flags & flag).tolist()}


def test_flags_are_those_of_the_plain_modules_for_every_character(full):
    line_ends, line_closers = re.fullmatch(r"(\[.+?])(\[.+])\*\$", paragraphs._TERMINAL.pattern).groups()
    sentence_ends, quotes = re.fullmatch(r"(\[.+?])(\[.+])\+\$", sentences._QUOTE_CLOSED.pattern).groups()
    classes = {
        module.BREAK: paragraphs._BREAK.pattern,
        module.SPACE: f"[{punkt._SPACE}]",
        module.STOP: "[.?!]",
        module.NEVER: f"[{punkt._NEVER_IN_WORD}]",
        module.CLOSER: f"[{punkt._CLOSERS}]",
        module.LINE_END: line_ends,
        module.LINE_CLOSER: line_closers,
        module.SENTENCE_END: sentence_ends,
        module.QUOTE: quotes,
        module.DIGIT: f"[{punkt._DIGIT}]",
        module.JOINER: "[.,-]",
        module.SIGN: "[.?!,;:]",
    }
    for flag, pattern in classes.items():
        assert flagged(full, flag) == set(re.findall(pattern, EVERY))
    assert flagged(full, module.DELICATE) == punkt._DELICATE


def test_flags_by_tests_hold_for_every_character(full):
    tests = {
        module.BLANK: lambda c: not c.strip(),
        module.LOWER: str.islower,
        module.UPPER: str.isupper,
        module.RAISED: lambda c: c.upper() != c,
        module.ALPHABETIC: str.isalpha,
        module.INITIAL: punkt.is_initial,
    }
    for flag, holds in tests.items():
        assert flagged(full, flag) == set(filter(holds, EVERY))


def test_what_opens_no_token_stands_alone(full):
    alone = {c for c in EVERY if (found := punkt.token_pattern().match(c + "a")) and found.end() == 1}
    assert flagged(full, module.NO_OPENER) == alone


def test_a_run_begins_behind_what_is_a_plain_space_without_line_breaks(full):
    spaces = {c for c in EVERY if paragraphs.unwrap(c) in (" ", "\t")}
    assert flagged(full, module.RUN_SPACE) == spaces


def test_word_tables_are_those_of_the_plain_words_for_every_character(full):
    in_words = {ord(c) for c in words._WORD.findall(" ".join(EVERY))}
    marks = {ord("'"), ord("’")}
    assert set(np.flatnonzero(full.kinds == APOSTROPHE).tolist()) == marks
    assert set(np.flatnonzero((full.kinds == LETTER) | (full.kinds == ODD)).tolist()) == in_words
    for code in in_words:
        form = words.normalise(f"x{chr(code)}x")
        if full.kinds[code] == LETTER:
            assert form == f"x{chr(full.folded[code])}x"
        else:
            assert len(form) > 3 or chr(code) == "Σ"
    others = np.array(sorted(set(range(len(EVERY))) - marks))
    nothing = others[full.kinds[others] == NOTHING]
    assert (full.folded[nothing] == nothing).all()
    assert all(full.folded[mark] == ord("'") for mark in marks)


def test_only_what_is_met_is_learnt_and_only_once(monkeypatch):
    filled = []
    real = Characters._fill
    monkeypatch.setattr(Characters, "_fill", lambda self, page: (filled.append(page), real(self, page)))
    characters = Characters()
    characters.learn(codes_of("caf\xe9 " * 100))
    assert filled == [0]
    characters.learn(codes_of("x" * 200 + "\u0416\u0417" + "y" * 200 + "\U0001f600\ud800"))
    characters.learn(codes_of("\u0418\U0001f600" * 50))
    assert filled == [0, 0x04, 0x1F6, 0xD8]
    assert characters.flags[ord("Ж")] & module.UPPER
    assert not characters.flags[ord("ა")]


def test_learning_leaves_a_text_that_may_be_written_to_alone():
    codes = np.array([0x416, 65], dtype=np.uint32)
    Characters().learn(codes)
    codes[0] = 66
    assert codes.tolist() == [66, 65]


def test_the_process_shares_one_set_of_tables():
    assert shared() is shared()


@pytest.mark.parametrize("text", ["", "abc", "caf\xe9", "’ш\u2028", "\U0001f600", "\ud800\udc00", "\0"])
def test_codes_are_code_points(text):
    codes = codes_of(text)
    assert codes.dtype == np.uint32
    assert codes.tolist() == list(map(ord, text))
