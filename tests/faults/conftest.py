"""Tests here may be coroutines; a hub is a process of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.coroutines import pytest_pyfunc_call  # noqa: F401
from tests.hub_process import HubProcess
from tests.hubs import found
from tests.ports import free_port


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubProcess]:
    """A hub that runs, on ports that it has again after a restart."""
    found(tmp_path / "hub", uplink=f"127.0.0.1:{free_port()}", enrollment=f"127.0.0.1:{free_port()}")
    running = HubProcess(tmp_path / "hub")
    running.start()
    yield running
    running.kill()
