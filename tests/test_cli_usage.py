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
