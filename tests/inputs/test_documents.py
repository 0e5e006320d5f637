import csv
import gzip
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.errors import InputError
from themes.inputs.documents import Document, Reading, read_documents


@pytest.fixture
def put(tmp_path, monkeypatch):
    """Write a file into the current folder, packed if its name says so; gives its name."""
    monkeypatch.chdir(tmp_path)

    def write(name, content, encoding="utf-8"):
        data = content if isinstance(content, bytes) else content.encode(encoding)
        (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return name

    return write


def read(name, **reading):
    return [(doc.name, doc.text, dict(doc.metadata)) for doc in read_documents([name], Reading(**reading))]


ROWS = {
    "txt": ("He left.\nShe stayed.\n", [("", "He left.\nShe stayed.\n", {})]),
    "csv": (
        'id,text\n1,"He left,\nat night."\n\n2,"She said ""no""."\n',
        [(":2", "He left,\nat night.", {"id": "1"}), (":5", 'She said "no".', {"id": "2"})],
    ),
    "tsv": ("text\tid\nHe left, alone.\té\n", [(":2", "He left, alone.", {"id": "é"})]),
    "jsonl": (
        '{"text": "He\\nleft.", "n": 1, "who": {"age": null}}\n\n{"text": ""}',
        [(":1", "He\nleft.", {"n": 1, "who": {"age": None}}), (":3", "", {})],
    ),
}
KINDS = {**ROWS, "ndjson": ROWS["jsonl"], "CSV": ROWS["csv"], "md": ROWS["txt"]}


@pytest.mark.parametrize("ending", KINDS)
@pytest.mark.parametrize("packed", ["", ".gz"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_every_kind_of_file_is_read_in_every_packing_and_encoding(put, ending, packed, encoding):
    content, rows = KINDS[ending]
    name = put(f"in.{ending}{packed}", content, encoding)
    named = encoding if encoding in {"utf-16", "latin-1"} else "utf-8"
    assert read(name, encoding=named) == [(name + place, text, rest) for place, text, rest in rows]


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl", "csv.gz"])
def test_an_empty_file_gives_nothing(put, ending):
    assert read(put(f"in.{ending}", "")) == []
    assert read(put(f"in.{ending}", "\n\n")) == []


def test_a_header_alone_gives_nothing(put):
    assert read(put("in.csv", "text,id\n")) == []


def test_an_empty_text_file_is_one_empty_document(put):
    assert read(put("in.txt", "")) == [("in.txt", "", {})]


@pytest.mark.parametrize(
    ("header", "column", "text"),
    [("a,text", None, "2"), ("sentence,text", None, "2"), ("sentence,a", None, "1"), ("text,a", "a", "2")],
)
def test_the_text_column_is_text_then_sentence_or_the_one_named(put, header, column, text):
    ((_, found, metadata),) = read(put("in.csv", f"{header}\n1,2\n"), text_column=column)
    assert found == text
    assert list(metadata.values()) == ["1" if text == "2" else "2"]


def test_files_are_read_in_the_order_given(put):
    names = [put("b.txt", "1"), put("a.csv", "text\n2\n3\n"), put("c.txt", "4")]
    assert [document.text for document in read_documents(names)] == ["1", "2", "3", "4"]
    assert next(read_documents(["b.txt"])) == Document("b.txt", "1")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.txt", None, r"none\.txt: no such file"),
        (".", None, r"\.: is a directory; name the files in it"),
        ("a.txt", b"\x7fELF\0\0", r"a\.txt: looks like a binary file, not text"),
        ("a.txt", b"one\n\xff\n", r"a\.txt, line 2: is not valid UTF-8; .*--encoding"),
        ("a.csv", b"text\none\n\xff\n", r"a\.csv, line 3: is not valid UTF-8; .*--encoding"),
        (
            "a.jsonl",
            b'{"text": "a"}\n{"text": "\xff"}',
            r"a\.jsonl, line 2: is not valid UTF-8; .*--enc",
        ),
        ("a.txt", "x".encode("utf-16"), r"a\.txt: is UTF-16, not UTF-8; save it as UTF-8"),
        (
            "a.csv",
            "id,note\n1,2\n",
            r"a\.csv, line 1: has no column 'text' \(columns: 'id', 'note'\); ",
        ),
        (
            "a.jsonl",
            '{"text": "a"}\n{"body": 1}',
            r"a\.jsonl, line 2: has no column 'text' .*: 'body'\)",
        ),
        ("a.jsonl", "{}", r"a\.jsonl, line 1: has no column 'text' \(columns: none\)"),
        ("a.jsonl", '\n{"text": ', r"a\.jsonl, line 2: is not JSON"),
        ("a.jsonl", "[" * 100_000, r"a\.jsonl, line 1: is not JSON"),
        ("a.jsonl", '["text"]', r"a\.jsonl, line 1: is not a JSON object"),
        ("a.jsonl", '{"text": 5}', r"a\.jsonl, line 1: 'text' is not a string"),
        ("a.csv", 'id,text\n1,"a\nb"\n2\n', r"a\.csv, line 4: has 1 cells where the header has 2"),
        ("a.tsv", "id\ttext\n1\ta\tb\n", r"a\.tsv, line 2: has 3 cells where the header has 2"),
        (
            "a.csv",
            'id,text\n1,"a\n2,b\n',
            r"a\.csv, line 2: is not a readable row \(unexpected end",
        ),
    ],
)
def test_what_cannot_be_read_is_named_with_file_and_line(put, name, content, message):
    if content is not None:
        put(name, content)
    else:
        put("another.txt", "x")
    with pytest.raises(InputError, match=f"^{message}"):
        read(name)


@pytest.mark.parametrize("ending", ["txt", "csv", "jsonl"])
def test_an_unknown_encoding_is_named(put, ending):
    with pytest.raises(InputError, match="unknown encoding 'klingon'; try utf-8"):
        read(put(f"a.{ending}", "x"), encoding="klingon")


def test_a_column_asked_for_and_missing_is_not_offered_again(put):
    with pytest.raises(InputError, match=r"has no column 'body' \(columns: 'text'\)$"):
        read(put("a.csv", "text\nx\n"), text_column="body")


@pytest.mark.parametrize("ending", ["txt", "csv", "jsonl"])
def test_damaged_gzip_is_named(put, tmp_path, ending):
    text = "".join(f'{{"text": "{number}"}}\n' for number in range(9999))
    place = tmp_path / put(f"a.{ending}.gz", text)
    data = place.read_bytes()
    for harmed in (data[:-20], data[:10] + b"\xff" * 9, data[:-8] + b"\xff" * 8):
        place.write_bytes(harmed)
        with pytest.raises(InputError, match=rf"^a\.{ending}\.gz: cannot be read to its end"):
            read(place.name)


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("a.txt", "x" * 101, "a.txt"),
        ("a.txt.gz", "0" * 5_000_000, "a.txt.gz"),
        ("a.csv", "text\nx\n" + "x" * 101, "a.csv, line 3"),
        ("a.jsonl", '{"text": "x"}\n{"text": "' + "x" * 101 + '"}', "a.jsonl, line 2"),
        ("a.jsonl.gz", "0" * 5_000_000, "a.jsonl.gz, line 1"),
    ],
)
def test_a_document_that_is_too_large_is_refused(put, name, content, place):
    with pytest.raises(InputError, match=rf"^{place}: holds more than 100 bytes.*--max-document-size"):
        read(put(name, content), max_size=100)


def test_a_small_limit_does_not_outlive_its_reading(put):
    assert read(put("a.csv", "text\nx\n"), max_size=5) == [("a.csv:2", "x", {})]
    assert next(csv.reader(["longer than five"])) == ["longer than five"]


@pytest.mark.parametrize(
    ("name", "content", "lines", "texts"),
    [
        ("a.csv", 'text,id\na,1\nb\nc,3,3\n"d"d,4\ne,5\n', [3, 4, 5], ["a", "e"]),
        ("a.csv", "text\n" + "x" * 101 + "\nb\n", [2], ["b"]),
        ("a.jsonl", b'{"text": "a"}\nno\n[]\n{"text": 1}\n{"text": "e"}', [2, 3, 4], ["a", "e"]),
        ("a.jsonl", b'{"a": 1}\n\xff\n{"text": "c"}', [1, 2], ["c"]),
    ],
)
def test_bad_rows_are_reported_and_left_out(put, name, content, lines, texts):
    errors = []
    found = read(put(name, content), on_bad=errors.append, max_size=100)
    assert [text for _, text, _ in found] == texts
    assert [(error.path, error.line) for error in errors] == [(name, line) for line in lines]


def test_half_a_surrogate_pair_is_replaced_so_that_it_can_be_written(put):
    row = r'{"text": "a\ud83d b \ud83d\ude00", "\udc00": ["\ud800\\ud800"]}'
    assert read(put("a.jsonl", row)) == [("a.jsonl:1", "a\ufffd b 😀", {"\ufffd": ["\ufffd\\ud800"]})]


def test_a_name_that_is_not_utf_8_is_replaced_so_that_it_can_be_written(put, tmp_path):
    name = os.fsdecode(b"caf\xe9.txt")
    try:
        (tmp_path / name).write_text("x")
    except OSError:
        pytest.skip("the file system takes only UTF-8 names")
    assert read(tmp_path / name) == [(str(tmp_path / "caf\ufffd.txt"), "x", {})]


SIGNS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(rows=st.lists(st.tuples(SIGNS, SIGNS)))
def test_what_a_table_writer_writes_is_read_back(tmp_path_factory, rows):
    place = tmp_path_factory.mktemp("rows")
    with (place / "a.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("id", "text"), *rows])
    with (place / "a.jsonl").open("w", encoding="utf-8", newline="") as stream:
        stream.writelines(json.dumps({"id": key, "text": text}) + "\n" for key, text in rows)
    for name in ("a.csv", "a.jsonl"):
        found = [(document.metadata["id"], document.text) for document in read_documents([place / name])]
        assert found == rows
