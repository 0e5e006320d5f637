"""The model: its numbers, and the folder of plain data files in which it is kept.

A model folder holds

``manifest.json``
    format version, codebook, thresholds, intercepts, settings, counts and hashes of the labels,
    library versions and the summary of the evaluation; read when asked for;
``vocabulary.txt``
    a feature a line, sorted;
``idf.npy``, ``coefficients.npy``
    float64 arrays of shape ``(features,)`` and ``(features, themes)``;
``scoring.json``
    what scoring needs of it: format version, the themes' names, intercepts, thresholds, and the codebook's
    cue phrases and word classes, compiled;
``SHA256SUMS``
    the digest of each of these, in the form that ``sha256sum --check`` reads.

Nothing in it is code and nothing is unpickled. Reading it needs numpy alone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from themes.errors import InputError, ModelError
from themes.scoring.modelparts import array_of, classes_of, cues_of, names_of, numbers_of, vocabulary_of

if TYPE_CHECKING:
    from themes.coding.codebook import Codebook

FORMAT = 1
"""Version of the folder's layout; every version up to this one can be read."""

KIND = "themes-model"

_FILES = ("manifest.json", "scoring.json", "vocabulary.txt", "idf.npy", "coefficients.npy")
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
        The compiled cues and word classes of the codebook (see `themes.coding.matcher.CueMatcher.to_data` and
        `themes.coding.lexicon.Lexicon.to_data`).
    vocabulary : list of str, length f
        The features, sorted (see `themes.scoring.features`).
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
    classes: Mapping[str, Any]
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
        from themes.coding.codebook import Codebook

        if not isinstance(self.about.get("codebook"), dict):
            raise ModelError("the model's manifest.json holds no codebook")
        return Codebook.from_dict(self.about["codebook"])


def default_model_path() -> Path:
    """Find the model that comes with the package.

    Returns
    -------
    Path
        The folder in an installed package, else ``models/default`` of the checkout.
    """
    package = Path(__file__).resolve().parents[1]
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
    require_place(target)
    files = _contents(model)
    sums = "".join(f"{_digest(data)}  {name}\n" for name, data in files.items())
    files[_SUMS] = sums.encode()
    files.update({name: text.encode() for name, text in (extra or {}).items()})
    # Here and not above: only saving needs it.
    from tempfile import TemporaryDirectory

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as room:
            beside, old = Path(room, "new"), Path(room, "old")
            beside.mkdir()
            for name, data in files.items():
                (beside / name).write_bytes(data)
            try:
                if target.exists():
                    target.rename(old)
                beside.rename(target)
            except BaseException:
                if old.exists() and not target.exists():
                    old.rename(target)
                raise
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", target) from error


def require_place(folder: str | Path) -> None:
    """Refuse a place where `save_model` may not write, before any work is done.

    Parameters
    ----------
    folder : str or Path
        Where a model folder is to stand.

    Raises
    ------
    InputError
        When the place is taken by something that is no model folder, or a folder above it is none.
    """
    target = Path(folder)
    if target.exists() and not _may_replace(target):
        raise InputError("exists and is no model folder; name another place", target)
    above = next(place for place in (target.absolute(), *target.absolute().parents) if place.exists())
    if not above.is_dir():
        raise InputError(f"cannot be made, for {above} is no folder", target)
    if not os.access(above if above != target.absolute() else above.parent, os.W_OK | os.X_OK):
        raise InputError("cannot be written (its folder is not yours to write to)", target)


def _may_replace(target: Path) -> bool:
    if not target.is_dir():
        return False
    names = {entry.name for entry in target.iterdir()}
    if not names:
        return True
    known = {*_FILES, _SUMS, "README.md", "evaluation.json"}
    return "manifest.json" in names and names <= known


def _contents(model: Model) -> dict[str, bytes]:
    keys = model.keys
    head = {
        "kind": KIND,
        "format": FORMAT,
        "themes": model.names,
        "intercepts": dict(zip(keys, model.intercepts.tolist(), strict=True)),
        "thresholds": dict(zip(keys, model.thresholds.tolist(), strict=True)),
    }
    scoring = head | {"cues": model.cues, "classes": model.classes}
    manifest = head | {"features": len(model.vocabulary)} | dict(model.about)
    return {
        "manifest.json": _json(manifest, indent=1),
        "scoring.json": _json(scoring, separators=(",", ":")),
        "vocabulary.txt": "".join(f"{feature}\n" for feature in model.vocabulary).encode(),
        "idf.npy": _array_bytes(model.idf),
        "coefficients.npy": _array_bytes(model.coefficients),
    }


def _json(data: Mapping[str, Any], **form: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, allow_nan=False, **form) + "\n").encode()


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
    scoring = _parse(place, "scoring.json", files["scoring.json"])
    if scoring.get("kind") != KIND:
        raise ModelError(f"{place}: is not a model of this program")
    version = scoring.get("format")
    if type(version) is not int or version < 1:
        raise ModelError(f"{place}/scoring.json: has no valid format version")
    if version > FORMAT:
        raise ModelError(f"{place}: has a format newer than {FORMAT}; install a newer version of themes")
    _check_sums(place, files)
    try:
        return _model(scoring, files, _Manifest(place, files["manifest.json"]))
    except (LookupError, TypeError, ValueError, ArithmeticError, MemoryError, RecursionError) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else error
        raise ModelError(f"{place}: is damaged ({reason})") from None


class _Manifest(Mapping[str, Any]):
    """The manifest, parsed when it is first looked into: scoring does without, and it is large."""

    def __init__(self, place: Path, text: bytes) -> None:
        self._place, self._text = place, text

    @cached_property
    def _data(self) -> dict[str, Any]:
        own = {"kind", "format", "themes", "intercepts", "thresholds", "features"}
        data = _parse(self._place, "manifest.json", self._text)
        return {name: value for name, value in data.items() if name not in own}

    def __getitem__(self, name: str) -> Any:
        return self._data[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)


def _parse(place: Path, name: str, text: bytes) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise ModelError(f"{place}/{name}: is damaged (not JSON)") from None
    if not isinstance(data, dict):
        raise ModelError(f"{place}: is not a model of this program")
    return data


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
    sums = dict(line.partition("  ")[::-2] for line in files[_SUMS].decode("utf-8", "replace").splitlines())
    for name in _FILES:
        if sums.get(name) != _digest(files[name]):
            raise ModelError(
                f"{place}/{name}: was altered or truncated (its digest is not the one in {_SUMS})"
            )


def _model(scoring: dict[str, Any], files: Mapping[str, bytes], about: Mapping[str, Any]) -> Model:
    if b"\\ud" in files["scoring.json"] or b"\\uD" in files["scoring.json"]:
        # JSON can hold halves of characters, which no output can.
        json.dumps(scoring, ensure_ascii=False).encode()
    names = names_of(scoring["themes"])
    vocabulary = vocabulary_of(files["vocabulary.txt"])
    return Model(
        names=names,
        cues=cues_of(scoring["cues"]),
        classes=classes_of(scoring["classes"]),
        vocabulary=vocabulary,
        idf=array_of(files["idf.npy"], (len(vocabulary),)),
        coefficients=array_of(files["coefficients.npy"], (len(vocabulary), len(names))),
        intercepts=numbers_of(scoring["intercepts"], names),
        thresholds=numbers_of(scoring["thresholds"], names, most=1),
        about=about,
    )
