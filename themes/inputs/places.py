"""Places: the files that paths, folders, patterns and URLs stand for."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from themes.errors import InputError
from themes.inputs.sources import KINDS, filesystem, is_url, kind

ENDINGS = (".txt", *KINDS)
"""Endings of the files that are taken from a folder, all but Parquet also with ``.gz`` or ``.zst`` behind."""


def expand(paths: Iterable[str | Path]) -> list[str]:
    """Give the files that paths stand for.

    Parameters
    ----------
    paths : iterable of str or Path
        Files; folders, of which all files with known `ENDINGS` are taken, those in folders within too;
        patterns with ``*``, ``?``, ``[...]`` and ``**``; and the same as URLs that fsspec knows.

    Returns
    -------
    list of str
        In the order given, what a folder or a pattern holds sorted. Hidden files and folders are left
        out, and links to folders are not followed. A file given twice is there twice.

    Raises
    ------
    InputError
        When one of the paths stands for nothing.
    """
    return [found for path in paths for found in (_remote(path) if is_url(path) else _local(path))]


def _local(path: str | Path) -> list[str]:
    place = str(Path(path))
    if "\0" in place:
        raise InputError("no such file", place.replace("\0", "\ufffd"))
    if Path(place).is_dir():
        return _folder(place)
    if os.path.lexists(place):
        return [place]
    if not glob.has_magic(place):
        raise InputError("no such file", place)
    found: list[str] = []
    for match in _sorted(glob.iglob(place, recursive=True)):  # noqa: PTH207 - takes absolute patterns too
        if not Path(match).is_dir():
            found.append(match)
        elif "**" not in place:
            found += [file for file in _walk(match) if _known(file)]
    if not found:
        raise InputError("no file matches this pattern", place)
    return found


def _folder(place: str) -> list[str]:
    found = _sorted(file for file in _walk(place) if _known(file))
    if not found:
        raise InputError(f"holds no files with known endings ({', '.join(ENDINGS)})", place)
    return found


def _walk(place: str) -> Iterator[str]:
    def fail(error: OSError) -> None:
        raise InputError(f"cannot be read ({error.strerror})", error.filename) from error

    for folder, inner, files in os.walk(place, onerror=fail):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        for name in sorted(files):
            file = Path(folder, name)
            if not name.startswith(".") and file.is_file():
                yield str(file)


def _known(path: str) -> bool:
    packing = kind(path)[1]
    ending = Path(path[: len(path) - len(packing)]).suffix.lower()
    return ending in ENDINGS and (ending != ".parquet" or not packing)


def _sorted(paths: Iterable[str]) -> list[str]:
    return sorted(paths, key=lambda path: os.fsencode(path).split(b"/"))


def _remote(url: str | Path) -> list[str]:
    url = str(url)
    system, place = filesystem(url)
    try:
        if glob.has_magic(place) and not system.exists(place):
            found = [file for file in system.glob(place) if not system.isdir(file)]
        elif system.isdir(place):
            found = [file for file in system.find(place) if _known(file) and not _hidden(file, place)]
        elif system.exists(place):
            return [url]
        else:
            raise InputError("no such file", url)
    except InputError:
        raise
    except Exception as error:
        raise InputError(f"cannot be read ({error})", url) from error
    if not found:
        raise InputError(f"holds no files with known endings ({', '.join(ENDINGS)})", url)
    return [system.unstrip_protocol(file) for file in _sorted(found)]


def _hidden(file: str, folder: str) -> bool:
    return any(name.startswith(".") for name in file.removeprefix(folder).split("/"))
