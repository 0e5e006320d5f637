from pathlib import Path

import pytest

from themes.coding.codebook import BUNDLED, Codebook, load_codebook
from themes.coding.misfires import misfires

HEAD = """title = "Gym"

[[themes]]
key = "cost"
name = "Cost"
definition = "."
cues = [
  { cue = "fee*", fires = "The fees rose.", silent = "It was free.", unless = ["bank"] },
"""
TAIL = """]

[[contexts]]
key = "bank"
name = "Banks"
definition = "."
cues = [
  { cue = "bank*", fires = "The bank closed." },
  { cue = "owner’s", fires = "The owner's car." },
]
"""


@pytest.mark.parametrize(
    ("cue", "reason"),
    [
        (
            'cue = "bank", fires = "The till.", unless = []',
            "cue 'bank' does not meet its sentence 'The till.'",
        ),
        (
            'cue = "price", fires = "The bank\'s price.", unless = ["bank"]',
            "cue 'price' is silenced by its conditions on \"The bank's price.\" (fires)",
        ),
        (
            'cue = "price", fires = "The price.", near = ["bank"]',
            "cue 'price' is silenced by its conditions on 'The price.' (fires)",
        ),
        ('cue = "owner’s", fires = "Owners."', "cue \"owner's\" does not meet its sentence 'Owners.'"),
        (
            'cue = "dear", fires = "Too dear.", silent = "My dear."',
            "cue 'dear' fires on 'My dear.' (silent)",
        ),
    ],
)
def test_a_cue_that_fails_on_its_sentence_is_found_with_its_line(tmp_path, cue, reason):
    path = tmp_path / "book.toml"
    path.write_text(f"{HEAD}  {{ {cue} }},\n{TAIL}", encoding="utf-8")
    (found,) = misfires(load_codebook(path))
    assert found.reason == reason
    assert found.line(path) == 9


def test_both_sentences_of_a_cue_are_tried():
    cue = {"cue": "fee", "fires": "Fees.", "silent": "The fee."}
    book = {"title": "t", "themes": [{"key": "k", "name": "n", "definition": ".", "cues": [cue]}]}
    assert [found.reason[-9:] for found in misfires(Codebook.from_dict(book))] == ["e 'Fees.'", " (silent)"]


@pytest.mark.parametrize("path", [BUNDLED, Path(__file__).parents[1] / "data" / "two_themes.toml"])
def test_no_cue_of_our_codebooks_fails(path):
    assert [found.reason for found in misfires(load_codebook(path))] == []


def test_the_audit_names_file_and_line(run, tmp_path, gym_paths):
    path = tmp_path / "book.toml"
    text = gym_paths.codebook.read_text(encoding="utf-8")
    path.write_text(text.replace("It was too full at night.", "It was quiet."), encoding="utf-8")
    result = run("check", "--labels", gym_paths.labels, "--codebook", path)
    line = 1 + text[: text.index("It was too full at night.")].count("\n")
    expected = f"{path}, line {line}: cue 'too crowded|full' does not meet its sentence 'It was quiet.'"
    assert f"error: {expected}" in result.stdout.splitlines()
    assert result.exit_code == 1
