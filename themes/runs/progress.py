"""Progress: how far a run is, on one line of a terminal or as plain lines of a log."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TextIO

from themes.terminal import columns, counted, harmless, width

_EVERY = {True: 0.2, False: 10.0}
_MEGABYTE = 1_000_000
_CLEAR = "\r\033[K"


class Progress:
    """Tell on standard error how far a run is.

    Parameters
    ----------
    quiet : bool
        Tell nothing but what was left out as bad.
    stream : text stream, optional
        Standard error by default.
    """

    def __init__(self, *, quiet: bool = False, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._quiet = quiet
        self._shown = False
        self._total = self._before = self._read = self._sentences = self._skipped = 0
        self._start = self._last = monotonic()

    def begin(self, total: int, before: int = 0) -> None:
        """Start the clock.

        Parameters
        ----------
        total, before : int
            Bytes of the whole input, and of the parts that an earlier run did.
        """
        self._total, self._before = total, before
        self._start = self._last = monotonic()
        if before:
            self.note(f"going on where the run stopped, {_share(before, total)} done")

    def step(self, size: int, sentences: int) -> None:
        """Count a part as done: its bytes of input and its sentences."""
        self._read += size
        self._sentences += sentences
        now = monotonic()
        if now - self._last >= _EVERY[self._live]:
            self._last = now
            self._show(self._line(now - self._start))

    def _line(self, seconds: float) -> str:
        done = self._before + self._read
        left = (self._total - done) * seconds / self._read if self._read else 0.0
        return (
            f"{_share(done, self._total)} of {_size(self._total)}, {self._rates(seconds)}, "
            f"{duration(left)} left"
        )

    def _rates(self, seconds: float) -> str:
        seconds = max(seconds, 1e-3)
        return f"{self._read / _MEGABYTE / seconds:.1f} MB/s, {self._sentences / seconds:,.0f} sentences/s"

    def _show(self, line: str) -> None:
        if self._quiet:
            return
        if not self._live:
            self.note(line)
            return
        line = f"themes: {line}"
        while columns(line) >= width():
            line = line[:-1]
        self._stream.write(_CLEAR + line)
        self._stream.flush()
        self._shown = True

    def note(self, line: str, *, always: bool = False) -> None:
        """Write a line of its own, unless asked to be quiet; `always` is for what is left out as bad."""
        self._skipped += always
        if self._quiet and not always:
            return
        self.clear()
        self._stream.write(f"themes: {harmless(line)}\n")
        self._stream.flush()

    def summary(self, documents: int, sentences: int, target: str) -> None:
        """Write what a finished run came to: totals of the whole input, and what of it is this run's."""
        seconds = monotonic() - self._start
        totals = [counted(documents, "document", style=","), counted(sentences, "sentence", style=",")]
        mine = [duration(seconds)]
        if self._skipped:
            totals.append(counted(self._skipped, "bad row left out", "bad rows left out", style=","))
        if self._read >= _MEGABYTE:
            mine.append(self._rates(seconds))
        if self._before:
            totals[-1] += " in all"
            mine.insert(0, f"{self._sentences:,} of these sentences")
            self.note(f"{target}: {', '.join(totals)}; in this run {', '.join(mine)}")
        else:
            self.note(f"{target}: {', '.join(totals + mine)}")

    def clear(self) -> None:
        """Take the line that is shown off the terminal."""
        if self._shown:
            self._stream.write(_CLEAR)
            self._stream.flush()
            self._shown = False


def _share(done: int, total: int) -> str:
    return f"{done / total:.0%}" if total else "100%"


def _size(number: int) -> str:
    for unit, step in (("GB", 1_000_000_000), ("MB", _MEGABYTE), ("kB", 1000)):
        if number >= step:
            return f"{number / step:.1f} {unit}"
    return counted(number, "byte")


def duration(seconds: float) -> str:
    """Write a stretch of time for reading.

    Parameters
    ----------
    seconds : float
        Not negative.

    Returns
    -------
    str

    Examples
    --------
    >>> duration(0.4), duration(75), duration(7300)
    ('0 s', '1 min 15 s', '2 h 1 min')
    """
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
