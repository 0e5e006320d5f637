"""The command line: one module a command, imported when it is called."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from typing import Any, NoReturn, TextIO, cast

import click
from click.exceptions import NoArgsIsHelpError

from themes import __version__
from themes.cli.stopping import INTERRUPTED, TERMINATED, Terminated, farewell, hearing_sigterm
from themes.errors import ThemesError

COMMANDS = {
    "classify": "Find the themes in text.",
    "train": "Train a model from hand-labelled sentences.",
    "evaluate": "Judge the way of training on documents held out.",
    "check": "Audit the label files.",
    "agreement": "Measure how far coders agree.",
    "sentences": "Split documents into sentences; make a coding sheet.",
}

_PIPE = 141
"""Exit code of programs whose reader went away."""

_PACKAGES = {"sklearn": "scikit-learn"}
"""Packages whose name differs from that of their module."""


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
        with hearing_sigterm(ctx):
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
            click.echo(farewell(ctx), err=True)
            ctx.exit(TERMINATED if isinstance(stop, Terminated) else INTERRUPTED)


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
