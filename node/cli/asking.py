"""How a command reaches a node: the process that runs on the data directory, or the stopped node's store itself."""

from pathlib import Path
from typing import Annotated, Any

import typer

from common.rpc.local import call_local
from common.storage.integrity import damage_told
from common.storage.lock import DirectoryHeld
from node.opened import OpenNode
from node.operations import READING, WRITING
from node.process import stopped_status

Data = Annotated[
    Path, typer.Option("--data", envvar="HOLDFAST_NODE_DATA", help="The node's data directory.", show_default=True)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
DEFAULT_DATA = Path("holdfast-node")
LONGEST_S = 600.0  # a ledger of millions takes a while to verify

_OPERATIONS = READING | WRITING


def ask(data: Path, operation: str, **arguments: Any) -> Any:
    """Have a node do something, running or stopped, and give its answer.

    Raises:
        HoldfastError: what the node answered, or why it cannot be reached.
    """
    try:
        with damage_told():
            opened = OpenNode(data)
    except DirectoryHeld:
        return call_local(data, operation, arguments, LONGEST_S)
    with opened, damage_told():
        return _OPERATIONS[operation](opened, arguments)


def ask_status(data: Path) -> dict[str, Any]:
    """Have a node tell how it stands; its `link` says whether it runs."""
    try:
        opened = OpenNode(data)
    except DirectoryHeld:
        answer: dict[str, Any] = call_local(data, "status", {})
        return answer
    with opened, damage_told():
        return stopped_status(opened)
