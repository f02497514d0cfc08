"""What the console needs of the process that serves it."""

from typing import Any, Protocol

from common.web.live import Changes
from node.opened import OpenNode
from node.operations.guarded import Progress


class NodeSide(Protocol):
    """A running node, as its console sees it."""

    opened: OpenNode
    changes: Changes

    async def do(self, name: str, arguments: dict[str, Any], on_progress: Progress | None = None) -> Any: ...
