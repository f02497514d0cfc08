"""A joined node's store in a temporary file, for the tests that need no hub."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.coroutines import pytest_pyfunc_call  # noqa: F401
from tests.node_keys import data, nobody_said_anything  # noqa: F401
from tests.nodes import NodeStore


@pytest.fixture
def node(tmp_path: Path) -> Iterator[NodeStore]:
    """A joined node's store, empty."""
    opened = NodeStore(tmp_path)
    yield opened
    opened.store.close()
