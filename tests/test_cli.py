"""The command line, called in this process; the installed command is called in test_main_job."""

import csv
import gzip
import importlib
import io
import json
import sys

import pytest

from themes.cli import COMMANDS, main
from themes.cli.classify import _without

TEXT = "The fee doubled in spring. The hall was packed every evening. My sister stayed."


@pytest.fixture
def classify(run, gym):
    return lambda *args, text=None: run("classify", "--model", gym.folder, *args, text=text)


def rows(result):
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_a_worked_example(run, name):
    result = run(name, "--help")
    assert result.exit_code == 0
    assert "Example" in result.output
    assert f"themes {name}" in result.output
    assert COMMANDS[name] in result.output.replace("\n  ", " ")
    options = [param for param in main.get_command(None, name).params if param.param_type_name == "option"]
    assert all(option.help for option in options)


def test_jsonl_rows_hold_place_text_themes_and_all_probabilities(classify):
    found = rows(classify(text=TEXT))
    assert [row["themes"] for row in found] == [["cost"], ["crowding"], []]
    assert list(found[0]) == ["document", "index", "start", "end", "text", "themes", "probabilities"]
    assert found[1]["document"] == "<stdin>"
    assert TEXT[found[1]["start"] : found[1]["end"]] == found[1]["text"]


def test_explanations_sum_to_the_logit(classify):
    for row in rows(classify("--text", TEXT, "--explain", "2")):
        for why in row["explanation"].values():
            total = why["intercept"] + sum(term["contribution"] for term in why["terms"]) + why["rest"]
            assert total == pytest.approx(why["logit"], abs=1e-9)
            assert len(why["terms"]) <= 2


def test_only_coded_thresholds_and_units(classify):
    assert len(rows(classify("--text", TEXT, "--only-coded"))) == 2
    assert (
        rows(classify("--text", TEXT, "--only-coded", "--threshold", "cost=1", "--threshold", "crowding=1"))
        == []
    )
    (document,) = rows(classify("--text", TEXT, "--unit", "document"))
    assert document["counts"] == {"cost": 1, "crowding": 1}
    assert len(rows(classify("--unit", "line", text="One. Two.\nThree."))) == 2


def test_tables_for_spreadsheets_are_guarded(classify, tmp_path):
    source = tmp_path / "answers.csv"
    source.write_text('who,text\n=cmd(),"=1+1 said the fee doubled"\n')
    result = classify(source, "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(result.stdout))
    assert row["text"].startswith("'=1+1")
    assert row["meta_who"] == "'=cmd()"
    assert row["document"] == f"{source}:2"


def test_the_name_of_the_output_chooses_the_format(classify, tmp_path):
    for suffix, first in ((".csv", "document,"), (".tsv", "document\t"), (".jsonl", "{")):
        out = tmp_path / f"out{suffix}"
        assert classify("--text", TEXT, "--output", out).exit_code == 0
        assert out.read_text().startswith(first)


def test_files_come_out_in_the_order_given(classify, tmp_path):
    (tmp_path / "b.txt").write_text("The fee rose.")
    with gzip.open(tmp_path / "a.jsonl.gz", "wt") as stream:
        stream.write('{"text": "It was packed.", "year": 2015}\n')
    found = rows(classify(tmp_path / "b.txt", tmp_path / "a.jsonl.gz", "-", text="My sister stayed."))
    assert [row["text"] for row in found] == ["The fee rose.", "It was packed.", "My sister stayed."]
    assert found[1]["metadata"] == {"year": 2015}


def test_the_input_is_never_overwritten(classify, tmp_path):
    source = tmp_path / "answers.csv"
    source.write_text("text\nThe fee doubled.\n")
    result = classify(source, "--output", source)
    assert (result.exit_code, "cannot be written at once" in result.stderr) == (2, True)
    assert source.read_text() == "text\nThe fee doubled.\n"


def test_a_table_on_paper_has_themes_and_deciding_terms(classify):
    result = classify("--text", TEXT, "--format", "table", "--explain", "1")
    lines = result.stdout.splitlines()
    assert lines[0] == "   0 The fee doubled in spring."
    assert lines[1].startswith("     → Cost 0.")
    assert "\x1b" not in result.stdout
    assert lines[-1] == "   2 My sister stayed."


@pytest.mark.parametrize(
    ("content", "options", "reason"),
    [
        (b"", [], "there is no text in the input"),
        (b" \n\n ", [], "there is no text in the input"),
        (b"\x7fELF\0\0\0", [], "looks like a binary file"),
        (b"caf\xe9 was closed", [], "--encoding windows-1252"),
        (b"x", ["--encoding", "klingon"], "unknown encoding 'klingon'"),
        (b"The fee.", ["--threshold", "cost"], "not of the form THEME=VALUE"),
        (b"The fee.", ["--threshold", "noise=0.5"], "no theme 'noise'"),
        (b"The fee rose.", ["--max-document-size", "4"], "more than 4 bytes"),
        (b"The fee.", ["--model", "nowhere"], "holds no model"),
    ],
)
def test_unusable_input_gives_one_clear_line_and_exit_code_2(classify, tmp_path, content, options, reason):
    path = tmp_path / "input.txt"
    path.write_bytes(content)
    result = classify(path, *options)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert reason in result.stderr
    assert result.stderr.startswith("themes: ")
    assert result.stderr.count("\n") == 1


def test_missing_files_directories_and_columns_are_named(classify, tmp_path):
    for path, reason in (
        (tmp_path / "none.txt", "no such file"),
        (tmp_path, "holds no files with known endings"),
    ):
        result = classify(path)
        assert (result.exit_code, f"{path}: {reason}" in result.stderr) == (2, True)
    table = tmp_path / "t.csv"
    table.write_text("answer\nThe fee doubled.\n")
    assert "has no column 'text' (columns: 'answer')" in classify(table).stderr
    assert rows(classify(table, "--text-column", "answer"))[0]["themes"] == ["cost"]
    assert classify(table, "--text", "x").exit_code == 2


def test_a_bad_row_stops_the_run_unless_told_to_skip_it(classify, tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "The fee rose."}\n{"text": 3}\n{"text": "It was packed."}\n')
    out = tmp_path / "out.jsonl"
    out.write_text("precious")
    result = classify(path, "--output", out)
    assert (result.exit_code, out.read_text()) == (2, "precious")
    assert f"{path}, line 2: 'text' is not a string" in result.stderr
    skipped = classify(path, "--skip-bad")
    assert len(rows(skipped)) == 2
    assert "skipped" in skipped.stderr
    assert "line 2" in skipped.stderr


def test_hostile_text_cannot_steer_the_terminal(classify):
    result = classify("--text", "The fee \x1b[2J\x07 doubled\u202e.", "--format", "table")
    assert not {"\x1b", "\x07", "\u202e"} & set(result.stdout)


def test_train_evaluate_check_and_agreement_serve_any_codebook(run, gym_paths, tmp_path):
    common = ["--labels", gym_paths.labels, "--codebook", gym_paths.codebook]
    trained = run("train", *common, "--output", tmp_path / "m", "--jobs", "1")
    assert trained.exit_code == 0, trained.output
    assert "Sentences: 48 two_themes_labels" in trained.output
    assert "Baseline:" in trained.output
    assert {p.name for p in (tmp_path / "m").iterdir()} >= {"manifest.json", "evaluation.json"}
    found = run("classify", "--model", tmp_path / "m", "--text", "It was packed and the price was too high.")
    assert json.loads(found.stdout)["themes"] == ["cost", "crowding"]
    evaluated = run("evaluate", *common, "--jobs", "1", "-q", "--folds", "3", "--json", tmp_path / "e.json")
    assert "3 folds that never split a document" in evaluated.output
    assert json.loads((tmp_path / "e.json").read_text())["scores"]["model"]["cost"]["support"] == 13
    checked = run("check", *common)
    assert checked.exit_code == 0
    assert "too few to learn from" in checked.output
    agreed = run("agreement", *common)
    assert "48 sentences coded by 2 coders" in agreed.output


def test_check_ends_with_1_on_errors_and_training_refuses_them(run, gym_paths, tmp_path):
    labels = tmp_path / "bad.csv"
    labels.write_text(gym_paths.labels.read_text().replace(",cost,cost,cost,", ",cost,cost,noise,", 1))
    common = ["--labels", labels, "--codebook", gym_paths.codebook]
    checked = run("check", *common)
    assert checked.exit_code == 1
    assert "line 3: final has the unknown theme 'noise'" in checked.output
    trained = run("train", *common, "--output", tmp_path / "m")
    assert trained.exit_code == 2
    assert "unknown theme 'noise'" in trained.stderr
    assert not (tmp_path / "m").exists()


def test_training_refuses_a_sheet_that_nobody_coded(run, gym_paths, tmp_path):
    with gym_paths.labels.open(newline="") as stream:
        rows = list(csv.reader(stream))
    blank = tmp_path / "blank.csv"
    with blank.open("w", newline="") as stream:
        csv.writer(stream).writerows([rows[0], *([*row[:4], "", "", "", ""] for row in rows[1:])])
    result = run("train", "--labels", blank, "--codebook", gym_paths.codebook, "--output", tmp_path / "m")
    assert (result.exit_code, "settle final" in result.stderr) == (2, True)


def test_a_missing_folder_of_documents_is_named(run, tmp_path):
    result = run("check", "--documents", tmp_path / "none")
    assert (result.exit_code, "no such folder of documents" in result.stderr) == (2, True)


def test_an_external_test_set_needs_no_labels_of_ours(run, gym, gym_paths, tmp_path, monkeypatch):
    sheet = tmp_path / "mine.csv"
    sheet.write_text("id,document,index,sentence,final\nm-1,mine,0,The bus fare is far too high now.,cost\n")
    monkeypatch.chdir(tmp_path)
    result = run("evaluate", "--on", sheet, "--model", gym.folder)
    assert "there is no folder 'labels'" not in result.stderr
    assert result.exit_code == 0


@pytest.mark.parametrize("command", ["train", "evaluate", "check", "agreement"])
def test_where_there_are_no_labels_the_clone_is_named(run, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    result = run(command)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert result.stderr.startswith("themes: there is no folder 'labels' here; name your label files")
    assert f"{tmp_path}/mine: no such file" in run(command, "--labels", tmp_path / "mine").stderr
    assert "labels: no such file" in run(command, "--labels", "labels").stderr


def test_a_table_on_standard_input(run):
    table = "answer,year\nThere was no bread for weeks.,2015\nHe left.,2016\n"
    args = ("classify", "-", "--input-format", "csv", "--text-column", "answer", "--format", "csv")
    lines = run(*args, text=table).output.splitlines()
    assert lines[0].endswith(",p_material-disappointment,meta_year,meta_other")
    assert [(line.split(",")[0], line.split(",")[-2]) for line in lines[1:]] == [
        ("<stdin>:2", "2015"),
        ("<stdin>:3", "2016"),
    ]
    result = run("classify", "--input-format", "jsonl", text="{broken")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)


def test_a_table_on_standard_input_is_shown_with_the_name_of_every_row(run):
    table = "text\nHe left.\nShe stayed.\n"
    shown = run("classify", "--input-format", "csv", "--format", "table", text=table).output.splitlines()
    assert shown == ["<stdin>:2", "   0 He left.", "<stdin>:3", "   0 She stayed."]


def test_a_sheet_can_be_made_of_any_column(run, tmp_path):
    (tmp_path / "b.csv").write_text("id,answer\n1,He left.\n")
    result = run(
        "sentences", tmp_path / "b.csv", "--text-column", "answer", "--output", tmp_path / "sheet.csv"
    )
    assert result.exit_code == 0
    assert ",He left.," in (tmp_path / "sheet.csv").read_text()


def test_agreement_asks_about_a_coder_without_codes(run, tmp_path):
    (tmp_path / "a.txt").write_text("He left. She stayed.")
    run("sentences", tmp_path / "a.txt", "--output", tmp_path / "sheet.csv")
    asked = run("agreement", "--labels", tmp_path / "sheet.csv").stderr.splitlines()
    told = "gave no theme to any sentence; is it filled in?"
    assert asked == [f"themes: {tmp_path}/sheet.csv: {name} {told}" for name in ("coder_1", "coder_2")]


def test_a_label_file_with_other_columns_is_told_what_is_needed_and_there(run, tmp_path):
    (tmp_path / "k.csv").write_text("document;index;final\n")
    result = run("check", "--labels", tmp_path / "k.csv")
    assert "has no column 'id' (needed: id, document, index, sentence, final; columns: " in result.stderr
    assert result.stderr.endswith("; save it with commas\n")


def test_ctrl_c_leaves_the_old_model_in_place(run, gym, gym_paths, tmp_path, monkeypatch):
    import shutil

    old = shutil.copytree(gym.folder, tmp_path / "m")
    before = {path.name: path.read_bytes() for path in old.iterdir()}

    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("themes.learning.trainer.fit", interrupt)
    args = ["--labels", gym_paths.labels, "--codebook", gym_paths.codebook, "--output", old]
    result = run("train", *args, "--no-evaluation")
    assert result.exit_code == 130
    assert "stopped" in result.stderr
    assert {path.name: path.read_bytes() for path in old.iterdir()} == before
    assert list(tmp_path.iterdir()) == [old]


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (("train", "--output", "README.md"), "README.md: exists and is no model folder; name another place"),
        (("train", "--output", "README.md/model"), "is no folder"),
        (
            ("evaluate", "--json", "none/figures.json"),
            "none/figures.json: cannot be written (its folder does not",
        ),
    ],
)
def test_a_place_that_cannot_be_written_is_refused_before_the_long_part(run, monkeypatch, args, reason):
    monkeypatch.setattr("themes.learning.trainer.gather", None)
    result = run(*args)
    assert result.exit_code == 2
    assert reason in result.stderr


def test_sentences_marks_furniture_and_makes_a_coding_sheet(run, tmp_path):
    page = tmp_path / "page.txt"
    page.write_text("A headline without a stop\n\nHe left. She stayed.\n\nShare this article")
    shown = run("sentences", page).output.splitlines()
    assert shown[1:] == [
        "   0 [headline] A headline without a stop",
        "   1 He left.",
        "   2 She stayed.",
        "   3 [page] Share this article",
    ]
    sheet = tmp_path / "sheet.csv"
    made = run("sentences", page, "--output", sheet).output
    assert made.startswith(f"{sheet}: 2 sentences to code; 2 left out as page furniture (--keep-furniture")
    assert sheet.read_text().splitlines()[1:] == [
        "page-001,page.txt,1,He left.,,,,",
        "page-002,page.txt,2,She stayed.,,,,",
    ]
    again = run("sentences", page, "--output", sheet)
    assert (again.exit_code, "exists" in again.stderr) == (2, True)


def test_each_sentence_of_a_sheet_has_its_own_id_whatever_else_is_in_the_sheet(run, tmp_path):
    table, page = tmp_path / "answers.csv", tmp_path / "answers-2.txt"
    table.write_text('who,text\nann,"He left. She stayed."\nbob,He left again.\n')
    page.write_text("He left. She stayed too.")

    def ids(name, *files):
        assert run("sentences", *files, "--output", tmp_path / name).exit_code == 0
        with (tmp_path / name).open(newline="") as stream:
            return [row["id"] for row in csv.DictReader(stream)]

    both = ids("both.csv", table, page)
    assert both == [
        "answers.csv:2-000",
        "answers.csv:2-001",
        "answers.csv:3-000",
        "answers-2-000",
        "answers-2-001",
    ]
    assert ids("one.csv", page) + ids("other.csv", table) == both[3:] + both[:3]
    (tmp_path / "answers-2").write_text("He left.")
    clash = run("sentences", page, tmp_path / "answers-2", "--output", tmp_path / "none.csv")
    assert (clash.exit_code, "two documents are called answers-2" in clash.stderr) == (2, True)
    assert run("sentences", page, page).output.count("He left.") == 2


def test_agreement_names_codes_that_are_no_theme(run, gym_paths, tmp_path):
    labels = tmp_path / "typo.csv"
    labels.write_text(gym_paths.labels.read_text().replace(",cost,cost,cost,", ",cost,csot,cost,", 1))
    result = run("agreement", "--labels", labels, "--codebook", gym_paths.codebook)
    assert result.exit_code == 0
    assert result.stderr == (
        f"themes: not counted: {labels}, line 3: coder_2 has the unknown theme 'csot' "
        "(known are cost, crowding)\n"
    )
    assert "48 sentences coded by 2 coders" in result.stdout
    labels.write_text(labels.read_text().replace(",cost,", ",csot,"))
    many = run("agreement", "--labels", labels, "--codebook", gym_paths.codebook).stderr.splitlines()
    with labels.open(newline="") as stream:
        typos = [row[f"coder_{n}"] for row in csv.DictReader(stream) for n in (1, 2)].count("csot")
    assert many[5:] == [f"themes: not counted: {typos - 5} more unknown themes; see: themes check"]


def test_hostile_label_files_cannot_steer_the_terminal(run, gym_paths, tmp_path):
    evil = "\x1b[2J\u202e"
    labels = tmp_path / f"e{evil}.csv"
    header = f"id,document,index,sentence,coder_1,coder_2{evil},final,source\n"
    rows = [f"a{evil},d{evil},{n},The fee rose{evil}.,cost,no{evil},{evil},s{evil}\n" for n in range(3)]
    labels.write_text(header + "".join(rows))
    for command in ("check", "agreement", "train", "evaluate"):
        result = run(command, "--labels", labels, "--codebook", gym_paths.codebook)
        assert result.output
        assert not {"\x1b", "\u202e"} & set(result.output), command


def test_version_and_unknown_commands(run):
    from themes import __version__

    assert __version__ in run("--version").output
    assert run("frobnicate").exit_code == 2


def test_an_unknown_ending_of_the_output_is_refused_unless_a_format_is_named(classify, tmp_path):
    refused = classify("--text", TEXT, "--output", tmp_path / "out.txt")
    assert (refused.exit_code, ".jsonl, .ndjson, .csv, .tsv, .parquet" in refused.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []
    assert classify("--text", TEXT, "--output", tmp_path / "out.txt", "--format", "csv").exit_code == 0
    assert (tmp_path / "out.txt").read_text().startswith("document,")


def test_a_text_can_be_written_as_parquet_and_packed(classify, tmp_path):
    import pyarrow.parquet as pq

    assert classify("--text", TEXT, "--output", tmp_path / "out.parquet").exit_code == 0
    assert pq.read_table(tmp_path / "out.parquet").column("themes").to_pylist() == [
        ["cost"],
        ["crowding"],
        [],
    ]
    assert classify("--text", TEXT, "--output", tmp_path / "out.jsonl.gz").exit_code == 0
    with gzip.open(tmp_path / "out.jsonl.gz", "rt") as stream:
        assert len(list(stream)) == 3
    refused = classify("--text", TEXT, "--format", "parquet")
    assert (refused.exit_code, "add --output" in refused.stderr) == (2, True)


def test_a_pipe_is_read_once_and_its_later_keys_are_kept(classify, tmp_path):
    import os
    from threading import Thread

    os.mkfifo(tmp_path / "in.jsonl")
    lines = '{"text": "The fee doubled.", "a": 1}\n{"text": "It was packed.", "b": 2}\n'
    writer = Thread(target=(tmp_path / "in.jsonl").write_text, args=(lines,))
    writer.start()
    result = classify(tmp_path / "in.jsonl", "--format", "csv")
    writer.join()
    found = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [(row["meta_a"], row["meta_other"]) for row in found] == [("1", ""), ("", '{"b": 2}')]


def test_classify_groups_its_options(run):
    help_text = run("classify", "--help").output
    headings = ["Input:", "Classifying:", "Output:", "Whole collections (files with --output):", "Other:"]
    places = [help_text.index(f"\n{heading}") for heading in headings]
    assert places == sorted(places)
    assert help_text.count("--jobs") == 2
    assert "--part-size" not in help_text


def test_a_library_is_hidden_where_it_is_not_loaded_yet(monkeypatch):
    monkeypatch.delitem(sys.modules, "zipapp", raising=False)
    with _without("zipapp"), _without("json"):
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module("zipapp")
        assert importlib.import_module("json") is json
    assert importlib.import_module("zipapp").__name__ == "zipapp"
    assert sys.modules["json"] is json


def test_one_of_anything_is_told_in_the_singular(run, gym, gym_paths, tmp_path):
    labels, page = tmp_path / "one.csv", tmp_path / "page.txt"
    sheet = "id,document,index,sentence,coder_1,coder_2,final\n"
    labels.write_text(f"{sheet}a,d,0,The bus fare is far too high now.,cost,cost,cost\n")
    page.write_text("He left.")
    common = ("--labels", labels, "--codebook", gym_paths.codebook)
    agreed = run("agreement", *common).stdout.splitlines()
    assert agreed[0] == f"{labels}: 1 sentence coded by 2 coders"
    checked = run("check", *common).stdout
    assert "warning: cost: 1 example is too few to learn from (under 20)\n" in checked
    assert "warning: cost: 1 real example in 1 document is too few for figures that carry a claim " in checked
    assert "warning: crowding: 0 real examples in 0 documents are too few for figures that carry " in checked
    made = run("sentences", page, "--output", tmp_path / "s.csv").stdout
    assert made == f"{tmp_path}/s.csv: 1 sentence to code\n"
    judged = run("evaluate", "--on", labels, "--model", gym.folder).stdout.splitlines()
    assert judged[0] == "Judged: 1 sentence of 1 document, 1 with a theme."
    labels.write_text(f"{sheet}a\n")
    assert run("check", *common).stderr == f"themes: {labels}, line 2: has 1 cell where the header has 7\n"


@pytest.mark.parametrize(
    "command", ["check --labels", "train --labels", "agreement --labels", "evaluate --on"]
)
def test_a_header_alone_is_told(run, tmp_path, command):
    (tmp_path / "own.csv").write_text("id,document,index,sentence,final\n\n")
    result = run(*command.split(), tmp_path / "own.csv")
    assert (result.exit_code, result.stdout) == (2, "")
    assert (
        result.stderr
        == f"themes: {tmp_path}/own.csv: holds a header and no sentence; fill it or leave it out\n"
    )


def test_a_sheet_that_nobody_coded_is_not_judged_and_asked_about(run, gym, gym_paths, tmp_path):
    (tmp_path / "a.txt").write_text("He left. She stayed.")
    sheet = tmp_path / "sheet.csv"
    run("sentences", tmp_path / "a.txt", "--output", sheet)
    told = f"{sheet}: final is empty in every row; is it coded? code the sentences, then settle final\n"
    judged = run("evaluate", "--on", sheet, "--model", gym.folder)
    assert (judged.exit_code, judged.stdout, judged.stderr) == (2, "", f"themes: {told}")
    checked = run("check", "--labels", sheet, "--codebook", gym_paths.codebook)
    assert checked.exit_code == 0
    assert f"warning: {told}" in checked.stdout
    sheet.write_text(sheet.read_text() + "b-0,a.txt,1,She stayed.,,,cost,\n")
    twice = run("check", "--labels", sheet, "--codebook", gym_paths.codebook)
    assert twice.exit_code == 1
    assert f"error: {sheet}, line 4: sentence 1 of a.txt stands in {sheet}, line 3 too; leave one out\n" in (
        twice.stdout
    )
