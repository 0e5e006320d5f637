"""The command line: one module a command, imported when it is called."""

from __future__ import annotations

# What `signal` builds upon; that module takes time to load, and nothing more of it is wanted.
import _signal  # type: ignore[import-not-found]
import os
import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any, NoReturn, TextIO, cast

import click
from click.exceptions import Exit, NoArgsIsHelpError

from themes import __version__
from themes.errors import ThemesError

COMMANDS = {
    "classify": "Find the themes in text.",
    "train": "Train a model from hand-labelled sentences.",
    "evaluate": "Judge the way of training on documents held out.",
    "check": "Audit the label files.",
    "agreement": "Measure how far coders agree.",
    "sentences": "Split documents into sentences; make a coding sheet.",
}

_INTERRUPTED, _PIPE, _TERMINATED = 130, 141, 143
"""Exit codes of programs that Ctrl-C stopped, whose reader went away, that SIGTERM stopped."""

_PACKAGES = {"sklearn": "scikit-learn"}
"""Packages whose name differs from that of their module."""

STOPPED = "themes.stopped"
"""Where a command that can be stopped anywhere keeps, in its context's ``meta``, what to say then."""

_GRACE = 5.0


class _Terminated(KeyboardInterrupt):
    """SIGTERM, where it ends a command the way Ctrl-C does."""


class _Group(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"themes.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not ctx.resilient_parsing:
            from difflib import get_close_matches

            ctx.fail(f"no such command {args[0]}{_perhaps(get_close_matches(args[0], COMMANDS))}")
        return super().resolve_command(ctx, args)

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        try:
            return super().make_context(*args, **extra)
        except click.UsageError as error:
            _misused(error, None)

    def main(self, *args: Any, **extra: Any) -> Any:
        _replace_closed_streams()
        try:
            try:
                return super().main(*args, **extra)
            finally:
                # What is still held back must fail here, where it can be said, and not as Python ends.
                sys.stdout.flush()
        except BrokenPipeError:
            _drop_output()
            sys.exit(_PIPE)
        except UnicodeEncodeError as error:
            if error.encoding.startswith("utf"):
                _fail("the name of a file, or a text, holds bytes that are no UTF-8; rename or convert it")
            _fail(f"the output takes only {error.encoding}; set PYTHONIOENCODING=utf-8 or name an --output")
        except OSError as error:
            if error.filename is None:
                _drop_output()
                _fail(f"standard output cannot be written ({error.strerror or error})")
            _fail(f"{error.filename}: cannot be used ({error.strerror})")

    def invoke(self, ctx: click.Context) -> Any:
        with _hearing_sigterm(ctx):
            return self._invoke(ctx)

    def _invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            _misused(error, ctx.invoked_subcommand)
        except ThemesError as error:
            _fail(str(error))
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("themes"):
                raise
            package = _PACKAGES.get(error.name or "", error.name)
            click.echo(f"themes: this needs {package}; install it with: pip install {package}", err=True)
            ctx.exit(2)
        except BrokenPipeError:
            # Nobody reads on, as behind `| head`; click would say 1, which means errors found.
            _drop_output()
            ctx.exit(_PIPE)
        except KeyboardInterrupt as stop:
            click.echo(_stopped(ctx), err=True)
            ctx.exit(_TERMINATED if isinstance(stop, _Terminated) else _INTERRUPTED)


def _stopped(ctx: click.Context) -> str:
    # The line of progress, or the ^C that a terminal shows, is written over.
    start = "\r\033[K" if sys.stderr.isatty() else ""
    return f"{start}themes: {ctx.meta.get(STOPPED, 'stopped; nothing was changed')}"


@contextmanager
def _hearing_sigterm(ctx: click.Context) -> Iterator[None]:
    """Let SIGTERM end a command with a line."""
    owner = os.getpid()

    def end(number: int, _frame: object) -> None:
        # Copies that a run makes of this process end without a word.
        if os.getpid() != owner:
            os._exit(_TERMINATED)
        # An exception can get lost in a library that lets none through, so that it is raised only where
        # something is to be put in order, and for so long.
        at_once = STOPPED in ctx.meta and "joblib" not in sys.modules
        if at_once or number == _signal.SIGALRM:
            with suppress(OSError, ValueError):
                os.write(sys.stderr.fileno(), f"{_stopped(ctx)}\n".encode())
            os._exit(_TERMINATED)
        # It often comes twice, once to the process and once to its group.
        _signal.signal(_signal.SIGTERM, _signal.SIG_IGN)
        _signal.signal(_signal.SIGALRM, end)
        _signal.setitimer(_signal.ITIMER_REAL, _GRACE)
        # Joblib warns of the tasks that it drops.
        warnings.simplefilter("ignore")
        raise _Terminated

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


def _replace_closed_streams() -> None:
    """Open what the caller closed, lest a file that is opened later take its place.

    Reading finds nothing; writing to standard output fails, for it is lost; messages are dropped.
    """
    if sys.stdin is None:
        sys.stdin = _nowhere(os.O_RDONLY, "r")
    if sys.stdout is None:
        sys.stdout = _nowhere(os.O_RDONLY, "w")
    if sys.stderr is None:
        sys.stderr = _nowhere(os.O_WRONLY, "w")


def _nowhere(access: int, mode: str) -> TextIO:
    return cast("TextIO", os.fdopen(os.open(os.devnull, access), mode, encoding="utf-8"))


def _drop_output() -> None:
    """Let what is still held back go nowhere, or Python would complain of it once more as it ends."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _misused(error: click.UsageError, command: str | None) -> NoReturn:
    """Say in one line what of a command could not be understood, and where its help is."""
    if isinstance(error, NoArgsIsHelpError):
        raise error
    if isinstance(error, click.NoSuchOption):
        reason = f"no such option {error.option_name}{_perhaps(error.possibilities or ())}"
    else:
        reason = error.format_message().removesuffix(".")
        reason = reason[:1].lower() + reason[1:]
    path = f"themes {command}" if command else "themes"
    _fail(f"{command}: " * bool(command) + f"{reason}; see {path} --help")


def _perhaps(names: Iterable[str]) -> str:
    listed = " or ".join(names)
    return f" (did you mean {listed}?)" if listed else ""


def _fail(reason: str) -> NoReturn:
    from themes.terminal import harmless

    with suppress(OSError):
        click.echo(f"themes: {harmless(reason)}", err=True)
    sys.exit(2)


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\b
Exit codes: 0 done; 1 the audit found errors; 2 a file, row or option that
cannot be used; 130 stopped by Ctrl-C; 141 nobody read the output to its end;
143 stopped by SIGTERM.

\b
Example:
  themes classify --text "None of the cars we were promised ever came."
""",
)
@click.version_option(__version__, prog_name="themes")
def main() -> None:
    """Find which themes of a codebook each sentence of a text expresses, and which words decided.

    The codebook that comes with it holds the narratives of people who left the so-called Islamic
    State. Nothing leaves this machine.
    """
