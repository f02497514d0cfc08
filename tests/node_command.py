"""`holdfast node ...` in a process of its own, as people and scripts run it."""

import asyncio
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any


def line(*words: str, data: Path) -> dict[str, Any]:
    """How `holdfast node ...` is started, with nothing of this process's environment that names another node."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")}
    return {"args": [sys.executable, "-m", "node", *words, "--data", str(data)], "env": environment}


async def command(*words: str, data: Path, said: str = "") -> "subprocess.CompletedProcess[str]":
    """Run `holdfast node ...` in a process of its own, while this one goes on serving."""
    started = partial(
        subprocess.run, **line(*words, data=data), input=said, capture_output=True, text=True, timeout=60, check=False
    )
    return await asyncio.to_thread(started)
