"""Tests here may be coroutines; a hub is a process of its own; one played demo serves all that ask for it."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.coroutines import pytest_pyfunc_call  # noqa: F401
from tests.demo_stores import DEMO, LONGEST_S, last_line, processes_on
from tests.hub_process import HubProcess
from tests.hubs import found
from tests.ports import free_port


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Play the demo once: its folder, kept, and the figures it ended with."""
    folder = tmp_path_factory.mktemp("demo") / "kept"
    command = [*DEMO, "--check", "--seed", "7", "--keep", str(folder)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_S)
    assert ended.returncode == 0, ended.stderr
    assert processes_on(folder) == []
    return folder, last_line(ended.stdout)


@pytest.fixture
def copied(played: tuple[Path, dict[str, Any]], tmp_path: Path) -> Path:
    """Copy the stores of the played demo, to be tampered with."""
    return shutil.copytree(played[0], tmp_path / "copy", ignore=shutil.ignore_patterns("*.sock"))


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubProcess]:
    """A hub that runs, on ports that it has again after a restart."""
    found(tmp_path / "hub", uplink=f"127.0.0.1:{free_port()}", enrollment=f"127.0.0.1:{free_port()}")
    running = HubProcess(tmp_path / "hub")
    running.start()
    yield running
    running.kill()
