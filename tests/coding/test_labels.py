import csv
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.coding.codebook import Codebook
from themes.coding.labels import (
    COLUMNS,
    Label,
    label_files,
    parse_themes,
    read_labels,
    require_known_themes,
    uncoded_files,
    write_sheet,
)
from themes.errors import InputError

COMMITTED = Path(__file__).parents[2] / "labels"
HEADER = "id,document,index,sentence,final\n"
ROW = "a-0,a.txt,0,It cost too much.,cost\n"


@pytest.fixture
def sheet(tmp_path):
    """Write a file of labels into an empty folder; text is written as UTF-8 with its line ends kept."""

    def write(text, name="field.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_a_row_is_read_with_its_codes_note_and_place(sheet):
    path = sheet(
        "note,coder_2,coder_1,address,final,sentence,index,document,id\n"
        'kept apart,,cost, x ,cost | crowding,"Too dear, too full.", 7 , a.txt , a-7 \n'
    )
    assert read_labels([path]) == [
        Label(
            id="a-7",
            document="a.txt",
            index=7,
            sentence="Too dear, too full.",
            themes=("cost", "crowding"),
            source="field",
            codes={"coder_1": ("cost",), "coder_2": ()},
            note="kept apart",
            path=str(path),
            line=2,
        )
    ]


def test_a_sentence_keeps_its_white_space_and_line_breaks(sheet):
    path = sheet(HEADER + 'a-0,a,0,"Two\nlines. ",\na-1,a,1,Next.,\n')
    assert [(label.sentence, label.line) for label in read_labels([path])] == [
        ("Two\nlines. ", 2),
        ("Next.", 4),
    ]


@pytest.mark.parametrize("change", ["\ufeff{}", "{}\n\n,,,,\n"], ids=["byte order mark", "blank rows"])
def test_a_spreadsheets_traces_are_passed_over(sheet, change):
    assert [label.id for label in read_labels([sheet(change.format(HEADER + ROW))])] == ["a-0"]


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_other_line_ends_are_read_from_a_file_and_from_a_folder(sheet, end):
    path = sheet((HEADER + ROW).replace("\n", end))
    assert [label.themes for label in read_labels([path, path.parent])] == [("cost",), ("cost",)]


@pytest.mark.parametrize(
    ("name", "source", "held_out"),
    [
        ("seeds.csv", "seed", True),
        ("Seeds.csv", "seed", True),
        ("field.csv", "field", True),
        ("mine.csv", "mine", True),
        ("authored.csv", "authored", False),
        ("Authored.csv", "Authored", False),
        ("authored-2.csv", "authored-2", False),
        ("Authored_by_us.csv", "Authored_by_us", False),
    ],
)
def test_the_source_is_the_files_name_and_authored_sentences_are_never_held_out(
    sheet, name, source, held_out
):
    (label,) = read_labels([sheet(HEADER + ROW, name)])
    assert (label.source, label.held_out) == (source, held_out)


def test_authored_sentences_stay_authored_in_a_compressed_file(sheet):
    import gzip

    (label,) = read_labels([sheet(gzip.compress((HEADER + ROW).encode()), "authored.csv.gz")])
    assert (label.source, label.held_out) == ("authored", False)


def test_a_source_column_overrides_the_files_name_where_it_is_filled(sheet):
    path = sheet("source," + HEADER + "authored," + ROW + "," + ROW + "authored-2," + ROW, "seeds.csv")
    assert [(label.source, label.held_out) for label in read_labels([path])] == [
        ("authored", False),
        ("seed", True),
        ("authored-2", False),
    ]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "no column 'id'"),
        ("id,document,index,sentence\n", 1, "no column 'final'"),
        ("final," + HEADER + "cost," + ROW, 1, "column 'final' twice"),
        (HEADER + ROW + "a-1,a,one,Text.,\n", 3, "index 'one' is not a whole number"),
        (HEADER + ROW + "a-1,a,1.5,Text.,\n", 3, "index '1.5' is not a whole number"),
        (HEADER + ROW + "a-1,a,-1,Text.,\n", 3, "index '-1' is not a whole number from 0"),
        (HEADER + ROW + f"a-1,a,{'9' * 5000},Text.,\n", 3, f"index '{'9' * 40}' is not"),
        (HEADER + ROW + "\na-1,a,1,Text.\n", 4, "4 cells where the header has 5"),
        (HEADER + ROW + "a-1,a,1,Text,,cost\n", 3, "6 cells where the header has 5"),
        (HEADER + ROW + "a-1,a,1, ,cost\n", 3, "has no sentence"),
        (HEADER + 'a-1,a,1,"Two\nlines.",\na-2,a,x,Text.,\n', 4, "index 'x'"),
        (HEADER + ROW + 'a-1,a,1,Text.,"cost\n' + ROW + ROW, 3, "unexpected end of data"),
        (HEADER + ROW + 'a-1,a,1,"He said "no".",\n', 3, "not a readable table"),
    ],
)
def test_a_refusal_names_file_line_and_reason(sheet, text, line, reason):
    path = sheet(text)
    with pytest.raises(InputError) as refusal:
        read_labels([path])
    assert str(refusal.value).startswith(f"{path}, line {line}: ")
    assert reason in str(refusal.value)


def test_a_file_that_is_not_utf_8_is_refused_by_name(sheet):
    path = sheet((HEADER + ROW).replace("much", "müch").encode("latin-1"))
    with pytest.raises(InputError, match="not valid UTF-8") as refusal:
        read_labels([path])
    assert (refusal.value.path, refusal.value.line) == (str(path), 2)


def test_an_unknown_theme_is_refused_with_file_and_line(sheet):
    book = Codebook.from_dict({"title": "t", "themes": [{"key": "cost", "name": "c", "definition": "d"}]})
    known = read_labels([sheet(HEADER + ROW)])
    require_known_themes(known, book)
    path = sheet(HEADER + ROW + "a-1,a,1,Text.,cost|costs\n")
    with pytest.raises(InputError, match="'costs' is not in the codebook") as refusal:
        require_known_themes(read_labels([path]), book)
    assert (refusal.value.path, refusal.value.line) == (str(path), 3)


def test_a_folder_gives_its_label_files_in_order_and_nothing_else(sheet, tmp_path):
    spaced = sheet(HEADER.replace(",", ", ") + ROW, "b.csv")
    plain = sheet(HEADER + ROW, "a.csv")
    sheet("", "empty.csv")
    sheet("name,size\nx,1\n", "other.csv")
    sheet(HEADER + ROW, "labels.txt")
    (tmp_path / "folder.csv").mkdir()
    assert label_files([tmp_path]) == [plain, spaced]
    assert label_files([spaced, tmp_path]) == [spaced, plain, spaced]


def test_a_folder_without_label_files_and_a_missing_path_are_refused(sheet, tmp_path):
    sheet("name,size\n", "other.csv")
    with pytest.raises(InputError, match="holds no label file") as refusal:
        label_files([tmp_path])
    assert refusal.value.path == str(tmp_path)
    with pytest.raises(InputError, match="no such file or folder"):
        label_files([tmp_path / "missing.csv"])


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@given(st.lists(st.tuples(cells.filter(str.strip), cells), min_size=1, max_size=4))
def test_what_is_written_to_a_sheet_is_read_back(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("sheet") / "field.csv"
    written = [
        (f"a-{n}", "a", n, text, "cost", "", "cost|crowding", note) for n, (text, note) in enumerate(rows)
    ]
    assert write_sheet(path, written) == len(rows)
    with path.open(encoding="utf-8", newline="") as stream:
        assert tuple(next(csv.reader(stream))) == COLUMNS
    read = read_labels([path])
    assert [(label.sentence, label.note) for label in read] == rows
    assert all(label.codes == {"coder_1": ("cost",), "coder_2": ()} for label in read)
    assert all(label.themes == ("cost", "crowding") for label in read)


@given(st.lists(st.text("abc-", min_size=1, max_size=5)))
def test_themes_joined_by_bars_are_parted_again(keys):
    assert parse_themes(" | ".join(keys)) == tuple(keys)


def test_the_committed_labels_all_read_from_three_sources():
    labels = read_labels([COMMITTED])
    assert {label.source for label in labels} == {"authored", "field", "seed"}
    assert len(labels) == sum(len(read_labels([path])) for path in COMMITTED.glob("*.csv"))
    assert {label.held_out for label in labels if label.source == "authored"} == {False}


def test_a_header_without_rows_is_refused(sheet):
    path = sheet(HEADER + "\n , ,,,\n", "field.csv")
    with pytest.raises(
        InputError, match=r"field\.csv: holds a header and no sentence; fill it or leave it out"
    ):
        read_labels([path])


def test_files_in_which_no_row_has_a_final_theme_are_named(sheet):
    blank, coded = sheet(HEADER + ROW, "blank.csv"), sheet(HEADER + ROW, "coded.csv")
    labels = [*read_labels([blank]), *read_labels([coded])]
    bare = [replace(label, themes=()) for label in labels]
    assert uncoded_files(bare) == [str(blank), str(coded)]
    assert uncoded_files([bare[0], *labels[1:], bare[1]]) == [str(blank)]
    assert uncoded_files([]) == []
