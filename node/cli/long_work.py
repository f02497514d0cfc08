"""Asks a node for what takes long, and shows on a terminal how far it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from common.rpc.local import Progress as Told
from node.cli.asking import ask


def ask_long(data: Path, title: str, operation: str, **arguments: Any) -> Any:
    """Have a node do something that takes long; raises as `ask` does."""
    with shown(title) as told:
        return ask(data, operation, on_progress=told, **arguments)


@contextmanager
def shown(title: str) -> Iterator[Told]:
    """Show a bar from the first time that something is told; what is printed stays clean for scripts."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task(title, total=None)

    def told(done: int, whole: int) -> None:
        bar.start()  # not before: a passphrase may be asked for first
        bar.update(task, completed=done, total=whole)

    try:
        yield told
    finally:
        bar.stop()
