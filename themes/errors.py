"""Errors that are meant for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class ThemesError(Exception):
    """Something a user can mend: the message says what was wrong and what to do.

    The command line prints it as one line and exits with code 2.
    """


class InputError(ThemesError):
    """A file, a row or an option that cannot be used.

    Parameters
    ----------
    reason : str
        What is wrong and what to do, in one line.
    path : str or Path, optional
        The file it concerns.
    line : int, optional
        The line in that file, counted from 1.
    """

    def __init__(self, reason: str, path: str | Path | None = None, line: int | None = None) -> None:
        self.reason = reason
        self.path = None if path is None else str(path)
        self.line = line
        place = "" if path is None else f"{path}: " if line is None else f"{path}, line {line}: "
        super().__init__(place + reason)


class ModelError(ThemesError):
    """A model folder that is missing, damaged, foreign or too new."""
