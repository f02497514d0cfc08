"""The hub's tests run on both databases: a test that takes `store` runs twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from common.storage.store import Store
from tests.aid_region import AidRegion
from tests.coroutines import pytest_pyfunc_call  # noqa: F401
from tests.hub_account import play  # noqa: F401
from tests.intake_world import World
from tests.stores import KINDS, hub_store


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty hub store with its tables."""
    opened = hub_store(request.param, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def world(store: Store) -> World:
    """An intake at work on that store."""
    return World(store)


@pytest.fixture
def aid(world: World) -> AidRegion:
    """Requests for peers on that intake."""
    return AidRegion(world)
