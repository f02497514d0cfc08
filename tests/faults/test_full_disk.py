"""d02: a disk that fills up while the node saves, erases, changes keys or backs up: told, nothing half, goes on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CHILD = """
import json, resource, sys
from datetime import timedelta
from pathlib import Path
from common.access.roles import Action
from common.errors import HoldfastError
from common.storage.integrity import find_damage
from node.domain.member import Member
from node.opened import OpenNode
from node.operations import WRITING
from node.persistence.bodies import Flagged
from node.persistence.members import search_members
from node.use_cases.erasure import erase_member
from node.use_cases.members import add_members
from tests.builders import NOON
from tests.fakes import SetClock
from tests.local_node import local_node
from tests.node_backups import back_up

folder, what = Path(sys.argv[1]), sys.argv[2]
_, most = resource.getrlimit(resource.RLIMIT_FSIZE)
(folder / "backups").mkdir()

def save(node, number=1):
    told = [Member("", f"Ann Ek {each}", unit="Engine 9" * 9) for each in range(number)]
    return node.write("t", lambda c: add_members(c, node.vault, "user k", Action.CHANGE_ROSTER, told, NOON))

def members(node):
    return node.read(lambda c: search_members(c, node.vault, [], None, None, 10_000))

def readable(node):
    return {each.id for each in members(node) if not isinstance(each.member, Flagged)}

def erase(node):
    id_ = sorted(readable(node))[0]
    return node.write("t", lambda c: erase_member(c, node.vault, "user k", id_, NOON))

DO = {
    "save": lambda node: save(node, 40),
    "erase": erase,
    "rotate": lambda node: WRITING["keys_rotate"](node, {}),
    "backup": lambda node: back_up(node, folder / "backups"),
}
CHANGE = {"save": 40, "erase": -1, "rotate": 0, "backup": 0}

with local_node(folder) as node:
    save(node, 60)
with (folder / "node" / "node.toml").open("a") as file:
    file.write(f"backup_folder = {str(folder / 'backups')!r}\\n")
told = []
sizes = [0, 100, 600, 1500, *(4096 * n for n in (1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610))]
for minutes, size in enumerate(sizes):
    with OpenNode(folder / "node", SetClock(NOON + timedelta(hours=minutes))) as node:
        before, key = readable(node), node.vault.key_id
        node.store.empty_log()
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
        try:
            DO[what](node)
            told.append("done")
        except HoldfastError as error:
            told.append(f"{type(error).__name__}: {error}")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        same = len(readable(node)) - len(before)
        assert same == (CHANGE[what] if told[-1] == "done" else 0), (what, size, same, told[-1])
        assert node.read(find_damage) == ""
        save(node)
    with OpenNode(folder / "node", SetClock(NOON)) as node:
        assert len(readable(node)) == len(before) + same + 1
        assert what == "rotate" or node.vault.key_id == key
    if what != "backup":
        assert not list((folder / "backups").iterdir())
    else:
        assert not list((folder / "backups").glob("*.partial"))
with OpenNode(folder / "node", SetClock(NOON + timedelta(days=9))) as node:
    DO[what](node)
print(json.dumps(told))
"""


@pytest.mark.parametrize("what", ["save", "erase", "rotate", "backup"])
def test_d02_a_disk_that_is_full_at_any_write_is_told_and_leaves_no_half_state(tmp_path: Path, what: str) -> None:
    checkout = Path(__file__).parents[2]
    ended = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path), what],
        env=os.environ | {"PYTHONPATH": str(checkout)}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert ended.returncode == 0, ended.stderr[-3000:]
    told = json.loads(ended.stdout.splitlines()[-1])
    assert told[0] != "done"
    assert told[-1] == "done"
    failed = [each for each in told if each != "done"]
    assert all("full" in each for each in failed), failed
