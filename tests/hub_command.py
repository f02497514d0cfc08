"""`holdfast hub ...` in a process of its own, as operators run it."""

import os
import subprocess
import sys
from pathlib import Path


def command(*words: str, data: Path, said: str = "") -> "subprocess.CompletedProcess[str]":
    """Run `holdfast hub ...` with nobody at a terminal."""
    line = [sys.executable, "-m", "hub", *words, "--data", str(data)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")}
    return subprocess.run(line, env=environment, input=said, capture_output=True, text=True, timeout=60, check=False)


def told(*words: str, data: Path) -> str:
    """What a command that was refused says, in one line."""
    ended = command(*words, data=data)
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1), ended.stderr
    return ended.stderr
