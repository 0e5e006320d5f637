"""Shared material: a small unrelated codebook, its labels, and a model trained on them."""

from __future__ import annotations

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
    from themes.model import save_model
    from themes.trainer import gather, train

    material = gather([gym_paths.labels], gym_paths.codebook)
    model, evaluation = train(material)
    folder = tmp_path_factory.mktemp("gym") / "model"
    save_model(model, folder)
    return SimpleNamespace(
        material=material, data=material.dataset(), model=model, evaluation=evaluation, folder=folder
    )


@pytest.fixture
def run():
    """Call the command line in this process; gives exit code, output and error output."""
    from themes.cli import main

    def call(*args, text=None):
        return CliRunner().invoke(main, [str(arg) for arg in args], input=text, catch_exceptions=False)

    return call
