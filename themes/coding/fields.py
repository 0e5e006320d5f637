"""Fields of a TOML file: taken with their types checked, and found again in the source when wrong."""

from __future__ import annotations

import re
from typing import Any, NamedTuple


class Spot(NamedTuple):
    """Where a value stands: TOML gives no lines for values, so they are looked up in the source."""

    table: str = ""
    place: int = 0
    field: str = ""
    text: str = ""
    nth: int = 0

    def line(self, source: str) -> int:
        """Find its line in the source, counted from 1."""
        rows = source.split("\n")
        heads = [number for number, row in enumerate(rows) if re.match(r"\s*\[\[", row)]
        mine = [number for number in heads if rows[number].strip("[] \t") == self.table]
        first = mine[self.place] if self.place < len(mine) else 0
        last = next((number for number in heads if number > first), len(rows))
        heading = re.compile(rf"""\s*["']?{re.escape(self.field)}["']?\s*=""")
        first = next((number for number in range(first, last) if heading.match(rows[number])), first)
        escaped = self.text.replace("\\", "\\\\").replace('"', '\\"')
        forms = (f'"{escaped}"', f"'{self.text}'")
        held = [number for number in range(first, last) if any(form in rows[number] for form in forms)]
        # The same text may also stand in another field of a row, such as a context's key.
        own = re.compile(rf"\b(?:cue|text)\s*=\s*(?:{'|'.join(map(re.escape, forms))})")
        held = [number for number in held if own.search(rows[number])] or held
        return 1 + (held[min(self.nth, len(held) - 1)] if self.text and held else first)


class Fault(Exception):  # noqa: N818
    """A wrong value, before it is known which file it stands in."""

    def __init__(self, reason: str, spot: Spot, field: str = "") -> None:
        super().__init__(reason)
        self.spot = spot if spot.field else spot._replace(field=field)


def known_fields(value: Any, known: list[str], spot: Spot) -> dict[str, Any]:
    """Take a table that has no other fields than the known ones."""
    if not isinstance(value, dict):
        raise Fault(f"must be a table with the fields {', '.join(known)}", spot)
    for field in value:
        if field not in known:
            raise Fault(f"unknown field {field!r}; known are {', '.join(known)}", spot, str(field))
    return value


def text_of(table: dict[str, Any], field: str, spot: Spot, required: bool = False) -> str:
    """Take a text from a table, without white space at its ends; an empty one where it is not required."""
    value = table.get(field, "")
    if not isinstance(value, str):
        raise Fault(f"{field} must be a text in quotes", spot, field)
    if required and not value.strip():
        raise Fault(f"{field} is missing", spot, field)
    return value.strip()


def list_of(table: dict[str, Any], field: str, spot: Spot, kind: type, what: str) -> tuple[Any, ...]:
    """Take a list of one kind of value from a table; an empty one where the field is absent."""
    value = table.get(field, [])
    if not isinstance(value, list) or any(type(item) is not kind for item in value):
        raise Fault(f"{field} must be a list of {what}", spot, field)
    return tuple(value)
