"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from themes.errors import InputError

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class Grouped(click.Command):
    """A command whose help lists its options under headings.

    Parameters
    ----------
    groups : mapping of str to sequence of str
        Names of options' parameters by heading; all others come last.
    """

    def __init__(self, *args: Any, groups: Mapping[str, Sequence[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._groups = groups

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, a section a heading."""
        records = {
            param.name: record
            for param in self.get_params(ctx)
            if isinstance(param, click.Option) and (record := param.get_help_record(ctx))
        }
        for heading, names in self._groups.items():
            with formatter.section(heading):
                formatter.write_dl([records.pop(name) for name in names if name in records])
        with formatter.section("Other"):
            formatter.write_dl(list(records.values()))


def refuse_idle(*cases: tuple[bool, Sequence[str], str]) -> None:
    """Refuse options of the running command that were given and have no effect.

    Parameters
    ----------
    cases : tuples of bool, sequence of str and str
        Whether a case is given; the names of the parameters that have no effect then; why not.

    Raises
    ------
    InputError
        For the first case that holds; names the options and says why they have no effect.
    """
    context = click.get_current_context()
    given = {
        parameter.name: max(parameter.opts, key=len)
        for parameter in context.command.params
        if context.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE
    }
    for holds, names, why in cases:
        idle = [given[name] for name in names if holds and name in given]
        if idle:
            raise InputError(f"{', '.join(idle)} {'has' if len(idle) == 1 else 'have'} no effect {why}")


def all_of(files: Sequence[str | Path], form: str) -> bool:
    """Tell whether all are files of one kind, by their endings; folders, patterns and URLs are not."""
    from themes.inputs.sources import kind

    return bool(files) and all(Path(file).is_file() and kind(file)[0] == form for file in files)


def file_only(why: str) -> Callable[[click.Context, click.Parameter, Path | None], Path | None]:
    """Make a callback that refuses ``-`` for an output that cannot go to standard output."""

    def check(_context: click.Context, option: click.Parameter, path: Path | None) -> Path | None:
        if path == Path("-"):
            raise InputError(f"{option.opts[0]} -: {why}")
        return path

    return check


def _folder(_context: click.Context, _option: click.Parameter, path: Path | None) -> Path | None:
    if path is not None and not path.is_dir():
        raise InputError("no such folder of documents", path)
    return path or (Path("seeds") if Path("seeds").is_dir() else None)


def _own_labels(context: click.Context, option: click.Parameter, paths: tuple[Path, ...]) -> tuple[Path, ...]:
    given = context.get_parameter_source(option.name or "") is not ParameterSource.DEFAULT
    # What is given is taken before what is not, so that --on is known here; it needs no labels.
    idle = given or context.params.get("on_paths")
    if not idle and not all(path.exists() for path in paths):
        raise InputError(
            "there is no folder 'labels' here; name your label files with --labels (those of the project "
            "come with its source, not with an installed package: run this in the folder of the clone)"
        )
    return paths


codebook: Decorator = click.option(
    "--codebook",
    "codebook_path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The codebook, a TOML file; by default the one that comes with the package.",
)
labels: Decorator = click.option(
    "--labels",
    "label_paths",
    type=click.Path(path_type=Path),
    multiple=True,
    default=("labels",),
    show_default=True,
    metavar="PATH",
    help="A label file, or a folder of them; may be given several times.",
    callback=_own_labels,
)
documents: Decorator = click.option(
    "--documents",
    "documents_path",
    type=click.Path(path_type=Path),
    default=None,
    metavar="DIR",
    help="Folder of the documents from which sentences were coded; label rows are checked against it. "
    "[default: seeds, where there is such a folder]",
    callback=_folder,
)
resamples: Decorator = click.option(
    "--resamples",
    type=click.IntRange(min=0),
    default=1000,
    show_default=True,
    metavar="N",
    help="Bootstrap resamples of documents for the intervals.",
)
seed: Decorator = click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the bootstrap."
)
jobs: Decorator = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=None,
    metavar="N",
    help="Processes to use; by default one a processor.",
)
quiet: Decorator = click.option("--quiet", "-q", is_flag=True, help="Show no progress.")


def processors(jobs: int | None) -> int:
    """Give the number of processes: as asked for, else one a processor."""
    import os

    if jobs:
        return jobs
    # Not every system can say which processors this process may use.
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1


def progress(label: str, quiet: bool) -> Callable[[str], None]:
    """Make a function that shows how far a long job is: one line that is overwritten on a terminal."""
    import sys

    if quiet:
        return lambda _: None
    if sys.stderr.isatty():
        return lambda step: click.echo(f"\r\033[K{label}: {step}", err=True, nl=False)
    return lambda step: click.echo(f"{label}: {step}", err=True)


def end_progress(quiet: bool) -> None:
    """Clear the line that `progress` left on a terminal."""
    import sys

    if not quiet and sys.stderr.isatty():
        click.echo("\r\033[K", err=True, nl=False)
