"""A side's command line, `holdfast hub` or `holdfast node`, as the commands see it that both sides have."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer

from common.access.token_file import TokenFile

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


class Ask(Protocol):
    """How a command has its side do an operation."""

    def __call__(self, data: Path, operation: str, /, **arguments: Any) -> Any: ...


@dataclass(frozen=True)
class Side:
    """One side.

    Args:
        name: `hub` or `node`.
        ask: has the side do an operation, named in words: `user add`.
        token_file: where a session's token is kept.
    """

    name: str
    ask: Ask
    token_file: Callable[[Path], TokenFile]

    @property
    def default_data(self) -> Path:
        """The data directory, if none is said."""
        return default_data(self.name)

    @property
    def data_option(self) -> Any:
        """How the data directory is said."""
        return data_option(self.name)


def default_data(side: str) -> Path:
    """Give a side's data directory, if none is said."""
    return Path(f"holdfast-{side}")


def data_option(side: str) -> Any:
    """Say which data directory of a side a command is about."""
    told = f"The {side}'s data directory."
    return typer.Option("--data", envvar=f"HOLDFAST_{side.upper()}_DATA", help=told, show_default=True)
