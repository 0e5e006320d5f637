"""Encodings: which ones text may have, and text in any of them as UTF-8."""

from __future__ import annotations

import codecs
import io
from typing import IO

from themes.errors import InputError

BOM = codecs.BOM_UTF8
SNIFFED = 8192
"""Bytes at the beginning of UTF-8 text that are looked at for signs of something else."""

_ESCAPES = frozenset({"unicode-escape", "raw-unicode-escape", "idna", "punycode", "utf-7", "undefined"})
_CHUNK = 1 << 16

# Label files have no such option: they are ours to save.
_OR = " (classify and sentences also take --encoding {})"


def codec(encoding: str) -> str:
    """Give Python's own name of an encoding in which text can be written.

    Parameters
    ----------
    encoding : str
        As a user names it, ``UTF8`` or ``windows-1252`` for two.

    Returns
    -------
    str
        ``utf-8`` also for UTF-8 with a byte order mark.

    Raises
    ------
    InputError
        When there is no such encoding, or it is a way to write bytes or escapes rather than text.

    Examples
    --------
    >>> codec("UTF8"), codec("windows-1252")
    ('utf-8', 'cp1252')
    """
    advice = "try utf-8, latin-1 or windows-1252"
    try:
        found = codecs.lookup(encoding)
    except (LookupError, ValueError, ImportError):
        raise InputError(f"unknown encoding {encoding!r}; {advice}") from None
    if not getattr(found, "_is_text_encoding", True):
        raise InputError(f"unknown encoding {encoding!r}; {advice}")
    if found.name in _ESCAPES:
        # These can give halves of surrogate pairs, which no output could hold.
        raise InputError(f"encoding {encoding!r} is not one of text files; {advice}")
    return found.name.removesuffix("-sig")


def is_plain(encoding: str) -> bool:
    """Say whether line ends, quotation marks and delimiters are the bytes they are in ASCII.

    Parameters
    ----------
    encoding : str
        A name from `codec`.

    Returns
    -------
    bool
        False for UTF-16 and ISO-2022, for example.
    """
    signs = bytes(range(128))
    try:
        if signs.decode(encoding) != signs.decode("ascii"):
            return False
    except UnicodeError:
        return False
    # Some, ISO-2022 above all, write other letters with the bytes of ASCII behind an escape.
    written = (letter.encode(encoding, "ignore") for letter in "é語あ한")
    return not any(data and data.isascii() for data in written)


def sniff(head: bytes, encoding: str, name: str) -> None:
    """Refuse bytes that are not text or plainly in another encoding.

    Parameters
    ----------
    head : bytes
        The beginning of a file.
    encoding : str
        A name from `codec`.
    name : str
        How to call the file in an error.

    Raises
    ------
    InputError
        When the bytes are called UTF-8 and are UTF-16 or binary.
    """
    if encoding != "utf-8":
        return
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputError(f"is UTF-16, not UTF-8; save it as UTF-8{_OR.format('utf-16')}", name)
    if b"\0" in head[:SNIFFED]:
        raise InputError("looks like a binary file, not text", name)


def invalid(encoding: str, name: str, line: int) -> InputError:
    """Make the error of bytes that do not fit their encoding.

    Parameters
    ----------
    encoding : str
        A name from `codec`.
    name : str
        The file.
    line : int
        The line in it.

    Returns
    -------
    InputError
    """
    reason = f"is not valid {encoding.upper()}; save it as UTF-8{_OR.format('windows-1252')}"
    return InputError(reason, name, line)


class Recoded(io.RawIOBase):
    """A byte stream of text in some encoding, read as UTF-8.

    Bytes that do not fit raise UnicodeError after all the text before them was read.

    Parameters
    ----------
    stream : binary file object
        What to read.
    encoding : str
        A name from `codec`.
    """

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._ready = b""
        self._fault: UnicodeError | None = None
        self._ended = False

    def readable(self) -> bool:
        """Say that the stream can be read."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill a buffer with UTF-8; give the number of bytes."""
        while not self._ready and not self._ended:
            self._fill()
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _fill(self) -> None:
        if self._fault is not None:
            raise self._fault
        data = self._stream.read(_CHUNK)
        self._ended = not data
        try:
            text = self._decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            self._fault, self._ended = error, False
            # The error counts from what the decoder had kept of the chunk before.
            good = error.start - (len(error.object) - len(data))
            text = self._decoder.decode(data[:good]) if good > 0 else ""
        self._ready = text.encode("utf-8", "replace")
