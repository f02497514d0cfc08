"""A node's console over TLS, and a browser at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from common.access.roles import Role
from tests.console_client import Client
from tests.consoles import ServedNode, served_node

EVERY_ROLE = (Role.SUPPORTER, Role.COORDINATOR, Role.CLINICIAN, Role.LEADER, Role.AUDITOR, Role.OPERATOR)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedNode]:
    with served_node(tmp_path, tls="on") as node:
        yield node


@pytest.fixture
def client(served: ServedNode) -> Client:
    """Somebody with every role, signed in."""
    return Client(served.origin, served.certificate, served.sign_in_as(*EVERY_ROLE))


@pytest.fixture
def ann(served: ServedNode) -> Client:
    """Somebody without an account."""
    return Client(served.origin, served.certificate)
