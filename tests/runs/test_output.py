import csv
import io
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.runs.formats import Layout
from themes.runs.output import guard, to_json, write_jsonl, write_table, write_terminal
from themes.scoring.results import Explanation, Reason, Result
from themes.terminal import columns

NAMES = {"cost": "Cost of membership", "crowding": "Crowding"}
KEYS = tuple(NAMES)
PLAIN = Layout(KEYS)


def why(*terms):
    reasons = [
        Reason("cue" if ":" in term else "word", term, value, term.removeprefix("cost: "), [[4, 7]])
        for term, value in terms
    ]
    return Explanation(1.5, -2.0, reasons, 0.25)


FEE = Result(
    document="gym.csv:2",
    index=0,
    start=0,
    end=48,
    text="The fee doubled in spring, and nobody told us why.",
    themes=["cost"],
    probabilities={"cost": 0.9, "crowding": 0.0123456},
    explanation={"cost": why(("fee", 2.5), ("cost: fee doubled", 1.04), ("us", -0.06)), "crowding": why()},
    metadata={"year": "2015", "age": -4, "tags": ["a", "é"]},
)
SISTER = Result("gym.csv:2", 1, 49, 67, "My sister stayed.", [], {"cost": 0.1, "crowding": 0.2})
WHOLE = Result(
    "b.txt",
    0,
    0,
    9,
    "The text.",
    ["cost", "crowding"],
    {"cost": 0.9, "crowding": 0.5},
    None,
    {"cost": 2, "crowding": 1},
    3,
)


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
    lines = written(write_jsonl, [result, WHOLE]).removesuffix("\n").split("\n")
    assert [json.loads(line) for line in lines] == [to_json(result), to_json(WHOLE)]


def test_json_keeps_signs_readable_and_gives_nothing_for_nothing():
    assert '"text": "née 語"' in written(write_jsonl, [replace(SISTER, text="née 語")])
    assert written(write_jsonl, []) == ""


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_cell_that_a_spreadsheet_would_run_is_guarded_wherever_it_comes_from(first):
    risky = first + "1+1"
    result = replace(SISTER, text=risky, document=risky, metadata={"a": risky, first: risky})
    layout = Layout(KEYS, ("a", first), other=True)
    header, row = csv.reader(io.StringIO(written(write_table, [result], layout), newline=""))
    assert guard(risky) == "'" + risky
    assert [row[0], row[4], *row[-3:-1]] == ["'" + risky] * 4
    assert not any(cell.startswith(first) for cell in (*header, *row))


@given(st.text())
def test_a_guarded_cell_keeps_its_text_and_starts_with_nothing_risky(text):
    assert guard(text) in (text, "'" + text)
    assert not guard(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_a_table_has_a_column_for_each_part_and_leaves_numbers_alone():
    layout = Layout(KEYS, ("year", "age"), other=True, explained=True)
    assert list(csv.DictReader(io.StringIO(written(write_table, [FEE, SISTER], layout)))) == [
        {
            "document": "gym.csv:2",
            "index": "0",
            "start": "0",
            "end": "48",
            "text": FEE.text,
            "themes": "cost",
            "p_cost": "0.900000",
            "p_crowding": "0.012346",
            "terms": "cost: fee +2.50, fee doubled +1.04, us -0.06",
            "meta_year": "2015",
            "meta_age": "-4",
            "meta_other": '{"tags": ["a", "é"]}',
        },
        {
            "document": "gym.csv:2",
            "index": "1",
            "start": "49",
            "end": "67",
            "text": "My sister stayed.",
            "themes": "",
            "p_cost": "0.100000",
            "p_crowding": "0.200000",
            "terms": "",
            "meta_year": "",
            "meta_age": "",
            "meta_other": "",
        },
    ]


def test_a_whole_document_has_its_counts():
    assert written(write_table, [WHOLE], Layout(KEYS, counts=True), "\t") == (
        "document\tindex\tstart\tend\ttext\tthemes\tp_cost\tp_crowding\tsentences\tn_cost\tn_crowding\n"
        "b.txt\t0\t0\t9\tThe text.\tcost|crowding\t0.900000\t0.500000\t3\t2\t1\n"
    )


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_no_results_give_a_header_alone(delimiter):
    header = ["document", "index", "start", "end", "text", "themes", "p_cost", "p_crowding"]
    assert written(write_table, [], PLAIN, delimiter) == delimiter.join(header) + "\n"


@pytest.mark.parametrize("delimiter", [",", "\t"])
@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_a_cell_is_read_back_whatever_it_holds(delimiter, text):
    stream = io.StringIO(written(write_table, [replace(SISTER, text=text)], PLAIN, delimiter), newline="")
    assert list(csv.reader(stream, delimiter=delimiter, strict=True))[1][4] == guard(text)


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


def test_a_table_can_do_without_its_header_and_its_columns_stay_whatever_the_row_holds():
    later = replace(SISTER, metadata={"b": None, "a": {"x": 1}})
    lines = written(write_table, [SISTER, later], Layout(KEYS, ("a", "b")), header=False).splitlines()
    assert lines[0].endswith(",0.100000,0.200000,,")
    assert lines[1].endswith(',0.100000,0.200000,"{""x"": 1}",null')


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
    assert written(write_jsonl, [result]) == expected


@pytest.mark.parametrize("result", [SISTER, FEE, WHOLE])
def test_probabilities_in_json_have_ten_decimals_on_every_row(result):
    result = replace(result, probabilities={"cost": 0.0, "crowding": 0.01234567894})
    row = written(write_jsonl, [result])
    assert '"probabilities": {"cost": 0.0000000000, "crowding": 0.0123456789}' in row
