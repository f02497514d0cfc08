"""Nodes that are killed: at a named place, or from outside."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

from common.failpoint import VARIABLE
from tests.hubs import PASSPHRASE, ROOT_KEY, RunningHub


async def run_killed(place: str, *words: str, data: Path) -> None:
    """Run `holdfast node ...` until it kills itself at a named place."""
    environment = os.environ | {VARIABLE: f"{place}:1"}
    line = [sys.executable, "-m", "node", *words, "--data", str(data)]
    ended = await asyncio.to_thread(
        subprocess.run, line, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr


async def run_killed_after(seconds: float, data: Path) -> None:
    """Run a node, and kill it from outside, wherever it is."""
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "node", "run", "--data", str(data), stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    await asyncio.sleep(seconds)
    running.kill()
    assert await running.wait() == -signal.SIGKILL


async def rotate(hub: RunningHub, data: Path) -> None:
    """Have the hub ask for a fresh certificate at the next heartbeat."""
    root = str(hub.data.parent / ROOT_KEY)
    await hub.ask("intermediate prepare", root_key_file=root, passphrase=PASSPHRASE)
    await hub.ask("intermediate activate")
