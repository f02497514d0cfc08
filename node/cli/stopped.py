"""A stopped node's store, opened by a command itself."""

from pathlib import Path
from typing import Any

from common.rpc.local import Progress
from common.storage.integrity import damage_told
from node.opened import OpenNode
from node.operations.answering import answer


def ask(data: Path, operation: str, arguments: dict[str, Any], on_progress: Progress | None) -> Any:
    """Do one operation; raises DirectoryHeld where a process has the store."""
    with damage_told(), OpenNode(data) as opened:
        return answer(opened, operation, arguments, on_progress)


def ask_status(data: Path) -> dict[str, Any]:
    """Tell how the node stands; raises DirectoryHeld where a process has the store."""
    from node.process import stopped_status  # it loads the console too

    with damage_told(), OpenNode(data) as opened:
        return stopped_status(opened)
