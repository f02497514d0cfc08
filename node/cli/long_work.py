"""Asks a node for what takes long, and shows how far it is: on a terminal as a bar, else not at all."""

from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from common.errors import HoldfastError
from common.rpc.local import call_local
from node import progress
from node.cli.asking import ask

_LOOK_S = 0.3


def ask_long(data: Path, title: str, operation: str, **arguments: Any) -> Any:
    """Have a node do something that takes long; raises as `ask` does."""
    bar = Progress(
        TextColumn(title), BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), console=Console(stderr=True)
    )
    with ThreadPoolExecutor(1) as beside, bar:
        task = bar.add_task(title, total=None, visible=False)  # a passphrase may be asked for first
        answer = beside.submit(ask, data, operation, **arguments)
        while not wait([answer], _LOOK_S).done:
            found = progress.under_way() or _elsewhere(data)
            if found:
                bar.update(task, completed=found["done"], total=found["whole"], visible=True)
        return answer.result()


def _elsewhere(data: Path) -> dict[str, int]:
    """Ask the process that runs on the directory, if there is one."""
    try:
        found: dict[str, int] = call_local(data, "under_way", {}, _LOOK_S)
    except HoldfastError:
        return {}
    return found
