import csv
import gzip
import io
import json
import random
import tracemalloc
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

import themes.inputs.cuts
from themes.errors import InputError
from themes.inputs.documents import Reading, read_documents, read_input
from themes.inputs.parts import Part, Piece, columns, plan, read_part

MILLION = 1_000_000


@pytest.fixture
def put(tmp_path, monkeypatch):
    """Write a file into the current folder; gives its name."""
    monkeypatch.chdir(tmp_path)

    def write(name, content):
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return name

    return write


def found(documents):
    """Give what documents hold, and the error that ends them where there is one."""
    rows = []
    try:
        for document in documents:
            rows.append((document.name, document.text, dict(document.metadata)))
    except InputError as error:
        rows.append(str(error))
    return rows


def both(name, size=1, **reading):
    """Read a file whole and in parts; gives the documents and the errors, which must be the same."""
    seen = []
    for route in ("whole", "parts"):
        errors = []
        given = Reading(on_bad=errors.append, **reading)
        if route == "whole":
            rows = found(read_documents([name], given))
        else:
            parts = plan([name], given, size=size)
            rows = [row for part in parts for row in found(read_part(part, given))]
        seen.append((rows, [str(error) for error in errors]))
    assert seen[0] == seen[1]
    return seen[0]


def texts(rows):
    return [text for _, text, _ in rows]


SIGNS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@given(
    rows=st.lists(st.tuples(SIGNS, SIGNS), max_size=30), size=st.integers(1, 200), block=st.integers(1, 40)
)
def test_parts_hold_what_the_file_holds(tmp_path_factory, rows, size, block):
    place = tmp_path_factory.mktemp("rows")
    for ending, delimiter in (("csv", ","), ("tsv", "\t")):
        with (place / f"a.{ending}").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, delimiter=delimiter).writerows([("id", "text"), *rows])
    with (place / "a.jsonl").open("w", encoding="utf-8", newline="") as stream:
        stream.writelines(json.dumps({"id": key, "text": text}) + "\n" for key, text in rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(themes.inputs.cuts, "_BLOCK", block)
        for name in ("a.csv", "a.tsv", "a.jsonl"):
            documents, errors = both(str(place / name), size)
            assert [(rest["id"], text) for _, text, rest in documents] == rows
            assert errors == []


@given(
    body=st.text(st.sampled_from('ab,;"\n\r'), max_size=80).map(str.encode),
    header=st.sampled_from([b"text\n", b"id,text\r\n", b"\n\xef\xbb\xbf", b"\xef\xbb\xbfid;text\n", b""]),
    size=st.integers(1, 60),
    block=st.integers(1, 20),
)
def test_parts_are_the_file_also_where_quotation_marks_are_stray(tmp_path_factory, body, header, size, block):
    place = tmp_path_factory.mktemp("stray") / "a.csv"
    place.write_bytes(header + body)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(themes.inputs.cuts, "_BLOCK", block)
        both(str(place), size)


@given(body=st.text(st.sampled_from('ab,"\n\r'), max_size=80))
def test_rows_of_csv_are_those_of_pythons_reader(tmp_path_factory, body):
    place = tmp_path_factory.mktemp("reader") / "a.csv"
    place.write_bytes(b"a,text\n" + body.encode())
    expected, errors = [], 0
    reader = csv.reader(io.StringIO(body, newline=""), strict=True)
    while True:
        line = reader.line_num + 2
        try:
            cells = next(reader, None)
        except csv.Error:
            errors += 1
            continue
        if cells is None:
            break
        if len(cells) == 2:
            expected.append((f"{place}:{line}", cells[1], {"a": cells[0]}))
        errors += len(cells) not in {0, 2}
    rows, found_errors = both(str(place), 5)
    assert rows == expected
    assert len(found_errors) == errors


def test_a_part_is_plain_data(put):
    put("a.jsonl", '{"text": "a"}\n' * 4)
    put("b.txt", "b")
    parts = plan(["a.jsonl", "b.txt"], Reading(), size=28)
    assert parts == [
        Part(0, (Piece("a.jsonl", 0, 28, 1, 56),), 28),
        Part(1, (Piece("a.jsonl", 28, 56, 3, 56),), 28),
        Part(2, (Piece("b.txt", 0, None, 1, 1),), 1),
    ]
    assert json.loads(json.dumps(asdict(parts[0])))["pieces"][0]["end"] == 28


def test_small_files_are_put_together_and_a_file_given_twice_is_read_twice(put):
    names = [put(f"{number}.txt", str(number)) for number in range(3)]
    parts = plan([*names, "0.txt"], Reading())
    assert [len(part.pieces) for part in parts] == [4]
    assert [document.text for document in read_part(parts[0], Reading())] == ["0", "1", "2", "0"]
    for number in range(1100):
        put(f"{number}.txt", "")
    assert max(len(part.pieces) for part in plan(["."], Reading())) <= 1025


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_parts_of_csv_begin_at_rows_and_know_their_line(put, line_end):
    rows = ["text,id", '"a', 'b",1', "c,2", '"d ""e""', '",3', "f,4", ""]
    put("a.csv", line_end.join(rows))
    pieces = [piece for part in plan(["a.csv"], Reading(), size=1) for piece in part.pieces]
    assert [piece.line for piece in pieces] == [1, 4, 5, 7]
    names = [name for name, _, _ in both("a.csv")[0]]
    assert names == ["a.csv:2", "a.csv:4", "a.csv:5", "a.csv:7"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "id;text\n1;a, b\n"),
        ("a.csv", "id\ttext\n1\ta, b\n"),
        ("a.tsv", 'id,text\n1,"a, b"\n'),
        ("a.csv", 'id,text\n1,"a, b"\n'),
    ],
)
def test_the_delimiter_is_the_one_that_shows_the_text(put, name, content):
    assert both(put(name, content))[0] == [(f"{name}:2", "a, b", {"id": "1"})]


def test_a_column_name_with_another_delimiter_in_it_is_no_reason_to_change(put):
    assert both(put("a.csv", "text,a;b\nx;y,z\n"))[0] == [("a.csv:2", "x;y", {"a;b": "z"})]


def test_packed_files_and_utf_16_stay_whole(put):
    from backports import zstd

    content = b"id,text\n" + b"1,a\n" * 50
    for name, data, encoding in (
        ("a.csv.gz", gzip.compress(content), "utf-8"),
        ("a.csv.zst", zstd.compress(content), "utf-8"),
        ("a.csv", content.decode().encode("utf-16"), "utf-16"),
    ):
        put(name, data)
        assert len(plan([name], Reading(encoding=encoding), size=10)) == 1
        rows, errors = both(name, encoding=encoding)
        assert (len(rows), rows[-1][0], errors) == (50, f"{name}:51", [])


def test_metadata_columns_of_all_files_in_order(put):
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    put("a.txt", "x")
    put("b.csv", "who;text;when\nx;y;z\n")
    put("c.jsonl", '{"text": "x", "when": 1, "n": 2}\n' * 100 + '{"text": "x", "late": 3}\n')
    put("d.csv", "nothing\n")
    pq.write_table(pa.table({"text": ["x"], "last": [1]}), "e.parquet")
    parts = plan(["."], Reading())
    assert columns(parts, Reading()) == ["who", "when", "n", "last"]


@pytest.mark.parametrize(
    ("name", "content", "kept", "message"),
    [
        ("a.csv", "text,text\na,b\n", [], "a.csv, line 1: has more than one column 'text'"),
        ("a.csv", "text,id,id\na,b,c\n", [], "a.csv, line 1: has more than one column 'id'"),
        ("a.csv", "text,,\na,b,c\n", ["a"], None),
        ("a.csv", b"text\na\n\xff\nb\n", ["a", "b"], "a.csv, line 3: is not valid UTF-8; "),
        ("a.jsonl", b'{"text":"a"}\n\xff\n{"text":"b"}\n', ["a", "b"], "a.jsonl, line 2: is not valid UTF-8"),
        ("a.csv", b"text\na\0\n", [], "a.csv: looks like a binary file"),
        ("a.jsonl", b'{"text":"a\0"}\n', [], "a.jsonl: looks like a binary file"),
        ("a.csv", b"text\n" + b"a\n" * 5000 + b"b\0\n", ["a"] * 5000 + ["b\0"], None),
        ("a.csv", "text\n".encode("utf-16"), [], "a.csv: is UTF-16, not UTF-8"),
        ("a.csv", b"\xef\xbb\xbftext\na\n", ["a"], None),
        ("a.csv", "", [], None),
        ("a.csv", "text\n", [], None),
        ("a.csv", "text,id\na,1\nb\nc,1,2\nd,2\n", ["a", "d"], "a.csv, line 3: has 1 cells where"),
        ("a.csv", 'text,id\na,1\n"b,2\nc,3\n', ["a"], "a.csv, line 3: is not a readable row (unexp"),
        ("a.csv", 'text\na\n"' + "b\n" * 200 + '"\nc\n', ["a", "c"], "a.csv, line 3: holds more than 100"),
        ("a.csv", "text\na\n" + "b" * 999 + "\nc\n", ["a", "c"], "a.csv, line 3: holds more than 100"),
        ("a.jsonl", '{"text":"a"}\n' + "b" * 999 + '\n{"text":"c"}\n', ["a", "c"], "a.jsonl, line 2: holds"),
        ("a.csv", "id\n" + "b" * 300_000, [], "a.csv, line 1: has no column 'text'"),
        ("a.csv", "i" * 300_000 + ",text\nb,c\n", [], "a.csv, line 1: has no header in its first 262,144"),
        ("a.csv", "\n" * 300_000 + "text\nb\n", [], "a.csv, line 1: has no header in its first 262,144"),
        ("a.csv", "text\n" + "\n" * 2000 + "b\n", ["b"], None),
        ("a.jsonl", "\n" * 2000 + '{"text": "b"}', ["b"], None),
        ("a.csv", "text\rb\rc\r", ["b", "c"], None),
        ("a.csv", b'text\n"' + b'"' * 90 + b'"\nb\n', ['"' * 45, "b"], None),
    ],
)
def test_every_fault_is_one_clear_error_and_the_rest_is_kept(put, name, content, kept, message):
    rows, errors = both(put(name, content), 20, max_size=100)
    assert texts(rows) == kept
    assert bool(errors) == (message is not None)
    assert message is None or errors[0].startswith(message)
    if message is not None:
        with pytest.raises(InputError):
            list(read_documents([name], Reading(max_size=100)))


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_what_comes_before_a_cut_off_end_is_kept(put, ending):
    signs = random.Random(1).choices("abcdefghijklmnopqrstuvwxyz", k=800_000)
    words = ["".join(signs[at : at + 80]) for at in range(0, len(signs), 80)]
    lines = ["text", *words] if ending == "csv" else [json.dumps({"text": word}) for word in words]
    put(f"a.{ending}.gz", gzip.compress("\n".join(lines).encode())[:-1000])
    rows, errors = both(f"a.{ending}.gz")
    assert texts(rows) == words[: len(rows)]
    assert len(rows) > 5000
    assert [error.partition(" (")[0] for error in errors] == [f"a.{ending}.gz: cannot be read to its end"]


def test_utf_16_that_breaks_off_keeps_the_rows_before(put):
    data = "text\na\nb\n".encode("utf-16") + b"\x00\xdc\x00\x00\x41"
    rows, errors = both(put("a.csv", data), encoding="utf-16")
    assert texts(rows) == ["a", "b"]
    assert [error.partition(";")[0] for error in errors] == ["a.csv, line 4: is not valid UTF-16"]


@pytest.mark.parametrize("change", [b"text\na\n", b"text\na\nb\nc\nd\n", None])
def test_a_file_that_has_changed_since_is_named(put, tmp_path, change):
    parts = plan([put("a.csv", "text\na\nb\nc\n")], Reading(), size=3)
    if change is None:
        (tmp_path / "a.csv").unlink()
    else:
        put("a.csv", change)
    message = r"^a\.csv: (has changed since the run began; .*--restart|no such file)"
    for part in parts:
        with pytest.raises(InputError, match=message):
            list(read_part(part, Reading(on_bad=lambda _: None)))


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_a_file_that_shrinks_while_it_is_read_is_named(put, tmp_path, ending):
    row = "x" * 98 + "\n" if ending == "csv" else json.dumps({"text": "x" * 80}) + "\n"
    name = put(f"a.{ending}", "text\n" * (ending == "csv") + row * 50_000)
    documents = read_documents([name])
    next(documents)
    with (tmp_path / name).open("r+b") as stream:
        stream.truncate(1000)
    with pytest.raises(InputError, match=rf"^{name}: cannot be read to its end \(it became shorter"):
        list(documents)


def test_a_file_that_grows_while_it_is_read_is_read_as_it_was(put, tmp_path):
    name = put("a.csv", "text\na\nb\n")
    documents = read_documents([name])
    next(documents)
    with (tmp_path / name).open("ab") as stream:
        stream.write(b"c\n" * 1000)
    assert [document.text for document in documents] == ["b"]


def test_a_missing_extra_is_named(put, monkeypatch):
    import sys

    put("a.csv.zst", b"")
    put("a.parquet", b"")
    for module, name, extra in (
        ("backports", "a.csv.zst", "zst"),
        ("pyarrow", "a.parquet", "parquet"),
        ("fsspec.core", "memory://a.csv", "cluster"),
    ):
        with monkeypatch.context() as patch:
            patch.setitem(sys.modules, module, None)
            with pytest.raises(InputError, match=rf"pip install 'themes\[{extra}\]'"):
                list(read_documents([name]))


def test_a_pipe_is_refused(put, tmp_path):
    import os

    put("a.txt", "")
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(InputError, match=r"^pipe\.csv: is no regular file"):
        plan(["pipe.csv"], Reading())


def test_urls_are_read_as_files_are():
    fsspec = pytest.importorskip("fsspec")
    system = fsspec.filesystem("memory")
    system.pipe("/parts/a.csv", b"text,id\n" + b"x,1\n" * 20)
    system.pipe("/parts/.hidden.csv", b"text\nx\n")
    system.pipe("/parts/b.txt.gz", gzip.compress(b"y"))
    parts = plan(["memory://parts"], Reading(), size=30)
    documents = [document for part in parts for document in read_part(part, Reading())]
    assert len(parts) == 4
    assert [document.text for document in documents] == ["x"] * 20 + ["y"]
    assert [documents[0].name, documents[-1].name] == ["memory:///parts/a.csv:2", "memory:///parts/b.txt.gz"]


@pytest.mark.parametrize(
    ("form", "data", "rows"),
    [
        ("csv", b"id;text\n1;a\n", [("<stdin>:2", "a", {"id": "1"})]),
        ("jsonl", b'\n{"text": "a", "n": 1}', [("<stdin>:2", "a", {"n": 1})]),
        ("text", b"id;text\n", [("<stdin>", "id;text\n", {})]),
    ],
)
def test_standard_input_can_be_a_table(form, data, rows):
    stream = io.BytesIO(data)
    assert found(read_input(stream, form, Reading())) == rows
    assert not stream.closed


@pytest.mark.parametrize("quoted", [False, True])
def test_memory_stays_flat(put, quoted):
    words = b"the town had no bread " * 20
    row = b'"%b""no"",\nc",1\n' % words if quoted else words + b",1\n"
    name = put("a.csv", b"text,id\n" + row * (9 * MILLION // len(row)))
    list(read_documents([put("b.csv", b"text,id\n" + row)]))
    tracemalloc.start()
    try:
        parts = plan([name], Reading())
        count = sum(1 for part in parts for _ in read_part(part, Reading()))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 9 * MILLION // len(row)
    assert peak < 4 * MILLION


def test_a_gzip_bomb_is_refused_in_little_memory(put):
    bomb = gzip.compress(b"text\n" + b"0" * 20 * MILLION + b"\nb\n", 1)
    name = put("a.csv.gz", bomb)
    tracemalloc.start()
    try:
        errors = []
        rows = found(read_documents([name], Reading(max_size=MILLION, on_bad=errors.append)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert texts(rows) == ["b"]
    assert str(errors[0]).startswith("a.csv.gz, line 2: holds more than 1,000,000 bytes")
    assert peak < 9 * MILLION
