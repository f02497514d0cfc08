"""d03: a node whose store is damaged or in part missing refuses to start, says how to restore, and makes no new one."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from common.errors import HoldfastError
from node.opened import OpenNode
from tests.local_node import local_node
from tests.node_backups import add_keys

KILLED = """
import os, signal, sys
from pathlib import Path
from node.opened import OpenNode
from tests.node_backups import add_keys
node = OpenNode(Path(sys.argv[1]))
add_keys(node, 50)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def stopped(tmp_path: Path) -> Path:
    """A stopped node with some content."""
    with local_node(tmp_path) as node:
        add_keys(node, 500)
        return node.data


@pytest.mark.parametrize(
    "damage", ["missing", "zero length", "truncated", "first page only", "head flipped", "other key"]
)
def test_d03_a_node_whose_store_is_damaged_refuses_to_start(stopped: Path, damage: str) -> None:
    store = stopped / "node.db"
    whole = store.read_bytes()
    flipped = whole[:100] + bytes([whole[100] ^ 1]) + whole[101:]
    forms = {"zero length": b"", "truncated": whole[: len(whole) // 2], "first page only": whole[:4096]}
    content = (forms | {"head flipped": flipped, "other key": os.urandom(len(whole))}).get(damage)
    if content is None:
        store.unlink()
    else:
        store.write_bytes(content)

    for _ in range(2):
        with pytest.raises(HoldfastError, match="Restore it from the last backup"):
            OpenNode(stopped)

    assert (store.read_bytes() if store.exists() else None) == content


def test_d03_a_store_whose_log_is_missing_after_a_crash_is_refused(stopped: Path, tmp_path: Path) -> None:
    checkout = Path(__file__).parents[3]
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(stopped)], env=os.environ | {"PYTHONPATH": str(checkout)}, timeout=60
    )
    assert ended.returncode == -signal.SIGKILL
    log = stopped / "node.db-wal"
    shutil.copy(log, tmp_path / "log")
    log.unlink()

    for _ in range(2):
        with pytest.raises(HoldfastError, match=r"the log node\.db-wal is missing.*Restore it from the last backup"):
            OpenNode(stopped)

    shutil.copy(tmp_path / "log", log)
    for _ in range(2):
        with OpenNode(stopped) as node:
            assert node.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM data_key").scalar_one()) == 550
    assert not (stopped / "node.db-in-use").exists()
