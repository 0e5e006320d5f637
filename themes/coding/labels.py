"""Labels: hand-coded sentences in files that open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from themes.coding.codebook import Codebook
from themes.errors import InputError
from themes.inputs.files import atomic_write, decode, read_bytes
from themes.terminal import counted

COLUMNS = ("id", "document", "index", "sentence", "coder_1", "coder_2", "final", "note")
"""Columns of a label file, in order; only `REQUIRED` ones must be there."""

REQUIRED = ("id", "document", "index", "sentence", "final")

AUTHORED = "authored"
"""Sources that begin with this hold sentences written for training, which no evaluation may contain."""

_LONGEST_INDEX = 9
_SOURCES = {"seeds": "seed"}

_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Label:
    """A coded sentence.

    Attributes
    ----------
    id : str
        Unique over all label files.
    document : str
        The document it stands in; for an authored sentence, its author.
    index : int
        Its number in the document.
    sentence : str
        The text.
    themes : tuple of str
        Final codes, as theme keys; empty for no theme.
    codes : dict of str to tuple of str
        What each coder gave, by the column's name (``coder_1``, ...).
    source : str
        ``seed``, ``field``, ``authored`` or a name of one's own; see `held_out`.
    note : str
        How a disagreement ended, or any remark.
    path, line : str, int
        Where the row stands.
    """

    id: str
    document: str
    index: int
    sentence: str
    themes: tuple[str, ...]
    source: str
    codes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    note: str = ""
    path: str = ""
    line: int = 0

    @property
    def held_out(self) -> bool:
        """Whether the sentence may be used to evaluate: that of any source but ``authored...``."""
        return not self.source.casefold().startswith(AUTHORED)


def label_files(paths: Iterable[str | Path]) -> list[Path]:
    """List label files: files as given, folders by their ``.csv`` files that have the columns of one.

    Parameters
    ----------
    paths : iterable of str or Path
        Files and folders.

    Returns
    -------
    list of Path

    Raises
    ------
    InputError
        When a path is missing or a folder holds no label file.
    """
    files: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            found = [file for file in sorted(path.glob("*.csv")) if file.is_file() and _is_label_file(file)]
            if not found:
                raise InputError("holds no label file (a .csv with the columns of one)", path)
            files += found
        elif path.exists():
            files.append(path)
        else:
            raise InputError("no such file or folder", path)
    return files


def _is_label_file(path: Path) -> bool:
    with path.open("rb") as stream:
        start = stream.read(4096).decode("utf-8-sig", "replace")
    # Only the first line is looked at, and loosely: what is wrong with it is said on reading.
    header = start.splitlines()[0] if start else ""
    return set(REQUIRED) <= {name.strip() for name in next(csv.reader([header]), [])}


def read_labels(paths: Iterable[str | Path]) -> list[Label]:
    """Read label files.

    Parameters
    ----------
    paths : iterable of str or Path
        Files, or folders of them.

    Returns
    -------
    list of Label
        In the order of files and rows. Theme keys are not checked against a codebook here; see
        `require_known_themes` and `themes.coding.check`.

    Raises
    ------
    InputError
        When a file is no label file or holds no row, or a row is malformed; names file and line.
    """
    return [label for path in label_files(paths) for label in _read(path)]


def _read(path: Path) -> Iterator[Label]:
    rows = _rows(path)
    _, first = next(rows, (1, []))
    header = [name.strip() for name in first]
    for name in REQUIRED:
        if name not in header:
            present = ", ".join(map(repr, filter(None, header[:_SHOWN]))) or "none"
            needed = ", ".join(REQUIRED)
            hint = "; save it with commas" if ";" in "".join(header) else ""
            raise InputError(f"has no column {name!r} (needed: {needed}; columns: {present}){hint}", path, 1)
    for name in header:
        if name and header.count(name) > 1:
            raise InputError(f"has the column {name!r} twice", path, 1)
    default = _source(path)
    empty = True
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        empty = False
        if len(cells) != len(header):
            has = counted(len(cells), "cell")
            raise InputError(f"has {has} where the header has {len(header)}", path, line)
        yield _label(dict(zip(header, cells, strict=True)), default, path, line)
    if empty:
        raise InputError("holds a header and no sentence; fill it or leave it out", path)


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Give each row with the line it begins on; a quote left open would swallow rows, so it is refused."""
    rows = csv.reader(io.StringIO(decode(read_bytes(path), "utf-8", path), newline=""), strict=True)
    while True:
        line = rows.line_num + 1
        try:
            cells = next(rows, None)
        except csv.Error as error:
            raise InputError(f"is not a readable table ({error})", path, line) from None
        if cells is None:
            return
        yield line, cells


def _source(path: Path) -> str:
    """Give the source that a file's name stands for; no spelling of it makes authored sentences real."""
    name = Path(path.stem).stem if path.suffix.lower() == ".gz" else path.stem
    return _SOURCES.get(name.lower(), name)


def _label(row: dict[str, str], source: str, path: Path, line: int) -> Label:
    index = row["index"].strip()
    if not index.isdecimal() or len(index) > _LONGEST_INDEX:
        raise InputError(f"index {index[:40]!r} is not a whole number from 0", path, line)
    if not row["sentence"].strip():
        raise InputError("has no sentence", path, line)
    return Label(
        id=row["id"].strip(),
        document=row["document"].strip(),
        index=int(index),
        sentence=row["sentence"],
        themes=parse_themes(row["final"]),
        codes={name: parse_themes(row[name]) for name in row if name.startswith("coder_")},
        source=row.get("source", "").strip() or source,
        note=row.get("note", ""),
        path=str(path),
        line=line,
    )


def parse_themes(cell: str) -> tuple[str, ...]:
    """Read a cell of themes joined by ``|``.

    Parameters
    ----------
    cell : str
        For example ``"cost|crowding"``.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> parse_themes(" cost| crowding"), parse_themes("")
    (('cost', 'crowding'), ())
    """
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def unknown_codes(labels: Iterable[Label], keys: Sequence[str]) -> Iterator[tuple[Label, str, str]]:
    """Find codes, final or of a coder, that are none of the themes.

    Parameters
    ----------
    labels : iterable of Label
        Coded sentences.
    keys : sequence of str
        The themes.

    Yields
    ------
    (Label, str, str)
        The row, the column and the code.
    """
    known = set(keys)
    for label in labels:
        for column, themes in {"final": label.themes, **label.codes}.items():
            for theme in themes:
                if theme not in known:
                    yield label, column, theme


def uncoded_files(labels: Iterable[Label]) -> list[str]:
    """Name the files that nobody seems to have coded: those in which no row has a final theme.

    Parameters
    ----------
    labels : iterable of Label
        The rows.

    Returns
    -------
    list of str
        Paths, in the order of the rows.
    """
    coded: dict[str, bool] = {}
    for label in labels:
        coded[label.path] = coded.get(label.path, False) or bool(label.themes)
    return [path for path, some in coded.items() if not some]


def require_known_themes(labels: Iterable[Label], codebook: Codebook) -> None:
    """Refuse labels that the codebook does not have.

    Parameters
    ----------
    labels : iterable of Label
        Coded sentences.
    codebook : Codebook
        The themes allowed.

    Raises
    ------
    InputError
        At the first unknown theme; names file and line.
    """
    for label, column, theme in unknown_codes(labels, codebook.keys):
        if column == "final":
            known = ", ".join(codebook.keys)
            reason = f"theme {theme!r} is not in the codebook ({known}); leave the cell empty for no theme"
            raise InputError(reason, label.path, label.line)


def write_sheet(path: str | Path, rows: Iterable[Sequence[object]]) -> int:
    """Write a label file.

    Parameters
    ----------
    path : str or Path
        Where it is to stand.
    rows : iterable of sequence
        Cells in the order of `COLUMNS`.

    Returns
    -------
    int
        The number of rows.
    """
    count = 0
    with atomic_write(path) as stream:
        plain = csv.writer(stream, lineterminator="\n")
        # A carriage return ends a row for a reader, and not every version of Python quotes it.
        quoted = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)
        plain.writerow(COLUMNS)
        for row in rows:
            (quoted if any("\r" in str(cell) for cell in row) else plain).writerow(row)
            count += 1
    return count
