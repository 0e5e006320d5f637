"""Formats: how results are laid out in a file, and which one the name of a file asks for."""

from __future__ import annotations

from pathlib import PurePath
from typing import NamedTuple

from themes.errors import InputError

FORMATS = ("table", "jsonl", "csv", "tsv", "parquet")
"""What results can be written as; ``table`` is for reading."""

SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "tsv", ".parquet": "parquet"}
"""Endings of output files and what they ask for; those of text also with ``.gz`` behind."""


def form_of(name: str) -> str:
    """Tell the format that an output file's name asks for.

    Parameters
    ----------
    name : str
        Path or URL of the file.

    Returns
    -------
    str
        One of `FORMATS`.

    Raises
    ------
    InputError
        When the ending is none of `SUFFIXES`.

    Examples
    --------
    >>> form_of("coded.csv"), form_of("s3://bucket/coded.jsonl.gz")
    ('csv', 'jsonl')
    """
    place = PurePath(name)
    ending = PurePath(place.stem).suffix if is_packed(name) else place.suffix
    form = SUFFIXES.get(ending.lower())
    if form is None or (form == "parquet" and is_packed(name)):
        known = ", ".join(SUFFIXES)
        raise InputError(
            f"has no ending that names a format ({known}; text also with .gz); name one or add --format",
            name,
        )
    return form


def is_packed(name: str) -> bool:
    """Tell whether an output file of this name is to be compressed by gzip."""
    return name.lower().endswith(".gz")


class Layout(NamedTuple):
    """The columns of a table of results, the same for all rows.

    Attributes
    ----------
    keys : tuple of str
        The themes.
    metadata : tuple of str
        Keys of metadata that have a column ``meta_<key>`` each.
    other : bool
        Whether rows may have further metadata, which share a column.
    counts : bool
        Whether rows are whole documents, with ``sentences`` and ``n_<theme>``.
    explained : bool
        Whether rows have an explanation.
    """

    keys: tuple[str, ...]
    metadata: tuple[str, ...] = ()
    other: bool = False
    counts: bool = False
    explained: bool = False

    @property
    def other_column(self) -> str:
        """The name of the column of further metadata: ``meta_other``, lengthened where that is taken."""
        name = "other"
        while name in self.metadata:
            name += "_"
        return f"meta_{name}"

    def columns(self, explanation: str = "terms") -> list[str]:
        """Give the names of all columns in order.

        Parameters
        ----------
        explanation : str
            What the column of explanations is called.

        Returns
        -------
        list of str

        Examples
        --------
        >>> Layout(("cost",), ("year",)).columns()
        ['document', 'index', 'start', 'end', 'text', 'themes', 'p_cost', 'meta_year']
        """
        names = ["document", "index", "start", "end", "text", "themes", *(f"p_{key}" for key in self.keys)]
        if self.counts:
            names += ["sentences", *(f"n_{key}" for key in self.keys)]
        if self.explained:
            names.append(explanation)
        names += [f"meta_{name}" for name in self.metadata]
        if self.other:
            names.append(self.other_column)
        return names


class Wanted(NamedTuple):
    """Which results are written, and how.

    Attributes
    ----------
    form : str
        ``jsonl``, ``csv``, ``tsv`` or ``parquet``.
    layout : Layout
        The columns of tables; JSON lines heed its keys alone.
    unit, explain
        As in `themes.scoring.classify.Classifier.classify_documents`.
    only_coded : bool
        Whether to leave out units without a theme.
    packed : bool
        Whether to compress by gzip.
    """

    form: str
    layout: Layout
    unit: str = "sentence"
    explain: int | None = None
    only_coded: bool = False
    packed: bool = False
