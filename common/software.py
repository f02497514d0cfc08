"""The version of this software, as a node says it and a hub compares it."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def software_version() -> tuple[int, int, int]:
    """Give this software's version as three numbers."""
    try:
        parts = [int(part) for part in version("holdfast").split(".")[:3] if part.isdecimal()]
    except PackageNotFoundError:
        parts = []
    major, minor, patch = (*parts, 0, 0, 0)[:3]
    return major, minor, patch
