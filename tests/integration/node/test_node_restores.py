"""A node put back to an older backup, alone or in the same night as its hub: nothing lost, nothing twice."""

from pathlib import Path
from typing import Any

import pytest

from common.clock import SystemClock
from node.backups.restoring import restore_backup
from node.domain.delivery import Flow
from node.persistence.streams import get_current_stream
from node.vault.sources import read_key_file
from tests.coroutines import eventually
from tests.restoring import Region, bound_region
from tests.stores import KINDS


@pytest.mark.parametrize("kind", KINDS)
async def test_t04_a_restored_node_has_what_the_hub_has_and_repeats_nothing(tmp_path: Path, kind: str) -> None:
    async with bound_region(tmp_path, kind) as region:
        handed = await region.open("fire")
        await region.hand_over(handed, "fire", "ems")
        await region.stop_hub()
        await region.activate("ems", "active", 3)  # waits when the backup is made
        await region.command("ems", handed, "contact")
        backup = await region.back_up_node("ems")
        await region.start_hub()
        await eventually(lambda: region.known("ems", handed).state.first_contact_at is not None)
        await region.say("ems", handed, "check-in")
        await region.activate("ems", "stood_down", 0)
        opened = await region.open("ems")
        await region.settled()
        before, board, history = region.held(), region.board(), await _history(region, handed)

        await region.restore_node(backup, "ems")
        await region.settled()

        assert region.held() == before
        assert (region.board(), await _history(region, handed)) == (board, history)
        assert region.known("ems", opened).state.accountable == region.ids["ems"]
        assert region.streams("ems") == 2
        await region.say("ems", handed, "check-in")
        await region.settled()
        assert region.held()[handed].check_ins == before[handed].check_ins + 1


async def test_t04_what_waited_in_a_nodes_backup_and_never_left_leaves_once(tmp_path: Path) -> None:
    async with bound_region(tmp_path) as region:
        handed = await region.open("fire")
        await region.activate("fire", "acknowledged", 0)
        await region.settled()
        await region.stop_hub()
        await region.activate("fire", "active", 4)
        await region.command("fire", handed, "contact")
        backup = await region.back_up_node("fire")
        await region.start_hub()
        await eventually(lambda: region.known("fire", handed).state.first_contact_at is not None)
        await region.settled()
        await region.stop_hub()
        await region.stop("fire")
        await region.start_hub()

        await region.restore_node(backup, "fire")
        await region.settled()

        assert region.board()["fire"] == ("active", 4)
        assert [change["what"] for change in await _history(region, handed)] == ["open", "first_contact"]


async def test_t04_a_backup_made_while_the_node_ran_is_restored_and_nothing_counts_twice(tmp_path: Path) -> None:
    async with bound_region(tmp_path) as region:
        handed = await region.open("fire")
        await region.hand_over(handed, "fire", "ems")
        await region.activate("ems", "active", 3)
        await region.settled()
        (tmp_path / "disk").mkdir()
        made = await region.nodes["ems"].do("backup_make", {"folder": str(tmp_path / "disk")})
        await region.say("ems", handed, "contact")
        await region.activate("ems", "monitoring", 1)
        await region.settled()
        before, board = region.held(), region.board()
        await region.stop("ems")
        key = read_key_file(tmp_path / "ems" / "secrets" / "key-encryption.key")
        (tmp_path / "ems").rename(tmp_path / "lost")

        restore_backup(Path(made["backup"]), tmp_path / "ems", lambda _: key, SystemClock(), lambda *_: None)
        await region.start("ems")
        node = region.nodes["ems"]
        await eventually(lambda: node.opened.read(get_current_stream).flow is Flow.AHEAD)
        await node.do("new_stream", {"confirm": True})
        await region.settled()

        assert region.held() == before
        assert region.board() == board
        assert region.streams("ems") == 2
        await region.say("ems", handed, "check-in")
        await region.settled()


@pytest.mark.parametrize("kind", KINDS)
async def test_t04_a_hub_and_then_a_node_restored_in_the_same_night(tmp_path: Path, kind: str) -> None:
    async with bound_region(tmp_path, kind) as region:
        handed, hub_backup, node_backup = await _backed_up_one_after_the_other(region)
        await region.activate("jail", "active", 2)
        await region.settled()
        board = region.board()

        await region.restore_hub(hub_backup)
        await region.settled()
        await region.restore_node(node_backup, "ems")
        await region.settled()

        assert region.owner(handed) == "ems"
        assert region.held()[handed].first_contact_at is not None
        assert region.board() == board


@pytest.mark.parametrize("kind", KINDS)
async def test_t04_a_node_and_then_its_hub_restored_in_the_same_night(tmp_path: Path, kind: str) -> None:
    async with bound_region(tmp_path, kind) as region:
        handed, hub_backup, node_backup = await _backed_up_one_after_the_other(region)
        await region.settled()
        board = region.board()

        await region.restore_node(node_backup, "ems")
        await region.settled()
        assert region.streams("ems") == 2
        await region.stop_hub()
        await region.nodes["ems"].do("capacity", {"available": 3})  # first of its stream, and waits for the hub
        await region.restore_hub(hub_backup)
        await region.settled()

        assert region.owner(handed) == "ems"
        assert region.held()[handed].first_contact_at is not None
        assert region.board() == board


async def _backed_up_one_after_the_other(region: Region) -> tuple[bytes, Path, Path]:
    """Hand a follow-up over, with a backup of the hub before it, one of a node after it, and more work after that."""
    handed = await region.open("fire")
    await region.activate("ems", "acknowledged", 1)
    await region.settled()
    hub_backup = await region.back_up_hub()
    await region.hand_over(handed, "fire", "ems")
    await region.activate("ems", "active", 3)
    await region.settled()
    node_backup = await region.back_up_node("ems")
    await region.say("ems", handed, "contact")
    return handed, hub_backup, node_backup


async def _history(region: Region, follow_up_id: bytes) -> list[dict[str, Any]]:
    shown: dict[str, Any] = await region.hub.ask("followup", follow_up=follow_up_id.hex())
    history: list[dict[str, Any]] = shown["history"]
    return history
