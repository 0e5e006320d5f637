"""What is said of a command line that cannot be understood, or of which a part would have no effect."""

import pytest


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (
            "classify --forma csv",
            "classify: no such option --forma (did you mean --format or --input-format?); "
            "see themes classify --help",
        ),
        ("classify --zzz", "classify: no such option --zzz; see themes classify --help"),
        (
            "classify --format xml",
            "classify: invalid value for '--format': 'xml' is not one of 'table', 'jsonl', 'csv', 'tsv', "
            "'parquet'; see themes classify --help",
        ),
        ("classify --text", "classify: option '--text' requires an argument; see themes classify --help"),
        ("sentences", "sentences: missing argument 'FILES...'; see themes sentences --help"),
        ("check this", "check: got unexpected extra argument (this); see themes check --help"),
        (
            "evaluate --folds 1",
            "evaluate: invalid value for '--folds': 1 is not in the range x>=2; see themes evaluate --help",
        ),
        ("clasify x.txt", "no such command clasify (did you mean classify?); see themes --help"),
        ("frobnicate", "no such command frobnicate; see themes --help"),
        ("--frob check", "no such option --frob; see themes --help"),
        ("--vers", "no such option --vers (did you mean --version?); see themes --help"),
    ],
)
def test_what_cannot_be_understood_is_said_in_one_line(run, args, line):
    result = run(*args.split())
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"themes: {line}\n")


def test_a_hostile_argument_cannot_steer_the_terminal_or_add_lines(run):
    for args in (("\x1b[2J\n\u202ex",), ("classify", "--\x1b[2J\nx"), ("classify", "--format", "\x1b\nx")):
        error = run(*args).stderr
        assert error.count("\n") == 1
        assert not {"\x1b", "\u202e"} & set(error)


def test_without_a_command_there_is_the_help(run):
    result = run()
    assert result.exit_code == 2
    assert "Commands:" in result.output


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder to work in, with files of every kind."""
    import os

    import pyarrow as pa
    import pyarrow.parquet as pq

    (tmp_path / "a.txt").write_text("The fee doubled.")
    (tmp_path / "a.csv").write_text("text,answer\nThe fee doubled.,It was packed.\n")
    pq.write_table(pa.table({"text": ["The fee doubled."], "answer": ["She left."]}), tmp_path / "a.parquet")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/b.csv").write_text("text,answer\nThe fee doubled.,It was packed.\n")
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.chdir(tmp_path)
    return tmp_path


ONLY_RUNS = "(only for files with --output)"
IDLE = [
    ("classify --text x --encoding latin-1", "--encoding has no effect with --text"),
    ("classify --text x --skip-bad --text-column a", "--text-column, --skip-bad have no effect with --text"),
    ("classify --text x --max-document-size 9", "--max-document-size has no effect with --text"),
    ("classify --text x --input-format text", "--input-format has no effect with --text"),
    (
        "classify a.csv --input-format csv",
        "--input-format has no effect where standard input is not read; files are read by their endings",
    ),
    (
        "classify --text-column answer",
        "--text-column has no effect on plain text; say with --input-format what table standard input holds",
    ),
    (
        "classify - --skip-bad",
        "--skip-bad has no effect on plain text; say with --input-format what table standard input holds",
    ),
    (
        "classify a.txt - --text-column answer",
        "--text-column has no effect on plain text; files of tables end in .csv, .tsv, .jsonl, .ndjson or "
        ".parquet",
    ),
    (
        "classify a.parquet --encoding latin-1",
        "--encoding has no effect on Parquet, which is always UTF-8",
    ),
    ("classify --text x --jobs 2", f"--jobs has no effect with --text {ONLY_RUNS}"),
    ("classify --restart", f"--restart has no effect where standard input is read {ONLY_RUNS}"),
    (
        "classify a.csv - --output o.csv --cluster dask://a:1",
        f"--cluster has no effect where standard input is read {ONLY_RUNS}",
    ),
    (
        "classify a.csv --jobs 2 --part-size 9",
        f"--jobs, --part-size have no effect where results go to standard output {ONLY_RUNS}",
    ),
    (
        "classify a.csv --output - --jobs 2",
        f"--jobs has no effect where results go to standard output {ONLY_RUNS}",
    ),
    (
        "classify a.csv --output o.txt --format table --jobs 2",
        f"--jobs has no effect with --format table {ONLY_RUNS}",
    ),
    (
        "classify pipe --output o.csv --jobs 2",
        f"--jobs has no effect where a pipe or device is read {ONLY_RUNS}",
    ),
    (
        "classify a.csv --output o.csv --cluster dask://a:1 --jobs 2",
        "--jobs has no effect with --cluster; its workers do the work",
    ),
    ("evaluate --date 2026-01-02", "--date has no effect without a report that bears it (--html, --markdown "
     "or --json)"),
    ("evaluate --resamples 0 --seed 3", "--seed has no effect with --resamples 0; nothing is drawn"),
    (
        "evaluate --on a.csv --jobs 2",
        "--jobs has no effect with --on, which judges a finished model and trains none",
    ),
    (
        "train --no-evaluation --jobs 2",
        "--jobs has no effect with --no-evaluation; one model is one process's work",
    ),
    ("agreement --resamples 0 --seed 3", "--seed has no effect with --resamples 0; nothing is drawn"),
    ("check --left-out", "--left-out has no effect without documents; name their folder with --documents"),
    ("sentences a.txt --text-column x", "--text-column has no effect on plain text, which has no columns"),
    ("sentences a.parquet --encoding utf-16", "--encoding has no effect on Parquet, which is always UTF-8"),
]  # fmt: skip


@pytest.mark.parametrize(("args", "line"), IDLE)
def test_an_option_that_would_have_no_effect_is_refused_with_the_reason(run, gym_paths, place, args, line):
    (place / "labels").mkdir()
    (place / "labels/own.csv").write_text(gym_paths.labels.read_text())
    before = sorted(place.iterdir())
    result = run(*args.split(), text="The fee doubled.")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"themes: {line}\n")
    assert sorted(place.iterdir()) == before


@pytest.mark.parametrize(
    "args",
    [
        "--input-format csv --text-column answer --skip-bad --encoding utf-8",
        "a.txt a.csv --text-column answer --encoding ascii --max-document-size 999 --skip-bad -q",
        "folder --text-column answer --skip-bad",
        "*.csv --text-column answer",
        "a.txt --skip-bad --encoding latin-1",
        "a.txt - --input-format csv --text-column answer",
        "a.parquet --text-column answer",
        "a.csv a.txt --output o.csv --jobs 1 --restart --part-size 99 --skip-bad --quiet",
    ],
)
def test_options_that_have_an_effect_are_taken(run, gym, place, args):
    result = run(
        "classify", *args.split(), "--model", gym.folder, text="text,answer\nThe fee.,It was packed.\n"
    )
    assert (result.exit_code, result.stderr if "--quiet" in args else "") == (0, "")


def test_a_threshold_given_twice_is_refused(run):
    result = run("classify", "--text", "x", "--threshold", "cost=0.1", "--threshold", " cost=0.2")
    assert result.stderr == "themes: --threshold names a theme twice; give each theme one\n"


@pytest.mark.parametrize("files", [[], ["a.txt"], ["a.txt", "a.csv"]])
def test_a_dash_as_output_is_standard_output(run, gym, place, files):
    told = [
        run("classify", *files, "--model", gym.folder, *out, text="The fee.") for out in ((), ("-o", "-"))
    ]
    assert told[0].exit_code == 0
    assert told[0].stdout == told[1].stdout
    assert not (place / "-").exists()
    table = run(
        "classify", *files, "--model", gym.folder, "--output", "-", "--format", "csv", text="The fee."
    )
    assert table.stdout.startswith("document,index,")
    refused = run("classify", *files, "--output", "-", "--format", "parquet")
    assert refused.stderr == "themes: Parquet is not for printing; add --output FILE\n"


@pytest.mark.parametrize(
    ("args", "line"),
    [
        ("evaluate --html -", "--html -: standard output holds the figures for reading; name a file"),
        ("evaluate --markdown -", "--markdown -: standard output holds the figures for reading; name a file"),
        ("evaluate --csv -", "--csv -: standard output holds the figures for reading; name a file"),
        ("evaluate --json -", "--json -: standard output holds the figures for reading; name a file"),
        ("train --output -", "--output -: a model is a folder; name one"),
        ("sentences a.txt -o -", "--output -: a coding sheet is a file to fill in; name one"),
    ],
)
def test_a_dash_is_refused_where_standard_output_makes_no_sense(run, gym_paths, place, args, line):
    command, *rest = args.split()
    labels = () if command == "sentences" else ("--labels", gym_paths.labels)
    result = run(command, *labels, *rest)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"themes: {line}\n")
    assert not (place / "-").exists()


def test_two_reports_cannot_share_a_file(run, gym_paths, place):
    result = run("evaluate", "--labels", gym_paths.labels, "--html", "r", "--json", "r")
    assert result.stderr == "themes: r: is to hold two reports; name another file for one of them\n"


@pytest.mark.parametrize(
    ("name", "form", "ending"),
    [
        ("z.parquet", "csv", ".parquet"),
        ("z.csv", "parquet", ".csv"),
        ("z.CSV", "jsonl", ".csv"),
        ("z.tsv.gz", "csv", ".tsv"),
        ("z.jsonl", "table", ".jsonl"),
        ("z.parquet.gz", "csv", ".parquet"),
        ("z.gz", "parquet", ".gz"),
        ("z.parquet.gz", "parquet", ".gz"),
    ],
)
def test_a_format_that_contradicts_the_name_of_the_output_is_refused(run, place, name, form, ending):
    for source in (["a.txt"], ["--text", "x"]):
        result = run("classify", *source, "--output", name, "--format", form)
        assert (result.exit_code, result.stderr) == (
            2,
            f"themes: {name}: --format {form} contradicts its ending {ending}; leave --format out or name "
            "another file\n",
        )
    assert not (place / name).exists()


@pytest.mark.parametrize(
    ("name", "form"),
    [("z.csv", "csv"), ("z.ndjson", "jsonl"), ("z.tsv.gz", "tsv"), ("z.txt", "table"), ("z", "csv")],
)
def test_a_format_that_agrees_with_the_name_or_fills_it_in_is_taken(run, gym, place, name, form):
    args = ("a.txt", "--output", name, "--format", form, "--model", gym.folder)
    assert run("classify", *args).exit_code == 0
    assert (place / name).stat().st_size
