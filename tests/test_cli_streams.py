"""The installed command where standard input, output or errors are closed, full or no longer read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
THEMES = f"'{sys.executable}' -m themes"
CHECK = "check --labels tests/data/two_themes_labels.csv --codebook tests/data/two_themes.toml"

needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this machine")


def shell(line, **env):
    done = subprocess.run(
        ["sh", "-c", line.replace("themes", THEMES, 1)],
        cwd=ROOT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return done.returncode, done.stdout, done.stderr


def test_closed_standard_input_holds_no_text():
    assert shell("themes classify <&-") == (2, "", "themes: there is no text in the input\n")


@pytest.mark.parametrize("args", ["--help", "--version", "check --help", CHECK, "classify --text Hello."])
def test_closed_standard_output_is_said_in_one_line(args):
    lost = "themes: standard output cannot be written (Bad file descriptor)\n"
    assert shell(f"themes {args} >&-") == (2, "", lost)


@needs_full
@pytest.mark.parametrize("args", ["--help", CHECK, "classify --text Hello.", "sentences docs/passage.txt"])
def test_a_full_standard_output_is_said_in_one_line(args):
    full = "themes: standard output cannot be written (No space left on device)\n"
    assert shell(f"themes {args} >/dev/full") == (2, "", full)


def test_closed_streams_do_not_keep_a_file_from_being_written(tmp_path):
    out = tmp_path / "out.jsonl"
    assert shell(f"themes classify --text Hello. --output '{out}' <&- >&- 2>&-") == (0, "", "")
    assert out.read_text().startswith('{"document"')


@pytest.mark.parametrize("args", [CHECK, "classify docs/passage.txt", "sentences docs/passage.txt"])
def test_a_reader_that_goes_away_ends_the_command_quietly(args):
    code, _, errors = shell(f"{{ themes {args}; echo $? >&2; }} | true")
    assert (code, errors) == (0, "141\n")


def test_an_output_that_cannot_take_the_text_is_said_in_one_line():
    command = "themes classify --format table --text Zoë."
    code, _, errors = shell(command, PYTHONIOENCODING="ascii", PYTHONUTF8="1")
    assert code == 2
    assert errors.startswith("themes: the output takes only ascii; set PYTHONIOENCODING=utf-8")
    assert errors.count("\n") == 1


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_data_are_utf8_whatever_the_terminal_takes(form):
    code, out, errors = shell(f"themes classify --format {form} --text Zoë.", PYTHONIOENCODING="ascii")
    assert (code, errors) == (0, "")
    assert "Zoë." in out


@needs_full
def test_messages_that_cannot_be_written_do_not_change_the_exit_code():
    assert shell("themes classify nowhere.txt 2>/dev/full") == (2, "", "")


@pytest.mark.skipif(sys.platform == "darwin", reason="file names are UTF-8 there")
def test_a_name_that_cannot_be_written_is_said_in_one_line(tmp_path):
    odd = Path(os.fsdecode(bytes(tmp_path) + b"/\xff.csv"))
    odd.write_bytes((ROOT / "tests/data/two_themes_labels.csv").read_bytes())
    out = f"--codebook tests/data/two_themes.toml --no-evaluation --quiet --output '{tmp_path}/m'"
    code, _, errors = shell(f"themes train --labels '{odd}' {out}")
    assert code == 2
    assert errors == (
        "themes: the name of a file, or a text, holds bytes that are no UTF-8; rename or convert it\n"
    )
