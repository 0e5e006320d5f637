"""Stopping: what a command does and says when Ctrl-C or SIGTERM ends it."""

from __future__ import annotations

# What `signal` builds upon; that module takes time to load, and nothing more of it is wanted.
import _signal  # type: ignore[import-not-found]
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import click
from click.exceptions import Exit

INTERRUPTED, TERMINATED = 130, 143
"""Exit codes of programs that Ctrl-C and SIGTERM stopped."""

STOPPED = "themes.stopped"
"""Where a command that can be stopped anywhere keeps, in its context's ``meta``, what to say then."""

_GRACE = 5.0


class Terminated(KeyboardInterrupt):
    """SIGTERM, where it ends a command the way Ctrl-C does."""


def farewell(ctx: click.Context) -> str:
    """Give the line that a stopped command ends with."""
    # The line of progress, or the ^C that a terminal shows, is written over.
    start = "\r\033[K" if sys.stderr.isatty() else ""
    return f"{start}themes: {ctx.meta.get(STOPPED, 'stopped; nothing was changed')}"


@contextmanager
def hearing_sigterm(ctx: click.Context) -> Iterator[None]:
    """Let SIGTERM end a command with a line."""
    owner = os.getpid()

    def end(number: int, _frame: object) -> None:
        # Copies that a run makes of this process end without a word.
        if os.getpid() != owner:
            os._exit(TERMINATED)
        # An exception can get lost in a library that lets none through, so that it is raised only where
        # something is to be put in order, and for so long.
        at_once = STOPPED in ctx.meta and "joblib" not in sys.modules
        if at_once or number == _signal.SIGALRM:
            with suppress(OSError, ValueError):
                os.write(sys.stderr.fileno(), f"{farewell(ctx)}\n".encode())
            os._exit(TERMINATED)
        # It often comes twice, once to the process and once to its group.
        _signal.signal(_signal.SIGTERM, _signal.SIG_IGN)
        _signal.signal(_signal.SIGALRM, end)
        _signal.setitimer(_signal.ITIMER_REAL, _GRACE)
        # Joblib warns of the tasks that it drops.
        warnings.simplefilter("ignore")
        raise Terminated

    # A caller's own way with it stays; and only the main thread may have one.
    if _signal.getsignal(_signal.SIGTERM) == _signal.SIG_DFL:
        with suppress(ValueError):
            _signal.signal(_signal.SIGTERM, end)
    try:
        yield
    except Exception as error:
        # What is broken by an exception that was lost half-way is no news.
        if _signal.getsignal(_signal.SIGALRM) is end and not isinstance(error, Exit):
            end(_signal.SIGALRM, None)
        raise
    finally:
        if _signal.getsignal(_signal.SIGTERM) is end:
            _signal.signal(_signal.SIGTERM, _signal.SIG_DFL)
        if _signal.getsignal(_signal.SIGALRM) is end:
            _signal.setitimer(_signal.ITIMER_REAL, 0)
