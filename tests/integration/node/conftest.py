"""A joined node's store in a temporary file, for the tests that need no hub."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from node.opened import OpenNode
from tests.builders import NOON
from tests.coroutines import pytest_pyfunc_call  # noqa: F401
from tests.fakes import SetClock
from tests.local_node import local_node
from tests.node_keys import data, nobody_said_anything  # noqa: F401
from tests.nodes import NodeStore
from tests.records import Somebody, supporter
from tests.releasing import in_a_region


@pytest.fixture
def node(tmp_path: Path) -> Iterator[NodeStore]:
    """A joined node's store, empty."""
    opened = NodeStore(tmp_path)
    yield opened
    opened.store.close()


@pytest.fixture
def backed_up(tmp_path: Path) -> Iterator[OpenNode]:
    """A node without a hub whose settings name a folder for backups."""
    (tmp_path / "backups").mkdir()
    with local_node(tmp_path) as made, (made.data / "node.toml").open("a", encoding="utf-8") as file:
        file.write(f"backup_folder = {str(tmp_path / 'backups')!r}\n")
    with OpenNode(tmp_path / "node", SetClock(NOON)) as opened:
        yield opened


@pytest.fixture
def region(tmp_path: Path) -> Iterator[OpenNode]:
    """A node that belongs to a region, with its keys."""
    with local_node(tmp_path) as made:
        in_a_region(made)
        yield made


@pytest.fixture
def casey(region: OpenNode) -> Somebody:
    """A supporter there."""
    return supporter(region)


@pytest.fixture
def here(node: OpenNode) -> Somebody:
    """A supporter who is signed in, on the node of the test."""
    return supporter(node)
