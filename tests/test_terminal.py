import io
import time
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.terminal import columns, counted, harmless, table, use_colour, width, wrap


class Screen(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def plain_environment(monkeypatch):
    for name in ("NO_COLOR", "TERM", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, True),
        ({"TERM": "xterm"}, True),
        ({"NO_COLOR": ""}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": "0"}, False),
        ({"TERM": "dumb"}, False),
    ],
)
def test_colour_needs_a_terminal_that_wants_it(plain_environment, environment, expected):
    for name, value in environment.items():
        plain_environment.setenv(name, value)
    assert use_colour(Screen()) is expected
    assert use_colour(io.StringIO()) is False


def test_colour_is_decided_for_standard_output_by_default(plain_environment):
    plain_environment.setattr("sys.stdout", Screen())
    assert use_colour()


@pytest.mark.parametrize(("terminal", "expected"), [(10, 30), (64, 64), (300, 110)])
def test_the_width_is_kept_within_bounds(plain_environment, terminal, expected):
    plain_environment.setenv("COLUMNS", str(terminal))
    assert width() == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x1b[31mb", "a�[31mb"),
        ("\x1b]0;title\x07x", "�]0;title�x"),
        ("\x9b2Jx\x7f\x00", "�2Jx��"),
        ("a\u202eb\u2066c\u200fd\u061ce", "a�b�c�d�e"),
        ("back\x08\x08", "back��"),
        (" a\r\n b\t\u2028c\x85 d ", "a b c d"),
        ("half \ud83d", "half �"),
        ("née 語 😀", "née 語 😀"),
    ],
)
def test_what_could_steer_a_terminal_is_replaced(text, expected):
    assert harmless(text) == expected


@given(st.text())
def test_a_harmless_text_has_neither_controls_nor_direction_marks(text):
    for sign in harmless(text):
        assert unicodedata.category(sign) not in {"Cc", "Cs", "Zl", "Zp"}
        assert unicodedata.bidirectional(sign) not in {
            "RLO",
            "LRO",
            "RLE",
            "LRE",
            "PDF",
            "RLI",
            "LRI",
            "FSI",
            "PDI",
        }


@given(st.text())
def test_a_harmless_text_stays_as_it_is_and_can_be_encoded(text):
    once = harmless(text)
    assert harmless(once) == once
    assert once.encode().decode() == once


@pytest.mark.parametrize(("text", "expected"), [("", 0), ("abc", 3), ("語", 2), ("e\u0301", 1), ("Ａb", 3)])
def test_columns_count_wide_signs_twice_and_combining_ones_not(text, expected):
    assert columns(text) == expected


@pytest.mark.parametrize(
    ("text", "room", "expected"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("one two three", 8, ["one two", "three"]),
        ("one two three", 13, ["one two three"]),
        ("fourteen", 6, ["fourte", "en"]),
        ("a fourteen b", 6, ["a", "fourte", "en b"]),
        ("one   two", 9, ["one   two"]),
        ("one   two", 8, ["one", "two"]),
        ("語語語", 5, ["語語", "語"]),
        ("語 語", 4, ["語", "語"]),
        ("e\u0301e\u0301e\u0301", 2, ["e\u0301e\u0301", "e\u0301"]),
        ("", 5, [""]),
        ("   ", 5, [""]),
        ("a語", 1, ["a", "語"]),
    ],
)
def test_text_is_wrapped_at_spaces(text, room, expected):
    assert wrap(text, room) == expected


SIGNS = st.text(st.one_of(st.sampled_from(" ab語\u0301😀"), st.characters(exclude_categories=["Cs"])))


@given(text=SIGNS, room=st.integers(2, 40))
def test_wrapping_never_exceeds_the_room_and_loses_nothing(text, room):
    lines = wrap(text, room)
    assert lines
    assert all(columns(line) <= room for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(st.lists(st.text("abc", min_size=1, max_size=9), min_size=1), st.integers(9, 30))
def test_wrapping_cuts_no_word_that_fits_and_wastes_no_line(parts, room):
    lines = wrap(" ".join(parts), room)
    assert " ".join(lines).split(" ") == parts
    for line, following in pairwise(lines):
        assert len(line) + 1 + len(following.split(" ")[0]) > room


@pytest.mark.parametrize("text", ["a" * 300_000, "語" * 300_000, "a " * 150_000, " " * 300_000])
def test_wrapping_takes_time_in_proportion(text):
    start = time.process_time()
    wrap(text, 75)
    assert time.process_time() - start < 5


def test_a_table_is_aligned_with_wide_signs_and_has_no_trailing_spaces():
    rows = [["theme", "n", "note"], ["語語", "12", ""], ["cafe\u0301", "3", "語"]]
    assert table(rows) == ["theme   n  note", "語語   12", "cafe\u0301    3    語"]


def test_a_table_sets_as_many_columns_flush_left_as_asked():
    rows = [["theme", "kind", "n"], ["a", "b", "100"]]
    assert table(rows, left=2) == ["theme  kind    n", "a      b     100"]
    assert table(rows, left=0) == ["theme  kind    n", "    a     b  100"]


CELLS = st.text("a語\u0301é", min_size=1, max_size=9)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6))
def test_all_rows_of_a_table_are_equally_wide(rows):
    assert len({columns(line) for line in table(rows)}) == 1


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ((0, "document"), "0 documents"),
        ((1, "document"), "1 document"),
        ((2, "document"), "2 documents"),
        ((1, "near-copy", "near-copies"), "1 near-copy"),
        ((12345, "near-copy", "near-copies"), "12345 near-copies"),
        ((12345, "sentence", "", ","), "12,345 sentences"),
    ],
)
def test_what_is_counted_is_in_the_singular_or_the_plural(args, text):
    assert counted(*args) == text
