"""Reading: what a document is, and how documents are to be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from themes.errors import InputError
from themes.inputs.bounds import MAX_DOCUMENT_SIZE

TEXT_COLUMNS = ("text", "sentence")
"""Columns taken for the text, in this order, when none is named."""

BadRow = Callable[[InputError], None]

FORMATS = ("text", "csv", "tsv", "jsonl")
"""What a stream can hold."""


@dataclass(frozen=True, slots=True)
class Document:
    """A text with a name.

    Attributes
    ----------
    name : str
        The file's path as given, ``<path>:<line>`` for a row of a table, ``<stdin>`` or ``<text>``.
    text : str
        The whole text.
    metadata : mapping
        The other columns of the row it came from; empty for plain text.
    """

    name: str
    text: str
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """How documents are to be read.

    Attributes
    ----------
    text_column : str, optional
        The column or JSON key that holds the text; by default ``text``, else ``sentence``.
    encoding : str
        A Python codec name.
    max_size : int
        Largest document accepted, in bytes after decompression; in a table, the largest row.
    on_bad : callable, optional
        Called with the error of each bad row or file, which is then left out; by default it is raised.
    """

    text_column: str | None = None
    encoding: str = "utf-8"
    max_size: int = MAX_DOCUMENT_SIZE
    on_bad: BadRow | None = None

    def bad(self, error: InputError) -> None:
        """Report a bad row, or raise its error where nobody listens."""
        if self.on_bad is None:
            raise error
        self.on_bad(error)

    def too_large(self, name: str, line: int) -> InputError:
        """Make the error of a row that is too large."""
        reason = f"holds more than {self.max_size:,} bytes in one row; "
        return InputError(reason + "raise --max-document-size if that is meant", name, line)

    def find_text(self, columns: Sequence[str]) -> int | None:
        """Give the place of the text's column, None where there is none."""
        wanted = (self.text_column,) if self.text_column is not None else TEXT_COLUMNS
        return next((columns.index(column) for column in wanted if column in columns), None)

    def text_at(self, columns: Sequence[str], name: str, line: int | None) -> int:
        """Give the place of the text's column, or raise an InputError that lists the columns."""
        at = self.find_text(columns)
        if at is not None:
            return at
        listed = ", ".join(repr(column) for column in columns[:12]) or "none"
        wanted = TEXT_COLUMNS[0] if self.text_column is None else self.text_column
        hint = "" if self.text_column is not None else "; name it with --text-column"
        raise InputError(f"has no column {wanted!r} (columns: {listed}){hint}", name, line)


def refuse_twins(columns: Sequence[str], name: str, line: int | None) -> None:
    """Raise an InputError when two columns have one name; unnamed columns may be many."""
    twin = next((column for column, times in Counter(columns).items() if times > 1 and column), None)
    if twin is not None:
        raise InputError(f"has more than one column {twin!r}; rename all but one", name, line)
