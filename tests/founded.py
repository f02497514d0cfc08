"""Nodes without a hub, founded once in this process and copied from then on: the schema's steps take most of the time.

What tests want of founding itself calls `node.founding.found`.
"""

import shutil
from functools import cache
from pathlib import Path

from node import founding
from tests.kept_folder import kept_folder


def found(data: Path, agency_name: str, time_zone: str = "UTC", jurisdiction: str = "default") -> None:
    """Make a node's directory as `node.founding.found` does; nodes of one name have the same keys."""
    shutil.copytree(_made(agency_name, time_zone, jurisdiction), data)


@cache
def _made(agency_name: str, time_zone: str, jurisdiction: str) -> Path:
    data = kept_folder("founded") / "node"
    founding.found(data, agency_name, time_zone, jurisdiction)
    return data
