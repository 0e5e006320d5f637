"""The main job as users have it: the installed command, offline, from another folder, from a wheel."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

BLOCKED = """
import socket, sys
def refuse(*args, **kwargs):
    raise AssertionError("the network was used")
for name in ("connect", "connect_ex", "sendto", "bind"):
    setattr(socket.socket, name, refuse)
socket.create_connection = socket.getaddrinfo = refuse
import nltk.downloader
nltk.downloader.Downloader.download = nltk.download = refuse
import nltk.data
import os
assert not any(map(os.path.exists, nltk.data.path)), nltk.data.path
from themes.cli import main
main(sys.argv[1:])
"""


def blocked(args, cwd):
    env = {"PATH": os.environ["PATH"], "HOME": str(cwd), "NLTK_DATA": str(cwd / "empty")}
    command = [sys.executable, "-c", BLOCKED, *map(str, args)]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)


def test_the_whole_main_job_runs_without_network_and_without_nltk_data(tmp_path, gym_paths):
    common = ["--labels", gym_paths.labels, "--codebook", gym_paths.codebook, "--jobs", 1]
    trained = blocked(["train", *common, "--output", tmp_path / "m"], tmp_path)
    assert trained.returncode == 0, trained.stderr
    evaluated = blocked(["evaluate", *common, "--folds", 2], tmp_path)
    assert evaluated.returncode == 0, evaluated.stderr
    found = blocked(["classify", "--model", tmp_path / "m", "--text", "The fee doubled."], tmp_path)
    assert json.loads(found.stdout)["themes"] == ["cost"], found.stderr


def test_python_m_themes_is_the_command(tmp_path):
    command = [sys.executable, "-m", "themes", "--version"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert result.stdout.startswith("themes, version ")


def test_a_pipe_that_closes_early_gives_no_traceback(tmp_path):
    many = tmp_path / "many.txt"
    many.write_text("There was no bread in the town for weeks.\n" * 5000)
    command = f"{sys.executable} -m themes classify {many} | head -1"
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert json.loads(result.stdout)["index"] == 0
    assert "Traceback" not in result.stderr


@pytest.fixture(scope="module")
def empty_environment(tmp_path_factory):
    """An environment that holds the built wheel, numpy and click, and nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", folder, ROOT], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    environment = folder / "env"
    venv.create(environment, with_pip=False, symlinks=True)
    packages = next(environment.glob("lib/python*/site-packages"))
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", packages]
    subprocess.run([*install, wheel], check=True, capture_output=True)
    for name in ("numpy", "numpy.libs", "click"):
        installed = Path(sysconfig.get_path("purelib")) / name
        if installed.exists():
            (packages / name).symlink_to(installed)
    return environment


def test_a_built_wheel_classifies_from_another_folder(empty_environment, tmp_path):
    command = [empty_environment / "bin" / "python", "-I", "-m", "themes", "classify"]
    text = "None of the luxury goods and cars that they had been promised ever came."
    result = subprocess.run(
        [*command, "--text", text, "--explain", "2"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    row = json.loads(result.stdout)
    assert row["themes"]
    assert row["explanation"]


def test_the_wheel_bundles_codebook_model_and_licence(empty_environment):
    packages = next(empty_environment.glob("lib/python*/site-packages"))
    assert (packages / "themes" / "codebook.toml").is_file()
    assert (packages / "themes" / "default_model" / "manifest.json").is_file()
    assert not (packages / "tests").exists()
    (licences,) = packages.glob("themes-*.dist-info/licenses")
    assert {path.name for path in licences.iterdir()} == {"LICENSE", "NOTICE"}


def test_without_the_training_libraries_train_says_what_to_install(empty_environment, tmp_path):
    command = [
        empty_environment / "bin" / "python",
        "-I",
        "-m",
        "themes",
        "train",
        "--labels",
        ROOT / "labels",
    ]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert "pip install" in result.stderr


def test_pasted_text_ends_with_one_ctrl_d(gym):
    import pty

    command = [sys.executable, "-m", "themes", "classify", "--model", str(gym.folder), "--format", "jsonl"]
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        command, stdin=follower, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    os.write(leader, b"The fee doubled.\n\x04")
    output, errors = process.communicate(timeout=20)
    os.close(leader)
    os.close(follower)
    assert json.loads(output)["themes"] == ["cost"]
    assert errors.startswith("Paste or type text")
