import io
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import FEE, KEYS, SISTER, WHOLE, why

from themes.runs.output import json_line, to_json, write_terminal
from themes.terminal import columns

NAMES = {"cost": "Cost of membership", "crowding": "Crowding"}


def written(write, results, *args, **options):
    stream = io.StringIO()
    results = list(results)
    assert write(results, stream, *args, **options) == len(results)
    return stream.getvalue()


def test_a_json_row_has_its_keys_in_order_and_only_what_was_asked_for():
    always = ["document", "index", "start", "end", "text", "themes", "probabilities"]
    assert list(to_json(SISTER)) == always
    assert list(to_json(FEE)) == [*always, "explanation", "metadata"]
    assert list(to_json(WHOLE)) == [*always, "sentences", "counts"]
    assert to_json(FEE)["explanation"]["cost"] == {
        "logit": 1.5,
        "intercept": -2.0,
        "terms": [
            {"kind": kind, "term": term, "contribution": value, "words": words, "places": [[4, 7]]}
            for kind, term, value, words in (
                ("word", "fee", 2.5, "fee"),
                ("cue", "cost: fee doubled", 1.04, "fee doubled"),
                ("word", "us", -0.06, "us"),
            )
        ],
        "rest": 0.25,
    }


def test_an_explained_document_names_the_sentence_explained():
    explained = replace(WHOLE, explanation={"cost": replace(why(), sentence=2)})
    assert to_json(explained)["explanation"]["cost"]["sentence"] == 2


@given(text=st.text(st.characters(exclude_categories=["Cs"])), value=st.floats(0, 1))
def test_json_lines_are_read_back_as_they_were(text, value):
    result = replace(FEE, text=text, document=text, probabilities={"cost": value, "crowding": 0.0})
    for row in (result, WHOLE):
        line = json_line(row)
        assert line.index("\n") == len(line) - 1
        assert json.loads(line) == to_json(row)


def test_json_keeps_signs_readable():
    assert '"text": "née 語"' in json_line(replace(SISTER, text="née 語"))


NARROW = """\
gym.csv:2
   0 The fee doubled in spring, and
     nobody told us why.
     → Cost of membership 0.90   fee
       +2.5 · “fee doubled” +1.0 · us
       -0.1
   1 My sister stayed.
b.txt
     3 sentences
     → Cost of membership 0.90 in 2
     → Crowding 0.50 in 1
"""
WIDE = """\
gym.csv:2
   0 The fee doubled in spring, and nobody told us why.
     → Cost of membership 0.90   fee +2.5 · “fee doubled” +1.0 · us -0.1
   1 My sister stayed.
b.txt
     3 sentences
     → Cost of membership 0.90 in 2
     → Crowding 0.50 in 1
"""


def shown(results, room=100, colour=False, names=NAMES):
    return written(write_terminal, results, names, colour=colour, room=room)


@pytest.mark.parametrize(("room", "expected"), [(40, NARROW), (100, WIDE)])
def test_results_are_laid_out_for_reading(room, expected):
    assert shown([FEE, SISTER, WHOLE], room) == expected


def test_colour_adds_escape_codes_and_nothing_else():
    from click import unstyle

    coloured = shown([FEE, SISTER, WHOLE], 40, colour=True)
    assert unstyle(coloured) == NARROW
    assert "\x1b[36m\x1b[1mCost of membership 0.90\x1b[0m   fee" in coloured
    assert "\x1b[31m\x1b[1mCrowding 0.50 in 1\x1b[0m" in coloured
    assert "\x1b[2mMy sister stayed.\x1b[0m" in coloured


@pytest.mark.parametrize(("name", "head"), [("<text>", ""), ("<stdin>", ""), ("a.txt", "a.txt\n")])
def test_only_a_document_with_a_name_of_its_own_is_headed(name, head):
    assert shown([replace(SISTER, document=name)]) == head + "   1 My sister stayed.\n"


def test_a_document_without_a_name_is_headed_behind_another():
    assert shown([SISTER, replace(SISTER, document="<stdin>")]).split("\n")[2] == "<stdin>"


def test_hostile_text_cannot_steer_the_terminal():
    bad = "x\x1b[2J\u202e\nx\x9b"
    result = replace(FEE, document=bad, text=bad, explanation={"cost": why((bad, 1.0))})
    output = shown([result], names={"cost": bad})
    assert not set(output) & set("\x1b\u202e\x9b")
    assert output.split("\n")[:2] == ["x�[2J� x�", "   0 x�[2J� x�"]


@given(text=st.text(), room=st.integers(30, 110))
def test_no_line_of_a_unit_is_wider_than_the_room(text, room):
    output = shown([replace(FEE, document="<text>", text=text, explanation={"cost": why((text, 1.0))})], room)
    assert all(columns(line) <= room for line in output.split("\n"))


@given(
    result=st.sampled_from([SISTER, FEE, WHOLE]),
    text=st.text(st.characters(exclude_categories=["Cs"])),
    themes=st.sets(st.sampled_from(KEYS)),
    score=st.floats(0, 1),
)
def test_a_row_put_together_by_hand_is_the_row_that_json_writes(result, text, themes, score):
    result = replace(result, document=text, text=text, themes=sorted(themes), probabilities={text: score})
    row = to_json(result) | {"probabilities": "here"}
    # Python's JSON would write 1e-10 and 0.5.
    scores = f"{{{json.dumps(text, ensure_ascii=False)}: {score:.10f}}}"
    expected = json.dumps(row, ensure_ascii=False).replace(': "here"', f": {scores}") + "\n"
    assert json_line(result) == expected


@pytest.mark.parametrize("result", [SISTER, FEE, WHOLE])
def test_probabilities_in_json_have_ten_decimals_on_every_row(result):
    result = replace(result, probabilities={"cost": 0.0, "crowding": 0.01234567894})
    row = json_line(result)
    assert '"probabilities": {"cost": 0.0000000000, "crowding": 0.0123456789}' in row
