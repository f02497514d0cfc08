"""An operation on records, and the action that a caller's role must allow for it.

1. `do` is called when the session stands and the role allows; `node.operations.answering` sees to both.
2. A long operation tells how far it is by `progress_of(arguments)(done, total)`. Whoever waits may show a bar of it;
   when nobody wants to know, it does nothing. What a caller sends under the argument's name never arrives.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from common.access.person import Person
from common.access.roles import Action
from node.opened import OpenNode

PROGRESS = "progress"  # the argument that carries the callback of rule 2
Progress = Callable[[int, int], None]


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


def progress_of(arguments: dict[str, Any]) -> Progress:
    """Give what a long operation tells its progress to (2)."""
    told: Progress = arguments.get(PROGRESS, _tell_nobody)
    return told


def _tell_nobody(done: int, total: int) -> None:
    pass
