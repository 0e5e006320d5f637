"""Job: what every process of a run must know, and what it counts."""

from __future__ import annotations

from dataclasses import dataclass, field

from themes import __version__
from themes.errors import ThemesError
from themes.inputs.reading import Reading
from themes.runs.formats import Wanted


@dataclass(frozen=True, slots=True)
class Job:
    """All that a process must know to score any part of a run.

    Attributes
    ----------
    target : str
        The output, absolute or a URL.
    token : str
        Names the run in the names of its parts.
    model : str, optional
        The model folder; by default the model that comes with the package, wherever that is installed.
    digest : str
        That of the model folder's list of digests.
    thresholds : tuple of (str, float)
        Thresholds to use instead of the model's.
    wanted : Wanted
        Which results are written, and how.
    reading : Reading
        How to read documents, without its listener.
    skip_bad : bool
        Whether to leave out bad rows.
    expected : int
        About how many characters each process will be given.
    version : str
        Of the package that planned the run.
    """

    target: str
    token: str
    model: str | None
    digest: str
    thresholds: tuple[tuple[str, float], ...]
    wanted: Wanted
    reading: Reading
    skip_bad: bool
    expected: int = 0
    version: str = __version__


@dataclass(frozen=True, slots=True)
class Failed:
    """A part that cannot be done, and why."""

    part: int
    error: ThemesError


@dataclass
class Tally:
    """What a part came to so far; the fields are those of `themes.runs.journal.Done`."""

    documents: int = 0
    texts: int = 0
    sentences: int = 0
    bad: int = 0
    themes: dict[str, int] = field(default_factory=dict)
