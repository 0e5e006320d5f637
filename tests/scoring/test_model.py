import json
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from themes.errors import InputError, ModelError, ThemesError
from themes.scoring.model import FORMAT, load_model, save_model


@pytest.fixture
def folder(gym, tmp_path):
    return shutil.copytree(gym.folder, tmp_path / "model")


def resign(folder, name):
    """Bring SHA256SUMS up to date, as someone would who alters a file on purpose."""
    import hashlib

    sums = folder / "SHA256SUMS"
    lines = [line for line in sums.read_text().splitlines() if not line.endswith(f"  {name}")]
    lines.append(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}")
    sums.write_text("\n".join(lines) + "\n")


def alter(folder, **changes):
    scoring = json.loads((folder / "scoring.json").read_text())
    scoring.update(changes)
    (folder / "scoring.json").write_text(json.dumps(scoring))
    resign(folder, "scoring.json")


def test_a_saved_model_reads_back_the_same(gym):
    loaded = load_model(gym.folder)
    assert loaded.codebook == gym.model.codebook
    assert loaded.vocabulary == gym.model.vocabulary == sorted(loaded.vocabulary)
    for name in ("idf", "coefficients", "intercepts", "thresholds"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(gym.model, name))


def test_the_same_inputs_give_the_same_files(gym, tmp_path):
    from themes.learning.trainer import train

    model, _ = train(gym.material)
    save_model(model, tmp_path / "again")
    for path in gym.folder.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name


def test_the_manifest_says_where_the_model_comes_from(gym):
    manifest = json.loads((gym.folder / "manifest.json").read_text())
    assert manifest["format"] == FORMAT
    assert manifest["themes"] == {"cost": "Cost", "crowding": "Crowding"}
    assert manifest["codebook"]["themes"][0]["key"] == "cost"
    assert set(manifest["thresholds"]) == {"cost", "crowding"}
    assert list(manifest["labels"]["sha256"]) == ["two_themes_labels.csv"]
    assert manifest["labels"]["counts"]["two_themes_labels"]["sentences"] == 48
    assert set(manifest["libraries"]) == {"numpy", "scipy", "scikit-learn"}
    assert manifest["evaluation"]["about"]["documents"] == 6
    assert "predictions" not in manifest["evaluation"]


def test_sums_can_be_checked_with_the_usual_tool(gym):
    if shutil.which("sha256sum") is None:
        pytest.skip("no sha256sum on this machine")
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=gym.folder, check=True)


@pytest.mark.parametrize(
    "name", ["manifest.json", "scoring.json", "vocabulary.txt", "idf.npy", "coefficients.npy"]
)
def test_a_truncated_file_is_refused(folder, name):
    (folder / name).write_bytes((folder / name).read_bytes()[:-7])
    with pytest.raises(ModelError, match=r"altered or truncated|damaged"):
        load_model(folder)


def test_a_changed_byte_is_refused(folder):
    data = bytearray((folder / "coefficients.npy").read_bytes())
    data[200] ^= 1
    (folder / "coefficients.npy").write_bytes(bytes(data))
    with pytest.raises(ModelError, match=r"coefficients\.npy: was altered"):
        load_model(folder)


@pytest.mark.parametrize("name", ["vocabulary.txt", "SHA256SUMS"])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(ModelError, match=f"incomplete \\({name} is missing"):
        load_model(folder)


def test_a_newer_format_asks_for_a_newer_version(folder):
    alter(folder, format=FORMAT + 1)
    with pytest.raises(ModelError, match="install a newer version"):
        load_model(folder)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kind": "something"}, "not a model of this program"),
        ({"format": "one"}, "no valid format version"),
        ({"thresholds": {"cost": 0.5}}, "damaged"),
        ({"themes": 3}, "damaged"),
        ({"themes": [["cost", "Cost"], ["crowding", "Crowding"]]}, "damaged"),
        ({"themes": {}}, "damaged"),
        ({"format": True}, "no valid format version"),
        ({"format": 10**400}, "newer version"),
        ({"intercepts": {"cost": "1", "crowding": 0}}, "is not a number"),
        ({"intercepts": {"cost": float("nan"), "crowding": 0}}, "out of bounds"),
        ({"intercepts": {"cost": 10**400, "crowding": 0}}, "damaged"),
        ({"intercepts": [1, 2]}, "damaged"),
        ({"thresholds": {"cost": 1.5, "crowding": 0.5}}, "out of bounds"),
        ({"thresholds": None}, "damaged"),
        ({"cues": {}}, "is missing"),
        ({"cues": []}, "damaged"),
        ({"classes": {"keys": "food"}}, "damaged"),
        ({"themes": {"cost": "\ud800", "crowding": "c"}}, "damaged"),
    ],
)
def test_foreign_and_inconsistent_manifests_are_refused(folder, changes, reason):
    alter(folder, **changes)
    with pytest.raises(ModelError, match=reason):
        load_model(folder)


def test_an_array_of_pickled_objects_is_refused(folder):
    np.save(folder / "idf.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    resign(folder, "idf.npy")
    with pytest.raises(ModelError, match="damaged"):
        load_model(folder)


JUNK = [
    None,
    True,
    -1,
    10**6,
    1.5,
    "x",
    [],
    {},
    [[]],
    [None],
    {"x": 1},
    ["x"],
    [10**6],
    [["x", 0]],
    [[-1, 0]],
]


def places(value, path=()):
    """List where a value of nested lists and dictionaries can be altered; of an inner one, the ends."""
    yield path
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    for key in keys if len(path) < 2 and isinstance(value, dict) else [*keys[:2], *keys[-1:]]:
        yield from places(value[key], (*path, key))


def test_scoring_data_altered_on_purpose_are_refused_or_harmless(gym, folder):
    """Each place of the file is given values of every kind: a model is refused with one line, or works."""
    from copy import deepcopy

    from themes.scoring.classify import load

    text = "The fees went up, I couldn't afford it; too full, I waited 20 minutes for a bench: expensive gym."
    scoring = json.loads((folder / "scoring.json").read_text())
    refused = 0
    for path in places(scoring):
        for junk in JUNK if path else []:
            changed = deepcopy(scoring)
            inner = changed
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = junk
            (folder / "scoring.json").write_text(json.dumps(changed))
            resign(folder, "scoring.json")
            reason = ""
            try:
                assert load(folder).classify(text, explain=0)
            except ModelError as error:
                reason = str(error)
            assert "\n" not in reason, (path, junk)
            assert len(reason) < 300, (path, junk)
            refused += bool(reason)
    assert refused > 500


def npy(array, **options):
    stream = BytesIO()
    np.lib.format.write_array(stream, array, **options)
    return stream.getvalue()


@pytest.mark.parametrize("name", ["idf.npy", "coefficients.npy"])
@pytest.mark.parametrize(
    "alter",
    [
        lambda array: b"",
        lambda array: b"PK\x03\x04" + bytes(100),
        lambda array: b"\x93NUMPY\x01\x00",
        lambda array: b"\x93NUMPY\x01\x00\x40\x00" + b"{" * 64,
        lambda array: npy(array)[:-8],
        lambda array: npy(array) + bytes(8),
        lambda array: npy(array[:-1]),
        lambda array: npy(array[None]),
        lambda array: npy(array.astype("f4")),
        lambda array: npy(array.astype(">f8")),
        lambda array: npy(array.astype("c16")),
        lambda array: npy(array.astype("U9")),
        lambda array: npy(array.astype(object)),
        lambda array: npy(array, version=(2, 0)),
        lambda array: npy(array * np.nan),
        lambda array: npy(array + np.inf),
        lambda array: npy(array).replace(b"%d," % len(array), b"9" * 30 + b","),
        lambda array: npy(array).replace(b"%d," % len(array), b"-1,"),
    ],
)
def test_arrays_altered_on_purpose_are_refused(folder, name, alter):
    changed = alter(np.load(folder / name))
    (folder / name).write_bytes(changed)
    resign(folder, name)
    with pytest.raises(ModelError, match="damaged") as refusal:
        load_model(folder)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "alter",
    [
        lambda lines: [lines[1], lines[0], *lines[2:]],
        lambda lines: [lines[0], *lines[:-1]],
        lambda lines: [*lines, "zzz\n"],
        lambda lines: lines[:-1],
        lambda lines: [*lines[:-1], "z"],
        lambda lines: [],
        lambda lines: [*lines[:-1], "\udcff\n"],
    ],
)
def test_a_vocabulary_altered_on_purpose_is_refused(folder, alter):
    path = folder / "vocabulary.txt"
    lines = alter(path.read_text(encoding="utf-8").splitlines(keepends=True))
    path.write_bytes("".join(lines).encode(errors="surrogateescape"))
    resign(folder, "vocabulary.txt")
    with pytest.raises(ModelError, match="damaged"):
        load_model(folder)


@pytest.mark.parametrize("codebook", [None, 3, [], {"title": 1}])
def test_a_manifest_without_a_codebook_is_said_when_it_is_asked_for(folder, codebook):
    manifest = json.loads((folder / "manifest.json").read_text()) | {"codebook": codebook}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    resign(folder, "manifest.json")
    model = load_model(folder)
    with pytest.raises(ThemesError):
        _ = model.codebook


def test_a_folder_without_a_model_says_how_to_train_one(tmp_path):
    with pytest.raises(ModelError, match="themes train"):
        load_model(tmp_path / "nothing")


def test_saving_never_replaces_a_folder_that_is_no_model(gym, tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(InputError, match="no model folder"):
        save_model(gym.model, tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_a_folder_of_somebodys_notes_is_no_model_folder(gym, tmp_path):
    (tmp_path / "README.md").write_text("years of work")
    with pytest.raises(InputError, match="no model folder"):
        save_model(gym.model, tmp_path)
    assert (tmp_path / "README.md").read_text() == "years of work"


def test_sums_that_are_none_are_refused(folder):
    (folder / "SHA256SUMS").write_text("junk\n")
    with pytest.raises(ModelError, match="altered or truncated"):
        load_model(folder)


def test_a_model_without_features_reads_back(gym, tmp_path):
    from dataclasses import replace

    empty = replace(gym.model, vocabulary=[], idf=np.zeros(0), coefficients=np.zeros((0, 2)))
    save_model(empty, tmp_path / "m")
    assert load_model(tmp_path / "m").vocabulary == []


def test_a_failed_save_leaves_the_old_model_and_nothing_else(gym, folder, monkeypatch):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    write = Path.write_bytes

    def full(path, data):
        if path.name == "coefficients.npy":
            raise OSError(28, "No space left on device")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError, match="cannot be written \\(No space left"):
        save_model(gym.model, folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert list(folder.parent.iterdir()) == [folder]


def test_loading_and_scoring_need_neither_scikit_learn_nor_nltk_nor_scipy(gym):
    code = (
        "import sys, themes\n"
        f"result = themes.load({str(gym.folder)!r}).classify('The fee doubled.', explain=2)\n"
        "assert result[0].explanation\n"
        "bad = {'sklearn', 'nltk', 'scipy', 'joblib', 'krippendorff'} & set(sys.modules)\n"
        "sys.exit(f'imported: {bad}' if bad else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
