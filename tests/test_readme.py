"""The README's commands are run, and what they print must have the shape of what it shows."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from themes.cli import COMMANDS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")

QUICKER = {"themes evaluate": " --folds 2 --resamples 20", "themes train --output": " --no-evaluation"}
"""What is added to commands that would take minutes."""


def examples():
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL):
        for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = example.partition("\n")
            yield pytest.param(command, output, id=command[:60])


def shape(line):
    """Leave of a line what does not hang on the model's figures."""
    line = re.sub(r"[-+−]?\d[\d.,]*|undef\w*\.?|[-+]?nan", "#", line)
    return re.sub(r"[\s│─█▏▕├┤●·|-]+", " ", line).strip()


def has_shape_of(shown, printed):
    """Compare line by line; ``...`` stands for any lines."""
    pattern = "".join(
        "(?:.*\n)*?" if line.strip() == "..." else re.escape(shape(line)) + "\n" for line in shown
    )
    return re.fullmatch(pattern, "".join(shape(line) + "\n" for line in printed)) is not None


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("labels", "seeds", "docs", "tests/data", "models"):
        shutil.copytree(ROOT / name, folder / name)
    # Made here, since the examples that use it may be run by another process than the one that makes it.
    labels, codebook = (ROOT / "tests/data" / f"two_themes{end}" for end in ("_labels.csv", ".toml"))
    train = [sys.executable, "-m", "themes", "train", "--no-evaluation", "--output", folder / "build/gym"]
    subprocess.run([*train, "--labels", labels, "--codebook", codebook], check=True, capture_output=True)
    (folder / "interviews.csv").write_text("who,answer\n1,We had no water for a month.\n")
    return folder


@pytest.mark.parametrize(("command", "shown"), list(examples()))
def test_an_example_prints_what_the_readme_shows(checkout, command, shown):
    for start, addition in QUICKER.items():
        if command.startswith(start):
            command += addition
    env = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "COLUMNS": "80"}
    run = ["bash", "-c", f"set -o pipefail; {command}"]
    result = subprocess.run(run, cwd=checkout, env=env, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert has_shape_of(shown.splitlines(), result.stdout.splitlines()), result.stdout


def test_the_readme_shows_every_command():
    for name in COMMANDS:
        assert f"### `themes {name}`" in README
        assert f"$ themes {name}" in README or f"| themes {name}" in README


def test_the_python_example_runs(capsys):
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out.count("\n") == 2


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#]+)\)", README))))
def test_links_lead_somewhere(target):
    assert (ROOT / target).exists()
