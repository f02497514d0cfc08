"""The `holdfast` command: finds a group by name, hands over, and turns an error into one line.

`common` imports neither side, so the groups are entry points of the distribution (`holdfast.commands` in
pyproject.toml). Only the group that is asked for is imported: `holdfast --help` does not load gRPC or SQLAlchemy.

Source: STYLE.md 4 and 7; DESIGN.md 2, import direction.
"""

import logging
import os
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points, version

import common.rpc.tls  # noqa: F401  (its setting must stand before any group loads gRPC)

import typer

from common.errors import HoldfastError, WrongState

GROUPS = "holdfast.commands"
TRACEBACK = "HOLDFAST_TRACEBACK"  # set to 1 to see where an internal error came from
EXIT_ERROR = 2
_SENTENCES = {
    "hub": "A region's side: set up, run, invite and remove agencies.",
    "node": "An agency's side: join, run, inspect what left.",
    "demo": "A hub and six agencies on this machine, playing one incident.",
    "bench": "Measurements against the bare mechanism, from a source checkout.",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `holdfast` and exit: 0 done, 1 a check that failed, 2 an error told in one line on stderr."""
    if logging.lastResort is not None:  # what a process would log is no answer to whoever runs a command
        logging.lastResort.setLevel(logging.ERROR)
    words = list(sys.argv[1:] if arguments is None else arguments)
    groups = {found.name: found for found in entry_points(group=GROUPS)}
    try:
        if words and words[0] in groups:
            _group(groups[words[0]])(args=words[1:], prog_name=f"holdfast {words[0]}")
        else:
            _root(groups)(args=words, prog_name="holdfast")
    except HoldfastError as error:
        _stop(str(error))
    except OSError as error:
        _stop(f"{error.strerror or type(error).__name__}{f': {error.filename}' if error.filename else ''}")
    except Exception as error:  # the outermost place: nothing above could handle it
        _stop_unexpected(error)


def _group(entry: EntryPoint) -> typer.Typer:
    try:
        app = entry.load()
    except ModuleNotFoundError as error:
        if error.name is None or not entry.module.startswith(error.name):
            raise
        raise WrongState(f"`holdfast {entry.name}` is not part of this installation: run it from a checkout") from error
    if not isinstance(app, typer.Typer):
        raise WrongState(f"`holdfast {entry.name}` is not a command group")
    return app


def _root(groups: Mapping[str, EntryPoint]) -> typer.Typer:
    """Build what `holdfast --help` shows. The groups are here by name only; `main` has taken real ones already."""
    app = typer.Typer(add_completion=False, no_args_is_help=True, help="Holdfast, a peer support network.")

    def show_version(wanted: bool) -> None:
        if wanted:
            typer.echo(version("holdfast"))
            raise typer.Exit

    @app.callback()
    def root(
        shown: bool = typer.Option(False, "--version", callback=show_version, is_eager=True, help="Show the version."),
    ) -> None:
        """Hold the options that belong to no group."""

    for name in sorted(groups, key=[*_SENTENCES, *groups].index):
        app.add_typer(_named(_SENTENCES.get(name, "")), name=name)
    return app


def _named(sentence: str) -> typer.Typer:
    group = typer.Typer(help=sentence)
    group.callback()(lambda: None)
    return group


def _stop(message: str) -> None:
    line = " ".join(message.split())  # one line, and nothing in it that a terminal would act on (TRUST.md r02)
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in line)
    told = f"holdfast: {shown}"
    if sys.stderr.isatty():  # a person reads it: no word is cut in two where the line ends
        told = textwrap.fill(told, shutil.get_terminal_size().columns, break_long_words=False, break_on_hyphens=False)
    typer.echo(told, err=True)
    raise SystemExit(EXIT_ERROR)


def _stop_unexpected(error: Exception) -> None:
    """Say it in one line; the traceback goes to the log where there is one."""
    if os.environ.get(TRACEBACK) == "1":
        raise error
    if logging.getLogger().handlers:
        logging.getLogger("holdfast").error("internal error", exc_info=error)
    _stop(f"internal error ({type(error).__name__}); set {TRACEBACK}=1 to see where")
