"""The codebook: themes with their definitions, examples and cue phrases, and the contexts of cues.

A codebook is a TOML file that a researcher reads and edits. Nothing in this package knows how many
themes there are or what they are called. The cues and the examples of the codebook that comes with the
package were drafted by language models from the definitions alone; they are proposals to be mended.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from themes.coding.cues import parse
from themes.coding.entries import Context, Cue, Example, Theme, WordClass
from themes.coding.fields import Fault, Spot, known_fields, list_of, text_of
from themes.errors import InputError

BUNDLED = Path(__file__).parents[1] / "codebook.toml"
"""The codebook that comes with the package."""

RESERVED = frozenset({"all", "documents", "macro", "micro", "none", "samples", "sentences"})
"""Keys that the reports use for themselves."""

_LARGEST = 20_000_000
_KEY = re.compile(r"[a-z][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Codebook:
    """A codebook.

    Parameters
    ----------
    title, version, language, unit, source : str
        What it is, and where it comes from.
    principles, rules : tuple of str
        What is coded, and the numbered rules for borderline sentences.
    procedure, no_theme : str
        How coding is done, and what a sentence without a theme is.
    themes, contexts : tuple of Theme, tuple of Context
        The themes in order, and the contexts of cues.

    Examples
    --------
    >>> pair = [{"key": k, "name": k, "definition": "."} for k in ("cost", "crowding")]
    >>> Codebook.from_dict({"title": "Why people left the gym", "themes": pair}).keys
    ('cost', 'crowding')
    """

    title: str
    version: str = ""
    language: str = ""
    unit: str = ""
    source: str = ""
    principles: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    procedure: str = ""
    no_theme: str = ""
    themes: tuple[Theme, ...] = ()
    contexts: tuple[Context, ...] = ()
    classes: tuple[WordClass, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the themes, in order."""
        return tuple(theme.key for theme in self.themes)

    def to_dict(self) -> dict[str, Any]:
        """Give the codebook as plain lists and dictionaries, fit for JSON.

        Returns
        -------
        dict
        """
        data: dict[str, Any] = _plain(asdict(self))
        return data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Codebook:
        """Build a codebook from plain data, as :meth:`to_dict` or a TOML file gives it.

        Parameters
        ----------
        data : dict
            The fields of the codebook.

        Returns
        -------
        Codebook

        Raises
        ------
        InputError
            If a field is missing, unknown or wrong.
        """
        try:
            return _codebook(data)
        except Fault as fault:
            raise InputError(str(fault)) from None

    def digest(self) -> str:
        """Give the SHA-256 of the codebook's canonical JSON, which changes with any of its contents.

        Returns
        -------
        str
            64 hexadecimal digits.
        """
        # Here and not above: most commands never ask for it.
        import hashlib
        import json

        text = json.dumps(self.to_dict(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def load_codebook(path: Path | None = None) -> Codebook:
    """Read a codebook from a TOML file.

    Parameters
    ----------
    path : Path, optional
        The file; the codebook that comes with the package if none is given.

    Returns
    -------
    Codebook

    Raises
    ------
    InputError
        If the file cannot be read or is no codebook; the message names the file, the line and the reason.
    """
    import tomllib

    place = BUNDLED if path is None else Path(path)
    raw = b""
    try:
        with place.open("rb") as stream:
            raw = stream.read(_LARGEST + 1)
        if len(raw) > _LARGEST:
            raise InputError(f"is larger than any codebook ({_LARGEST:,} bytes)", place)
        source = raw.decode("utf-8-sig").replace("\r\n", "\n")
        return _codebook(tomllib.loads(source))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", place) from None
    except UnicodeDecodeError as error:
        raise InputError("is not UTF-8 text", place, raw.count(b"\n", 0, error.start) + 1) from None
    except tomllib.TOMLDecodeError as error:
        found = re.search(r" \(at line (\d+), column \d+\)$", str(error))
        line = int(found[1]) if found else max(1, len(source.splitlines()))
        reason = str(error).removesuffix(found[0] if found else " (at end of document)")
        raise InputError(f"is not valid TOML: {reason}", place, line) from None
    except RecursionError:
        raise InputError("is nested too deeply", place) from None
    except Fault as fault:
        raise InputError(str(fault), place, fault.spot.line(source)) from None


def _codebook(data: dict[str, Any]) -> Codebook:
    top = Spot()
    known_fields(data, [field.name for field in fields(Codebook)], top)
    title = text_of(data, "title", top, required=True)
    texts = ("version", "language", "unit", "source", "procedure", "no_theme")
    rules, principles = (list_of(data, field, top, str, "texts") for field in ("rules", "principles"))
    themes, contexts, classes = (
        list_of(data, name, top, dict, f"[[{name}]] tables") for name in ("themes", "contexts", "classes")
    )
    if not themes:
        raise Fault("there are no themes: add a [[themes]] table with key, name and definition", top)
    taken: set[str] = set()
    worlds = [_context(item, Spot("contexts", n), taken) for n, item in enumerate(contexts)]
    known = [world.key for world in worlds]
    return Codebook(
        title,
        **{field: text_of(data, field, top) for field in texts},
        rules=rules,
        principles=principles,
        themes=tuple(
            _theme(item, Spot("themes", n), taken, known, len(rules)) for n, item in enumerate(themes)
        ),
        contexts=tuple(worlds),
        classes=_classes(classes),
    )


def _identity(table: dict[str, Any], spot: Spot, taken: set[str]) -> tuple[str, str, str]:
    key, name = text_of(table, "key", spot, required=True), text_of(table, "name", spot, required=True)
    if not _KEY.fullmatch(key):
        raise Fault(f"key {key!r} must be a small letter, then small letters, digits, hyphens", spot, "key")
    if key in RESERVED:
        raise Fault(f"key {key!r} is a word of the reports: choose another", spot, "key")
    for field, value in (("key", key), ("name", name)):
        mark = f"{field} {value.casefold()}"
        if mark in taken:
            raise Fault(f"{field} {value!r} is used twice", spot, field)
        taken.add(mark)
    return key, name, text_of(table, "definition", spot, required=True)


def _theme(data: dict[str, Any], spot: Spot, taken: set[str], known: list[str], rules: int) -> Theme:
    known_fields(data, [field.name for field in fields(Theme)], spot)
    borderline = list_of(data, "borderline", spot, int, "rule numbers")
    for number in borderline:
        if not 1 <= number <= rules:
            raise Fault(f"borderline names rule {number}, but there are {rules} rules", spot, "borderline")
    examples = []
    for item in list_of(data, "examples", spot, dict, '{ text = "...", why = "..." }'):
        here = spot._replace(field="examples", text=str(item.get("text", "")))
        known_fields(item, ["text", "why", "not"], here)
        if not isinstance(item.get("not", False), bool):
            raise Fault("not must be true or false", here)
        text, why = text_of(item, "text", here, required=True), text_of(item, "why", here)
        examples.append(Example(text, why, not item.get("not", False)))
    unless = _contexts(data, "unless", spot, known)
    return Theme(
        *_identity(data, spot, taken),
        includes=list_of(data, "includes", spot, str, "texts"),
        excludes=list_of(data, "excludes", spot, str, "texts"),
        borderline=borderline,
        examples=tuple(examples),
        unless=unless,
        cues=_cues(data, spot, unless, known),
    )


def _context(data: dict[str, Any], spot: Spot, taken: set[str]) -> Context:
    known_fields(data, [field.name for field in fields(Context)], spot)
    return Context(*_identity(data, spot, taken), cues=_cues(data, spot, (), []))


def _contexts(data: dict[str, Any], field: str, spot: Spot, known: list[str]) -> tuple[str, ...]:
    names = list_of(data, field, spot, str, "contexts")
    for name in names:
        if name not in known:
            choice = f"known are {', '.join(known)}" if known else "there are none that it may name"
            raise Fault(f"{field} names the unknown context {name!r}; {choice}", spot, field)
    return names


def _cues(data: dict[str, Any], spot: Spot, unless: tuple[str, ...], known: list[str]) -> tuple[Cue, ...]:
    cues: dict[str, Cue] = {}
    for item in list_of(data, "cues", spot, dict, '{ cue = "...", fires = "..." }'):
        here = spot._replace(field="cues", text=str(item.get("cue", "")))
        known_fields(item, ["cue", "fires", "silent", "unless", "near"], here)
        pattern = _plainly(text_of(item, "cue", here, required=True))
        try:
            parse(pattern)
        except ValueError as error:
            raise Fault(f"cue {pattern!r}: {error}", here) from None
        if pattern in cues:
            raise Fault(f"cue {pattern!r} stands twice", here._replace(nth=1))
        own = _contexts(item, "unless", here, known) if "unless" in item else unless
        near = _contexts(item, "near", here, known)
        fires, silent = text_of(item, "fires", here, required=True), text_of(item, "silent", here)
        cues[pattern] = Cue(pattern, fires, silent, own, near)
    return tuple(cues.values())


def _classes(tables: tuple[dict[str, Any], ...]) -> tuple[WordClass, ...]:
    classes: dict[str, WordClass] = {}
    for number, data in enumerate(tables):
        spot = Spot("classes", number)
        known_fields(data, [field.name for field in fields(WordClass)], spot)
        key = text_of(data, "key", spot, required=True)
        if not _KEY.fullmatch(key) or key in classes:
            raise Fault(f"key {key!r} is used twice or is not of small letters, digits, hyphens", spot, "key")
        words: dict[str, None] = {}
        for raw in list_of(data, "words", spot, str, "texts"):
            here = spot._replace(field="words", text=raw)
            word = _plainly(raw)
            _check_entry(word, here)
            if word in words:
                raise Fault(f"{word!r} stands twice", here._replace(nth=1))
            words[word] = None
        classes[key] = WordClass(key, text_of(data, "definition", spot), tuple(words))
    return tuple(classes.values())


def _check_entry(word: str, spot: Spot) -> None:
    try:
        parse(word)
    except ValueError as error:
        raise Fault(f"{word!r}: {error}", spot) from None
    if any(sign in word for sign in "&~|"):
        raise Fault(f"{word!r}: a word class takes words, stem* and # only; give each its own entry", spot)
    if "-" in word:
        apart = word.replace("-", " ")
        raise Fault(f"{word!r}: write {apart!r}, which also meets it with a hyphen", spot)
    if "#" in word and word != "#":
        raise Fault(f"{word!r}: in a word class, # stands alone; a phrase with a number can be a cue", spot)


def _plainly(phrase: str) -> str:
    """Give a phrase with single spaces and straight apostrophes, as the words of a text have them."""
    return " ".join(phrase.replace("’", "'").split())


def _plain(value: Any) -> Any:
    """Turn what ``asdict`` gives into the words of the file."""
    if isinstance(value, dict):
        plain = {("cue" if name == "pattern" else name): _plain(item) for name, item in value.items()}
        if "positive" in plain:
            plain["not"] = not plain.pop("positive")
        return plain
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
