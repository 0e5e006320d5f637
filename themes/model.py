"""The model: its numbers, and the folder of plain data files in which it is kept.

A model folder holds

``manifest.json``
    format version, codebook, thresholds, intercepts, settings, counts and hashes of the labels,
    library versions and the summary of the evaluation;
``vocabulary.txt``
    a feature a line, sorted;
``idf.npy``, ``coefficients.npy``
    float64 arrays of shape ``(features,)`` and ``(features, themes)``;
``marks.json``
    the codebook's cue phrases, compiled (see `themes.matcher.CueMatcher.to_data`), and its word classes;
``SHA256SUMS``
    the digest of each of these, in the form that ``sha256sum --check`` reads.

Nothing in it is code and nothing is unpickled. Reading it needs numpy alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from themes.errors import InputError, ModelError

if TYPE_CHECKING:
    from themes.codebook import Codebook

FORMAT = 1
"""Version of the folder's layout; every version up to this one can be read."""

KIND = "themes-model"

_FILES = ("manifest.json", "marks.json", "vocabulary.txt", "idf.npy", "coefficients.npy")
_SUMS = "SHA256SUMS"
_LARGEST = 500_000_000


@dataclass(frozen=True, eq=False)
class Model:
    """A trained model.

    Attributes
    ----------
    names : dict of str to str
        The themes' names by key, in the codebook's order.
    cues, classes : mapping
        The compiled cues of the codebook, and the entries of its word classes by key.
    vocabulary : list of str, length f
        The features, sorted (see `themes.features`).
    idf : ndarray, shape (f,)
        Weight of a single occurrence of each feature.
    coefficients : ndarray, shape (f, themes)
        What a feature of weight 1 adds to each theme's logit, calibration included.
    intercepts, thresholds : ndarray, shape (themes,)
        Logit of a sentence without any known feature; probability from which a theme is given.
    about : mapping
        The rest of the manifest: codebook, settings, labels, versions, evaluation.
    """

    names: dict[str, str]
    cues: Mapping[str, Any]
    classes: Mapping[str, list[str]]
    vocabulary: list[str]
    idf: NDArray[np.float64]
    coefficients: NDArray[np.float64]
    intercepts: NDArray[np.float64]
    thresholds: NDArray[np.float64]
    about: Mapping[str, Any]

    @property
    def keys(self) -> tuple[str, ...]:
        """The themes' keys, in order."""
        return tuple(self.names)

    @cached_property
    def codebook(self) -> Codebook:
        """The codebook the model was trained with; read when asked for, since scoring does not need it."""
        from themes.codebook import Codebook

        return Codebook.from_dict(self.about["codebook"])


def default_model_path() -> Path:
    """Find the model that comes with the package.

    Returns
    -------
    Path
        The folder in an installed package, else ``models/default`` of the checkout.
    """
    package = Path(__file__).resolve().parent
    bundled = package / "default_model"
    return bundled if bundled.is_dir() else package.parent / "models" / "default"


def save_model(model: Model, folder: str | Path, extra: Mapping[str, str] | None = None) -> None:
    """Write a model folder beside its place and swap it in; an interruption leaves the old one.

    Parameters
    ----------
    model : Model
        What to write.
    folder : str or Path
        The folder; an existing one must be a model folder or empty.
    extra : mapping of str to str, optional
        Further UTF-8 text files to stand in the folder, by name; they are not part of the model.

    Raises
    ------
    InputError
        When the place is taken by something that is no model, or cannot be written.
    """
    target = Path(folder)
    if target.exists() and not _may_replace(target):
        raise InputError("exists and is no model folder; name another place", target)
    files = _contents(model)
    sums = "".join(f"{_digest(data)}  {name}\n" for name, data in files.items())
    files[_SUMS] = sums.encode()
    files.update({name: text.encode() for name, text in (extra or {}).items()})
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as room:
            beside, old = Path(room, "new"), Path(room, "old")
            beside.mkdir()
            for name, data in files.items():
                (beside / name).write_bytes(data)
            if target.exists():
                target.rename(old)
            try:
                beside.rename(target)
            except BaseException:
                if old.exists():
                    old.rename(target)
                raise
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", target) from error


def _may_replace(target: Path) -> bool:
    if not target.is_dir():
        return False
    names = {entry.name for entry in target.iterdir()}
    ours = {*_FILES, _SUMS, "README.md", "evaluation.json", ".gitkeep"}
    return names <= ours


def _contents(model: Model) -> dict[str, bytes]:
    keys = model.keys
    manifest = {
        "kind": KIND,
        "format": FORMAT,
        "themes": model.names,
        "intercepts": dict(zip(keys, model.intercepts.tolist(), strict=True)),
        "thresholds": dict(zip(keys, model.thresholds.tolist(), strict=True)),
        "features": len(model.vocabulary),
        **model.about,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    return {
        "manifest.json": text.encode(),
        "marks.json": (
            json.dumps(
                {"cues": model.cues, "classes": model.classes}, ensure_ascii=False, separators=(",", ":")
            )
            + "\n"
        ).encode(),
        "vocabulary.txt": ("\n".join(model.vocabulary) + "\n").encode(),
        "idf.npy": _array_bytes(model.idf),
        "coefficients.npy": _array_bytes(model.coefficients),
    }


def _array_bytes(array: NDArray[np.float64]) -> bytes:
    stream = BytesIO()
    np.save(stream, np.ascontiguousarray(array, dtype="<f8"), allow_pickle=False)
    return stream.getvalue()


def _digest(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()


def load_model(folder: str | Path | None = None) -> Model:
    """Read a model folder.

    Parameters
    ----------
    folder : str or Path, optional
        The folder; by default the model that comes with the package.

    Returns
    -------
    Model

    Raises
    ------
    ModelError
        When it is missing, truncated, altered, foreign or of a newer format.
    """
    place = default_model_path() if folder is None else Path(folder)
    if not (place / "manifest.json").is_file():
        raise ModelError(f"{place}: holds no model; train one with: themes train --output {place}")
    files = {name: _read(place, name) for name in (*_FILES, _SUMS)}
    try:
        manifest = json.loads(files["manifest.json"])
    except (ValueError, RecursionError):
        raise ModelError(f"{place}/manifest.json: is damaged (not JSON)") from None
    if not isinstance(manifest, dict) or manifest.get("kind") != KIND:
        raise ModelError(f"{place}: is not a model of this program")
    version = manifest.get("format")
    if not isinstance(version, int) or version < 1:
        raise ModelError(f"{place}/manifest.json: has no valid format version")
    if version > FORMAT:
        raise ModelError(
            f"{place}: has format {version}, newer than {FORMAT}; install a newer version of themes"
        )
    _check_sums(place, files)
    try:
        return _model(manifest, files)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{place}: is damaged ({error})") from None


def _read(place: Path, name: str) -> bytes:
    try:
        with (place / name).open("rb") as stream:
            data = stream.read(_LARGEST + 1)
    except FileNotFoundError:
        raise ModelError(f"{place}: is incomplete ({name} is missing)") from None
    except OSError as error:
        raise ModelError(f"{place}/{name}: cannot be read ({error.strerror})") from None
    if len(data) > _LARGEST:
        raise ModelError(f"{place}/{name}: is larger than any model ({_LARGEST:,} bytes)")
    return data


def _check_sums(place: Path, files: Mapping[str, bytes]) -> None:
    sums = dict(line.split("  ", 1)[::-1] for line in files[_SUMS].decode("utf-8", "replace").splitlines())
    for name in _FILES:
        if sums.get(name) != _digest(files[name]):
            raise ModelError(
                f"{place}/{name}: was altered or truncated (its digest is not the one in {_SUMS})"
            )


def _model(manifest: dict[str, Any], files: Mapping[str, bytes]) -> Model:
    names = dict(manifest["themes"])
    marks = json.loads(files["marks.json"])
    vocabulary = files["vocabulary.txt"].decode().removesuffix("\n").split("\n")
    idf = np.load(BytesIO(files["idf.npy"]), allow_pickle=False)
    coefficients = np.load(BytesIO(files["coefficients.npy"]), allow_pickle=False)
    if idf.shape != (len(vocabulary),) or coefficients.shape != (len(vocabulary), len(names)):
        raise ValueError("the sizes of its arrays do not fit its vocabulary and themes")
    if idf.dtype != np.float64 or coefficients.dtype != np.float64:
        raise ValueError("its arrays are not of 64-bit floats")
    own = {"kind", "format", "themes", "intercepts", "thresholds", "features"}
    return Model(
        names=names,
        cues=marks["cues"],
        classes=marks["classes"],
        vocabulary=vocabulary,
        idf=idf,
        coefficients=coefficients,
        intercepts=np.array([float(manifest["intercepts"][key]) for key in names]),
        thresholds=np.array([float(manifest["thresholds"][key]) for key in names]),
        about={name: value for name, value in manifest.items() if name not in own},
    )
