"""Files: reading within bounds, writing beside and then renaming."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from themes.errors import InputError
from themes.inputs.bounds import MAX_DOCUMENT_SIZE
from themes.inputs.encoding import SNIFFED, codec, invalid, sniff
from themes.inputs.sources import READ_ERRORS, kind, open_raw, unpacked

_CHUNK = 1 << 20
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def atomic_write(path: str | Path, *, binary: bool = False, newline: str | None = "\n") -> Iterator[IO[Any]]:
    """Write a file beside its place and rename it when all went well.

    Parameters
    ----------
    path : str or Path
        Where the file is to stand; an existing one is replaced only at the end, a link is followed.
    binary : bool
        Write bytes instead of UTF-8 text.
    newline : str, optional
        Line ending for text, as in `open`.

    Yields
    ------
    file object

    Raises
    ------
    InputError
        When the folder does not exist or cannot be written to, the place is taken by something other
        than a file, or the disk is full.
    """
    target = Path(os.path.realpath(path))
    beside = target.parent / f".{target.name}.{os.getpid()}.part"
    try:
        if target.exists() and not target.is_file():
            raise InputError("cannot be written (not a regular file)", path)
        stream = beside.open("wb") if binary else beside.open("w", encoding="utf-8", newline=newline)
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", path) from error
    try:
        with stream:
            yield stream
        beside.replace(target)
    except BaseException as error:
        with suppress(OSError):
            beside.unlink()
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            raise InputError(f"cannot be written ({error.strerror})", path) from error
        raise


def require_writable(path: str | Path) -> None:
    """Say before long work that a file could not be written at its end.

    Parameters
    ----------
    path : str or Path
        Where it is to stand.

    Raises
    ------
    InputError
        When `atomic_write` would refuse the place as it is now.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        raise InputError("cannot be written (not a regular file)", path)
    if not target.parent.is_dir():
        raise InputError("cannot be written (its folder does not exist)", path)
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise InputError("cannot be written (its folder is not yours to write to)", path)


def open_bytes(path: str | Path) -> IO[bytes]:
    """Open a file for reading bytes, decompressing ``.gz`` and ``.zst``.

    Parameters
    ----------
    path : str or Path
        A path, or a URL that fsspec knows.

    Returns
    -------
    binary file object

    Raises
    ------
    InputError
        When the path is missing, a directory or unreadable.
    """
    return unpacked(open_raw(path), kind(path)[1], path)


def read_bytes(path: str | Path, limit: int = MAX_DOCUMENT_SIZE) -> bytes:
    """Read a whole file, decompressing ``.gz`` and ``.zst``, and refuse one that is larger than `limit`.

    Parameters
    ----------
    path : str or Path
        The file.
    limit : int
        Largest size accepted, in bytes after decompression.

    Returns
    -------
    bytes

    Raises
    ------
    InputError
        When the file is missing, unreadable, damaged or too large.
    """
    with open_bytes(path) as stream:
        return read_stream(stream, limit, path)


def read_stream(stream: IO[bytes], limit: int, name: str | Path) -> bytes:
    """Read a byte stream to its end and refuse one that is longer than `limit` bytes.

    Parameters
    ----------
    stream : binary file object
        What to read.
    limit : int
        Largest size accepted, in bytes.
    name : str or Path
        How to call the stream in an error.

    Returns
    -------
    bytes

    Raises
    ------
    InputError
        When the stream is too long or a compressed one is damaged.
    """
    # On a terminal, read() would want a second Ctrl-D after the one that ended the text.
    read = getattr(stream, "read1", stream.read)
    parts: list[bytes] = []
    size = 0
    try:
        while chunk := read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise InputError(
                    f"holds more than {limit:,} bytes; raise --max-document-size if that is meant", name
                )
            parts.append(chunk)
    except READ_ERRORS as error:
        raise InputError(f"cannot be read to its end ({error})", name) from error
    return b"".join(parts)


def decode(data: bytes, encoding: str, name: str | Path) -> str:
    """Decode text and say plainly what to do when it cannot be decoded.

    Parameters
    ----------
    data : bytes
        The text's bytes; a UTF-8 byte order mark is dropped.
    encoding : str
        A Python codec name such as ``utf-8`` or ``latin-1``.
    name : str or Path
        How to call the source in an error.

    Returns
    -------
    str

    Raises
    ------
    InputError
        When the data are binary, the encoding is unknown or the bytes do not fit it.
    """
    found = codec(encoding)
    try:
        sniff(data[:SNIFFED], found, str(name))
        return data.decode("utf-8-sig" if found == "utf-8" else found)
    except UnicodeError as error:
        # The error counts from behind a byte order mark.
        before = error.object[: error.start] if isinstance(error, UnicodeDecodeError) else b""
        raise invalid(found, str(name), before.count(b"\n") + 1) from None
