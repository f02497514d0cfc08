"""Nodes without a hub, founded once in this process and copied from then on: the schema's steps take most of the time.

What tests want of founding itself calls `node.founding.found`.
"""

import atexit
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from node import founding


def found(data: Path, agency_name: str, time_zone: str = "UTC", jurisdiction: str = "default") -> None:
    """Make a node's directory as `node.founding.found` does; nodes of one name have the same keys."""
    shutil.copytree(_made(agency_name, time_zone, jurisdiction), data)


@cache
def _made(agency_name: str, time_zone: str, jurisdiction: str) -> Path:
    data = kept_folder("founded") / "node"
    founding.found(data, agency_name, time_zone, jurisdiction)
    return data


def kept_folder(name: str) -> Path:
    """Make a folder that is there as long as this process."""
    folder = Path(mkdtemp(prefix=f"holdfast-{name}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
