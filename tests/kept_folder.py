"""Folders for what the tests of one process share."""

import atexit
import shutil
from pathlib import Path
from tempfile import mkdtemp


def kept_folder(name: str, within: Path | None = None) -> Path:
    """Make a folder that is there as long as this process; in the system's temporary one, or within another."""
    folder = Path(mkdtemp(prefix=f"holdfast-{name}-", dir=within))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
