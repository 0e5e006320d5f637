from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from themes.coding.codebook import Codebook, Cue, load_codebook
from themes.errors import InputError

PACKAGE = Path(__file__).parents[2] / "themes"
TWO = Path(__file__).parents[1] / "data" / "two_themes.toml"

MINIMAL = """title = "Why people left the gym"

[[themes]]
key = "cost"
name = "Cost"
definition = "It cost too much."

[[themes]]
key = "crowding"
name = "Crowding"
definition = "It was too full."
"""


@pytest.fixture(scope="module")
def bundled() -> Codebook:
    return load_codebook()


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "book.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_bundled_codebook_loads(bundled: Codebook) -> None:
    assert bundled.title
    assert bundled.version == "1.1"
    assert len(bundled.keys) == len(set(bundled.keys)) > 1
    assert bundled.rules
    for theme in bundled.themes:
        assert len(theme.cues) >= 100
        assert 4 <= len(theme.examples) <= 6
        assert sum(not example.positive for example in theme.examples) >= 2
        assert all(example.why for example in theme.examples)


def test_a_cue_stands_on_one_line(bundled: Codebook) -> None:
    lines = (PACKAGE / "codebook.toml").read_text(encoding="utf-8").splitlines()
    cues = [line for line in lines if line.startswith("  { cue = ")]
    assert len(cues) == sum(len(owner.cues) for owner in (*bundled.themes, *bundled.contexts))
    assert all(line.endswith(" },") for line in cues)


def test_no_code_names_a_bundled_theme(bundled: Codebook) -> None:
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for key in bundled.keys:
            assert not re.search(rf"\b{re.escape(key)}\b", text), f"{path.name} names {key!r}"


def test_a_codebook_on_another_subject_loads() -> None:
    book = load_codebook(TWO)
    assert book.keys == ("cost", "crowding")
    cost, crowding = book.themes
    assert [cue.unless for cue in cost.cues] == [("bank",), ("bank",), ()]
    assert [example.positive for example in cost.examples] == [True, False]
    assert crowding.cues[1] == Cue("wait* ~ #|hours", "I waited 20 minutes for a bench.", near=("training",))


def test_a_minimal_codebook_is_enough(tmp_path: Path) -> None:
    book = load_codebook(written(tmp_path, MINIMAL))
    assert book.keys == ("cost", "crowding")
    assert book.themes[0].cues == ()


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    plain = load_codebook(written(tmp_path, MINIMAL))
    assert load_codebook(written(tmp_path, "\ufeff" + MINIMAL.replace("\n", "\r\n"))) == plain


@pytest.mark.parametrize("path", [None, TWO])
def test_dictionaries_round_trip(path: Path | None) -> None:
    book = load_codebook(path)
    data = json.loads(json.dumps(book.to_dict()))
    again = Codebook.from_dict(data)
    assert again == book
    assert again.digest() == book.digest()
    assert re.fullmatch("[0-9a-f]{64}", book.digest())


def test_the_digest_changes_with_the_contents(tmp_path: Path) -> None:
    book = load_codebook(written(tmp_path, MINIMAL))
    assert load_codebook(written(tmp_path, MINIMAL + "# a remark\n")).digest() == book.digest()
    assert load_codebook(written(tmp_path, MINIMAL.replace("full", "fuller"))).digest() != book.digest()


def test_data_that_is_wrong_is_refused_without_a_file() -> None:
    with pytest.raises(InputError, match="title is missing") as caught:
        Codebook.from_dict({"themes": [{"key": "cost", "name": "Cost", "definition": "."}]})
    assert caught.value.path is None


THEME = '[[themes]]\nkey = "cost"\nname = "Cost"\ndefinition = "."\n'
SECOND = '[[themes]]\nkey = "full"\nname = "Full"\ndefinition = "."\n'
CONTEXT = '[[contexts]]\nkey = "bank"\nname = "Banks"\ndefinition = "."\n'
TITLE = 'title = "Gym"\n'


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("title = \n", 1, "not valid TOML"),
        (TITLE + "themes = [", 2, "not valid TOML"),
        (TITLE, 1, "no themes"),
        (TITLE + "themes = []\n", 1, "no themes"),
        (TITLE + 'themes = "cost"\n', 2, "themes must be a list"),
        (THEME, 1, "title is missing"),
        ('title = ""\n' + THEME, 1, "title is missing"),
        ("title = 3\n" + THEME, 1, "title must be a text"),
        (TITLE + 'colour = "red"\n' + THEME, 2, "unknown field 'colour'"),
        (TITLE + "rules = [1]\n" + THEME, 2, "rules must be a list of texts"),
        (TITLE + THEME + 'colour = "red"\n', 6, "unknown field 'colour'"),
        (TITLE + THEME + SECOND.replace('key = "full"\n', ""), 6, "key is missing"),
        (TITLE + THEME + SECOND.replace('name = "Full"\n', ""), 6, "name is missing"),
        (TITLE + THEME + SECOND.replace('definition = "."\n', ""), 6, "definition is missing"),
        (TITLE + THEME + SECOND.replace('"full"', '"cost"'), 7, "key 'cost' is used twice"),
        (TITLE + THEME + SECOND.replace('"Full"', '"cost"'), 8, "name 'cost' is used twice"),
        (TITLE + THEME + CONTEXT.replace('"bank"', '"cost"'), 3, "key 'cost' is used twice"),
        (TITLE + THEME.replace('"cost"', '"Cost"'), 3, "key 'Cost'"),
        (TITLE + THEME.replace('"cost"', '"a|b"'), 3, "key 'a|b'"),
        (TITLE + THEME.replace('"cost"', '"a b"'), 3, "key 'a b'"),
        (TITLE + THEME.replace('"cost"', '"a,b"'), 3, "key 'a,b'"),
        (TITLE + THEME.replace('"cost"', "7"), 3, "key must be a text"),
        (TITLE + THEME + "borderline = [1]\n", 6, "names rule 1, but there are 0 rules"),
        (TITLE + THEME + 'borderline = ["one"]\n', 6, "borderline must be a list"),
        (TITLE + THEME + "borderline = [true]\n", 6, "borderline must be a list"),
        (TITLE + THEME + "includes = [2]\n", 6, "includes must be a list of texts"),
        (TITLE + THEME + 'unless = ["bank"]\n', 6, "unknown context 'bank'"),
        (TITLE + THEME + 'cues = ["fee*"]\n', 6, "cues must be a list"),
        (TITLE + THEME + 'cues = [\n  { fires = "Fees." },\n]\n', 6, "cue is missing"),
        (TITLE + THEME + 'cues = [\n  { cue = "fee*" },\n]\n', 7, "fires is missing"),
        (TITLE + THEME + 'cues = [\n  { cue = "fee ~", fires = "F." },\n]\n', 7, "'~' needs a word"),
        (TITLE + THEME + 'cues = [\n\n  { cue = "Fee", fires = "F." },\n]\n', 8, "upper-case"),
        (TITLE + THEME + "cues = [\n  { cue = '*', fires = \"F.\" },\n]\n", 7, "bare '*'"),
        (TITLE + THEME + 'cues = [\n  { cue = "fee", fires = "F.", x = 1 },\n]\n', 7, "unknown field 'x'"),
        (
            TITLE
            + THEME
            + 'cues = [\n  { cue = "fee", fires = "F." },\n  { cue = "fee", fires = "F." },\n]\n',
            8,
            "cue 'fee' stands twice",
        ),
        (
            TITLE + CONTEXT + THEME + 'cues = [\n  { cue = "fee", fires = "F.", near = ["gym"] },\n]\n',
            11,
            "unknown context 'gym'; known are bank",
        ),
        (
            TITLE + THEME + CONTEXT + 'cues = [\n  { cue = "bank", fires = "B.", near = ["bank"] },\n]\n',
            11,
            "there are none that it may name",
        ),
        (TITLE + THEME + 'examples = [\n  { text = "F.", not = 1 },\n]\n', 7, "not must be true or false"),
        (TITLE + THEME + 'examples = [\n  { why = "F." },\n]\n', 6, "text is missing"),
    ],
)
def test_a_malformed_codebook_is_refused(tmp_path: Path, text: str, line: int, reason: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(InputError) as caught:
        load_codebook(path)
    assert caught.value.path == str(path)
    assert caught.value.line == line
    assert reason in caught.value.reason
    assert "\n" not in str(caught.value)


def test_curly_apostrophes_are_those_of_a_text(tmp_path: Path) -> None:
    from themes.coding.lexicon import Lexicon
    from themes.text.words import words

    text = TITLE + THEME + 'cues = [{ cue = "owner’s  car", fires = "F." }]\n'
    text += '[[classes]]\nkey = "boss"\nwords = ["owner’s car", " don’t ", "landlord"]\n'
    book = load_codebook(written(tmp_path, text))
    assert book.themes[0].cues[0].pattern == "owner's car"
    assert book.classes[0].words == ("owner's car", "don't", "landlord")
    lexicon = Lexicon.from_codebook(book)
    for sentence in ("The owner’s car.", "I don't.", "My landlord’s."):
        assert lexicon.find(words(sentence)) == ["boss"]


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("mother-in-law", "write 'mother in law', which also meets it with a hyphen"),
        ("# dollars", "# stands alone"),
        ("5 dollars", "'5' has digits"),
        ("fee|price", "give each its own entry"),
        ("fee ~ rose", "give each its own entry"),
        ("the  fee’s", "stands twice"),
        ("members’", "an apostrophe needs letters on both sides"),
    ],
)
def test_an_entry_that_a_word_class_cannot_take_is_refused(tmp_path: Path, word: str, reason: str) -> None:
    classes = f'[[classes]]\nkey = "k"\nwords = [\n  "the fee\'s",\n  "{word}",\n]\n'
    with pytest.raises(InputError) as caught:
        load_codebook(written(tmp_path, TITLE + THEME + classes))
    assert reason in caught.value.reason
    assert caught.value.line == 10


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.toml: cannot be read"):
        load_codebook(tmp_path / "nowhere.toml")
    with pytest.raises(InputError, match="cannot be read"):
        load_codebook(tmp_path)
    with pytest.raises(InputError) as caught:
        load_codebook(written(tmp_path, b'title = "a"\nsource = "\xff"\n'))
    assert (caught.value.line, caught.value.reason) == (2, "is not UTF-8 text")


def test_a_file_without_end_is_refused() -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("no /dev/zero on this machine")
    with pytest.raises(InputError, match="larger than any codebook"):
        load_codebook(Path("/dev/zero"))


def test_importing_the_module_is_cheap() -> None:
    code = "import sys, themes.coding.codebook; print(*{'tomllib', 'numpy', 'sklearn'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_key_that_the_reports_use_for_themselves_is_refused():
    with pytest.raises(InputError, match="a word of the reports"):
        Codebook.from_dict({"title": "t", "themes": [{"key": "micro", "name": "m", "definition": "."}]})
