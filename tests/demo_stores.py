"""A demo that was played, and ways to tamper with what it stored."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from common.storage.sqlite import open_sqlite
from deploy.demo.comparison import Verdict, compare
from deploy.demo.stores import read_stores
from hub.persistence.database import open_embedded
from node.keys import open_keys
from node.opened import STORE_NAME

LONGEST_S = 300  # of a demo on a busy machine; 30 are usual
DEMO = [sys.executable, "-c", "from common.command import main; main()", "demo"]


def last_line(printed: str) -> dict[str, Any]:
    """Read the JSON that a command printed last."""
    told: dict[str, Any] = json.loads(printed.strip().splitlines()[-1])
    return told


def processes_on(folder: Path) -> list[str]:
    """List the processes whose command line names something in a folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().decode(errors="replace")
        except OSError:
            continue  # it ended meanwhile
        if str(folder) in words:
            found.append(words.replace("\0", " "))
    return found


def judged(folder: Path) -> Verdict:
    """Compare the stores in a folder."""
    return compare(*read_stores(folder))


@contextmanager
def hub_store(folder: Path) -> Iterator[Connection]:
    """Write to a copied hub's store, past all of its rules."""
    store = open_embedded(folder / "hub")
    try:
        with store.begin() as connection:
            yield connection
    finally:
        store.close()


@contextmanager
def node_store(folder: Path, key: str) -> Iterator[Connection]:
    """Write to a copied node's store, past all of its rules."""
    data = folder / key
    store = open_sqlite(data / STORE_NAME, open_keys(data).database_key)
    try:
        with store.begin() as connection:
            yield connection
    finally:
        store.close()
