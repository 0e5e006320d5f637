"""Sources: local files and objects in remote stores, opened for reading, unpacked by their endings."""

from __future__ import annotations

import io
import os
import re
import sys
import zlib
from pathlib import Path
from typing import IO, Any, cast

from themes.errors import InputError

READ_ERRORS = (OSError, EOFError, zlib.error)
"""What reading raises when a file, a compressed one above all, is damaged."""

PACKINGS = (".gz", ".zst")
KINDS = {".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}
"""Endings of the kinds of file that hold a document a row."""

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_BUFFER = 1 << 18


def is_url(path: str | Path) -> bool:
    """Say whether a path names an object in a store, ``s3://bucket/key`` for one."""
    return isinstance(path, str) and _URL.match(path) is not None


def shown(path: str | Path) -> str:
    """Give a path as text that can be written, also where its bytes are no UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace")


def kind(path: str | Path) -> tuple[str, str]:
    """Give the kind of a file and its packing, both by its endings.

    Parameters
    ----------
    path : str or Path
        A path or URL.

    Returns
    -------
    (str, str)
        ``csv``, ``tsv``, ``jsonl``, ``parquet`` or ``text``, and ``.gz``, ``.zst`` or nothing.

    Examples
    --------
    >>> kind("a.csv.gz"), kind("notes.md")
    (('csv', '.gz'), ('text', ''))
    """
    name = Path(path).name.lower()
    packing = next((ending for ending in PACKINGS if name.endswith(ending)), "")
    stem = name[: len(name) - len(packing)]
    return KINDS.get(Path(stem).suffix, "text"), packing


def filesystem(url: str) -> tuple[Any, str]:
    """Give the fsspec file system of a URL and the path in it.

    Parameters
    ----------
    url : str
        For example ``s3://bucket/key``.

    Returns
    -------
    (fsspec.AbstractFileSystem, str)

    Raises
    ------
    InputError
        When fsspec, or what it needs for this kind of store, is missing.
    """
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise InputError("needs fsspec; install it with: pip install 'themes[cluster]'", url) from None
    try:
        system, place = url_to_fs(url)
    except (ImportError, ValueError, OSError) as error:
        raise InputError(f"cannot be reached ({error})", url) from error
    return system, place


def open_raw(path: str | Path) -> IO[bytes]:
    """Open a file or an object for reading its bytes as they are.

    Parameters
    ----------
    path : str or Path
        A path or URL.

    Returns
    -------
    binary file object

    Raises
    ------
    InputError
        When the path is missing, a directory or unreadable.
    """
    try:
        if is_url(path):
            return _open_url(str(path))
        place = Path(path)
        if place.is_dir():
            raise InputError("is a directory; name the files in it", path)
        return place.open("rb")
    except FileNotFoundError:
        raise InputError("no such file", path) from None
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror or error})", path) from error
    except ValueError as error:
        raise InputError(f"cannot be read ({error})", shown(path).replace("\0", "\ufffd")) from None


def _open_url(url: str) -> IO[bytes]:
    system, place = filesystem(url)
    try:
        return cast("IO[bytes]", _Guarded(system.open(place, "rb"), Exception))
    except OSError:
        raise
    except Exception as error:
        raise InputError(f"cannot be read ({error})", url) from error


def size(path: str | Path, stream: IO[bytes] | None = None) -> int | None:
    """Give a source's size in bytes, packed as it is; None for what has no end yet, a pipe for one.

    Parameters
    ----------
    path : str or Path
        A path or URL.
    stream : binary file object, optional
        The same source where it is open already, so that both are one file.

    Returns
    -------
    int, optional

    Raises
    ------
    InputError
        When the source is missing or unreadable.
    """
    import stat

    if is_url(path):
        with open_raw(path) if stream is None else _kept(stream) as opened:
            if not opened.seekable():
                return None
            here = opened.tell()
            end = opened.seek(0, os.SEEK_END)
            opened.seek(here)
            return end
    try:
        status = Path(path).stat() if stream is None else os.fstat(stream.fileno())
    except FileNotFoundError:
        raise InputError("no such file", path) from None
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", path) from error
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _kept(stream: IO[bytes]) -> Any:
    from contextlib import nullcontext

    return nullcontext(stream)


def unpacked(stream: IO[bytes], packing: str, name: str | Path) -> IO[bytes]:
    """Give a stream of what a packed stream holds.

    Parameters
    ----------
    stream : binary file object
        What to read; closed with the stream given back, or with the error.
    packing : str
        ``.gz``, ``.zst`` or nothing.
    name : str or Path
        How to call the stream in an error.

    Returns
    -------
    binary file object
        Reading it raises one of `READ_ERRORS` where the data are damaged or cut off.

    Raises
    ------
    InputError
        When the library for Zstandard is missing.
    """
    if packing == ".gz":
        import gzip

        inner, faults = cast("IO[bytes]", gzip.GzipFile(fileobj=stream, mode="rb")), zlib.error
        return io.BufferedReader(_Guarded(inner, faults, stream), _BUFFER)
    if packing == ".zst":
        try:
            if sys.version_info >= (3, 14):
                from compression import zstd
            else:
                from backports import zstd
        except ImportError:
            stream.close()
            reason = "needs a library for Zstandard; install it with: pip install 'themes[zst]'"
            raise InputError(reason, name) from None
        opened = cast("IO[bytes]", zstd.ZstdFile(stream, "rb"))
        return io.BufferedReader(_Guarded(opened, zstd.ZstdError, stream), _BUFFER)
    return stream


class _Guarded(io.RawIOBase):
    """A stream whose own kinds of error become OSError; closes what lies under it too."""

    def __init__(self, inner: IO[bytes], faults: type[Exception], under: IO[bytes] | None = None) -> None:
        self._inner = inner
        self._faults = faults
        self._under = under
        self._fault: Exception | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._under is None and self._inner.seekable()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._inner.seek(offset, whence)

    def tell(self) -> int:
        return self._inner.tell()

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if self._fault is not None:
            raise self._fault
        # One step at a time: what was read before a damaged place is not lost with it.
        read = getattr(self._inner, "read1", self._inner.read)
        try:
            data = read(len(buffer))
        except READ_ERRORS as error:
            self._fault = error
            raise
        except self._faults as error:
            self._fault = OSError(str(error))
            raise self._fault from error
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._inner.close()
        if self._under is not None:
            self._under.close()
        super().close()


class Stretch(io.RawIOBase):
    """The next bytes of a stream, up to a number that it must hold.

    Parameters
    ----------
    stream : binary file object
        What to read, from where it stands.
    left : int, optional
        How many bytes; by default all there are.
    """

    def __init__(self, stream: IO[bytes], left: int | None) -> None:
        self._stream = stream
        self._left = left

    def readable(self) -> bool:
        """Say that the stream can be read."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill a buffer; give the number of bytes, or raise OSError where there are fewer than said."""
        read = getattr(self._stream, "read1", self._stream.read)
        if self._left is None:
            data = read(len(buffer))
        else:
            data = read(min(len(buffer), self._left))
            if self._left and not data:
                raise OSError("it became shorter while it was read")
            self._left -= len(data)
        buffer[: len(data)] = data
        return len(data)
