"""A node without a hub, opened in this process, and people who act there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from common.access.person import Person
from common.access.roles import Role
from node import founding
from node.opened import OpenNode
from tests.builders import NOON
from tests.fakes import SetClock
from tests.founded import found


@contextmanager
def local_node(
    directory: Path, *, time_zone: str = "UTC", jurisdiction: str = "default", own_keys: bool = False
) -> Iterator[OpenNode]:
    """Make a node without a hub, and open it with a clock that stands at noon until it is moved.

    Args:
        own_keys: as no other node of the tests has them.
    """
    data = directory / "node"
    make = founding.found if own_keys else found
    make(data, "Ridgeline Fire District", time_zone, jurisdiction)
    with OpenNode(data, SetClock(NOON)) as node:
        yield node


def person(
    *roles: Role, name: str = "casey", supporter_id: bytes | None = None, note_key: bytes | None = None
) -> Person:
    """Somebody who is signed in."""
    return Person(os.urandom(16), name, frozenset(roles), supporter_id, note_key)
