"""What a node that belongs to no region cannot do, said in one sentence; everything else works without a hub.

Source: DESIGN.md 6, "The node is useful alone".
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from common.errors import WrongState
from node.opened import OpenNode

Operation = Callable[[OpenNode, dict[str, Any]], Any]
NO_HUB = (
    "this is between agencies, and this node belongs to no region yet: its operator joins one (`join`), with all that "
    "is kept here"
)


def needs_hub(operation: Operation) -> Operation:
    """Refuse an operation on a node without a hub, before it looks at anything."""

    @wraps(operation)
    def asked(node: OpenNode, arguments: dict[str, Any]) -> Any:
        if not node.has_hub:
            raise WrongState(NO_HUB)
        return operation(node, arguments)

    return asked


def nothing_without_hub(operation: Operation) -> Operation:
    """Give an empty list on a node without a hub: nothing came, and nothing left."""

    @wraps(operation)
    def asked(node: OpenNode, arguments: dict[str, Any]) -> Any:
        return operation(node, arguments) if node.has_hub else []

    return asked
