"""The command line: one module a command, imported when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

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

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ThemesError as error:
            click.echo(f"themes: {error}", err=True)
            ctx.exit(2)
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("themes"):
                raise
            package = _PACKAGES.get(error.name or "", error.name)
            click.echo(f"themes: this needs {package}; install it with: pip install {package}", err=True)
            ctx.exit(2)
        except KeyboardInterrupt:
            click.echo("\nthemes: stopped; nothing was changed", err=True)
            ctx.exit(130)


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\b
Exit codes: 0 done; 1 the audit found errors; 2 a file, row or option that
cannot be used; 130 stopped by Ctrl-C.

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
