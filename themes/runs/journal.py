"""Journal: what a run is about and which of its parts are done, so that it can go on after any stop."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from themes.errors import InputError
from themes.runs.folder import Folder

NAME = "journal.jsonl"
_EVERY = 5.0
_FORMAT = 2


@dataclass(frozen=True, slots=True)
class Done:
    """A part that is done.

    Attributes
    ----------
    part : int
        Its number.
    file : str
        Its results, in the folder of parts.
    size : int
        Bytes of that file.
    sha256 : str
        Digest of that file.
    rows, documents, texts, sentences, bad : int
        Rows written; documents read; those of them that are not blank; sentences; rows left out as bad.
    themes : dict of str to int
        Sentences with each theme.
    limit : int
        The largest document allowed when it was read.
    """

    part: int
    file: str
    size: int
    sha256: str
    rows: int
    documents: int
    texts: int
    sentences: int
    bad: int
    themes: dict[str, int]
    limit: int


class Journal:
    """The parts done so far, kept as JSON lines behind a head that tells the run.

    Parameters
    ----------
    folder : Folder
        The folder of parts, held by this run.
    head : mapping of str to JSON value
        What has to be the same for a run to go on: settings, model, inputs.
    """

    def __init__(self, folder: Folder, head: Mapping[str, Any]) -> None:
        self.done: dict[int, Done] = {}
        self._folder = folder
        self._head: dict[str, Any] = json.loads(json.dumps({"journal": _FORMAT} | dict(head)))
        self._written = 0.0
        self._waiting = False

    def resume(self) -> None:
        """Take up what an earlier run of the same kind has done.

        Raises
        ------
        InputError
            When the earlier run was about something else; says what differs.
        """
        head, *rows = self._read() or [self._head]
        if head != self._head:
            target = self._folder.target
            raise InputError(
                f"an unfinished run stands here that differs in {_difference(head, self._head)}; "
                "repeat its command to finish it, or add --restart to give it up",
                target,
            )
        sizes = self._folder.sizes()
        for row in rows:
            try:
                done = Done(**row)
            except TypeError:
                continue
            if sizes.get(done.file) == done.size:
                self.done[done.part] = done

    def _read(self) -> list[dict[str, Any]]:
        try:
            with self._folder.open(NAME) as stream:
                lines = stream.read().split(b"\n")
        except FileNotFoundError:
            return []
        rows = []
        for line in lines:
            try:
                row = json.loads(line)
            except ValueError:
                row = None
            # Lines from one that was cut short by a stop on: what they told of is done again.
            if not isinstance(row, dict):
                break
            rows.append(row)
        return rows

    def save(self) -> None:
        """Write the journal anew."""
        with self._folder.write(NAME) as stream:
            stream.write(_line(self._head))
            for number in sorted(self.done):
                stream.write(_line(_data(self.done[number])))
        self._written = monotonic()
        self._waiting = False

    def add(self, done: Done) -> None:
        """Note that a part is done, on storage that cannot append at most every few seconds."""
        self.done[done.part] = done
        self._waiting = not self._folder.append(NAME, _line(_data(done)))
        if self._waiting and monotonic() - self._written > _EVERY:
            self.save()

    def close(self) -> None:
        """Write down what has not been written yet."""
        if self._waiting:
            self.save()

    def forget(self, numbers: Iterable[int]) -> None:
        """Take parts as not done."""
        for number in numbers:
            self.done.pop(number, None)
        self.save()


def token(head: Mapping[str, Any]) -> str:
    """Name a run by what it is about, for the names of its parts.

    Parameters
    ----------
    head : mapping of str to JSON value
        As for `Journal`.

    Returns
    -------
    str
        12 hexadecimal digits.
    """
    return hashlib.sha256(_line(head)).hexdigest()[:12]


def _data(done: Done) -> dict[str, Any]:
    return {name: getattr(done, name) for name in Done.__slots__}


def _line(data: Mapping[str, Any]) -> bytes:
    return (json.dumps(data) + "\n").encode()


def _difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Name the first thing in which two heads differ, with both values where they are short."""
    for name in new:
        before, now = old.get(name), new[name]
        if before == now:
            continue
        if name == "inputs":
            return _input_difference(before or [], now)
        shown = [json.dumps(value, ensure_ascii=False) for value in (before, now)]
        if max(map(len, shown)) <= 60:
            return f"{name} ({shown[0]} then, {shown[1]} now)"
        return str(name)
    return "its kind"


def _input_difference(old: list[Any], new: list[Any]) -> str:
    then, now = ({row["path"]: row for row in rows} for rows in (old, new))
    for path, row in now.items():
        if path not in then:
            return f"its inputs ({path} was not among them)"
        if then[path] != row:
            return f"its inputs ({path} has been changed since)"
    gone = next((path for path in then if path not in now), None)
    return f"its inputs ({gone} was among them)" if gone else "the order of its inputs"
