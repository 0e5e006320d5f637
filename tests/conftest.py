"""Shared material: a small unrelated codebook, its labels, and a model trained on them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from hypothesis import settings

DATA = Path(__file__).parent / "data"
ROOT = Path(__file__).parent.parent

# On a busy machine a slow example says nothing about the code.
settings.register_profile("busy", deadline=None)
settings.load_profile("busy")


@pytest.fixture(scope="session")
def gym_paths():
    return SimpleNamespace(codebook=DATA / "two_themes.toml", labels=DATA / "two_themes_labels.csv")


@pytest.fixture(scope="session")
def gym(gym_paths, tmp_path_factory):
    """The material, dataset, model, evaluation and saved folder of the two-theme codebook."""
    from themes.learning.trainer import gather, train
    from themes.scoring.model import save_model

    material = gather([gym_paths.labels], gym_paths.codebook)
    model, evaluation = train(material)
    folder = tmp_path_factory.mktemp("gym") / "model"
    save_model(model, folder)
    return SimpleNamespace(
        material=material, data=material.dataset(), model=model, evaluation=evaluation, folder=folder
    )


@pytest.fixture(scope="session")
def collection(gym, tmp_path_factory):
    """A collection of some twenty parts, the command for it, and what it is classified as undisturbed."""
    from themes.runs.order import Settings
    from themes.runs.run import run

    folder = tmp_path_factory.mktemp("collection")
    text = "The fee doubled in spring. The hall was packed every evening. My sister stayed. "
    rows = [{"text": text * (1 + number % 3) + f"Row {number}.", "id": number} for number in range(1200)]
    (folder / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    settings = Settings("jsonl", str(gym.folder), explain=3)
    run([folder / "a.jsonl"], str(folder / "whole.jsonl"), settings, size=10_000)
    command = [sys.executable, "-m", "themes", "classify", folder / "a.jsonl", "--model", gym.folder]
    command += ["--explain", 3, "--part-size", 10_000]
    return SimpleNamespace(
        command=[str(word) for word in command], whole=(folder / "whole.jsonl").read_bytes()
    )


@pytest.fixture
def run():
    """Call the command line in this process; gives exit code, output and error output."""
    from themes.cli import main

    def call(*args, text=None):
        return CliRunner().invoke(main, [str(arg) for arg in args], input=text, catch_exceptions=False)

    return call
