"""An operation on records, and the action that a caller's role must allow for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from common.access.person import Person
from common.access.roles import Action
from node.opened import OpenNode


@dataclass(frozen=True)
class Guarded:
    """One operation that only a signed-in person may ask for.

    Args:
        action: what `common.access.roles.NODE_MAY` decides on, before `do` is called.
        do: takes the node, who asks, and the arguments; gives what JSON can carry.
        is_long: may take many seconds: it then runs beside the thread that writes, and writes in pieces.
    """

    action: Action
    do: Callable[[OpenNode, Person, dict[str, Any]], Any]
    is_long: bool = False
