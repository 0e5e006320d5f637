from hypothesis import given
from hypothesis import strategies as st

from themes.coding.beginnings import Beginnings

letters = st.text("abc", min_size=1, max_size=6)


@given(st.sets(letters), st.text("abc", max_size=8))
def test_beginnings_are_those_that_a_word_starts_with(known, word):
    expected = sorted((beginning for beginning in known if word.startswith(beginning)), key=len)
    assert Beginnings(known).of(word) == expected
