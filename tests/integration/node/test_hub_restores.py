"""A hub put back to an older backup: nothing lost, nothing twice, one owner, people told."""

import asyncio
from itertools import permutations
from pathlib import Path

import pytest

from tests.coroutines import eventually
from tests.live_nodes import status
from tests.restoring import AGENCIES, bound_region
from tests.stores import KINDS


@pytest.mark.parametrize("kind", KINDS)
async def test_t04_a_restored_hub_has_again_what_was_done_after_its_backup(tmp_path: Path, kind: str) -> None:
    async with bound_region(tmp_path, kind) as region:
        handed = await region.open("fire")
        await region.activate("fire", "active", 3)
        await region.settled()
        backup = await region.back_up_hub()

        await region.hand_over(handed, "fire", "ems")
        await region.say("ems", handed, "contact")
        await region.say("ems", handed, "check-in")
        closed = await region.open("fire")
        await region.hand_over(closed, "fire", "ems")
        await region.say("ems", closed, "contact")
        await region.say("ems", closed, "close", outcome="completed")
        opened = await region.open("jail")
        await region.activate("fire", "stood_down", 0)
        await region.activate("jail", "active", 2)
        await region.settled()
        before, board = region.held(), region.board()

        await region.restore_hub(backup)
        await region.settled()

        after = region.held()
        assert {region.owner(id_) for id_ in (handed, closed)} == {"ems"}
        assert region.owner(opened) == "jail"
        assert after.keys() == before.keys()
        for id_, held in after.items():
            was = before[id_]
            assert (held.accountable, held.origin, held.work) == (was.accountable, was.origin, was.work)
            assert (held.check_ins, held.first_contact_at, held.outcome) == (
                was.check_ins,
                was.first_contact_at,
                was.outcome,
            )
            assert held.version > was.version
        assert region.board() == board
        for name in ("fire", "ems", "jail"):
            assert (await status(region.nodes[name]))["hub_epoch"] == region.hub.process.region.hub_epoch > 1
        assert "hub_epoch_changed" in region.notices("fire")
        assert region.notices("fire").count("follow_up_changed") > 2


@pytest.mark.parametrize("kind", KINDS)
async def test_t04_an_owner_that_stays_away_is_owner_again_when_it_comes_back(tmp_path: Path, kind: str) -> None:
    async with bound_region(tmp_path, kind) as region:
        handed = await region.open("fire")
        backup = await region.back_up_hub()
        await region.hand_over(handed, "fire", "ems")
        await region.say("ems", handed, "contact")
        await region.settled()
        await region.stop("ems")

        await region.restore_hub(backup)
        await region.settled()
        assert region.owner(handed) == "fire"  # by the backup, and told so: one that acts beats none
        await region.say("fire", handed, "hold")
        await region.settled()
        assert region.owner(handed) == "fire"

        await region.start("ems")
        await eventually(lambda: region.owner(handed) == "ems")
        await region.settled()

        shown = await region.hub.ask("followup", follow_up=handed.hex())
        owners = [change["accountable"] for change in shown["history"]]
        assert owners == sorted(owners, key=lambda name: name == "ems")  # it moved once
        assert region.held()[handed].first_contact_at is not None
        assert region.known("fire", handed).state.accountable == region.ids["ems"]


@pytest.mark.parametrize("order", list(permutations(AGENCIES)), ids="-".join)
async def test_t04_in_whatever_order_nodes_come_back_the_last_owner_is_the_owner(
    tmp_path: Path, order: tuple[str, ...]
) -> None:
    async with bound_region(tmp_path) as region:
        backup = await region.back_up_hub()
        handed = await region.open("fire")
        await region.hand_over(handed, "fire", "ems")
        await region.hand_over(handed, "ems", "jail")
        await region.say("jail", handed, "contact")
        await region.settled()
        was = region.held()[handed]
        await region.stop()

        await region.restore_hub(backup)
        for name in order:
            await region.start(name)
            await region.settled(new_board=False)
            if handed in region.held():
                assert region.held()[handed].accountable in region.ids.values()

        held = region.held()[handed]
        assert region.owner(handed) == "jail"
        assert (held.work, held.first_contact_at, held.origin) == (was.work, was.first_contact_at, region.ids["fire"])
        await region.say("jail", handed, "check-in")
        await region.settled()


@pytest.mark.parametrize("kind", KINDS)
async def test_t04_an_incident_that_the_hub_lost_is_opened_again_under_its_id(tmp_path: Path, kind: str) -> None:
    async with bound_region(tmp_path, kind) as region:
        backup = await region.back_up_hub()
        lost = await region.open_incident(title="Mill fire", type="structure_fire")
        handed = await region.open("fire")
        await region.hand_over(handed, "fire", "ems")
        await region.say("ems", handed, "contact")
        await region.activate("ems", "active", 3)
        await region.settled()
        board = region.board()

        await region.restore_hub(backup)
        await eventually(lambda: all(map(region.has_delivered, region.nodes)))
        assert handed not in region.held()
        refused = await region.nodes["ems"].do("refused", {})
        assert {each["outcome"] for each in refused} >= {"refused_unknown_incident"}

        await region.open_incident(title="Mill fire", type="structure_fire", id=lost.hex())
        await eventually(lambda: handed in region.held() and region.owner(handed) == "ems")
        await eventually(lambda: region.board() == board)
        await region.settled()
        assert region.held()[handed].first_contact_at is not None


async def test_t04_a_backup_that_is_put_back_a_second_time_begins_an_epoch_above_the_first(tmp_path: Path) -> None:
    async with bound_region(tmp_path) as region:
        handed = await region.open("fire")
        backup = await region.back_up_hub()
        await region.hand_over(handed, "fire", "ems")
        await region.settled()
        await region.restore_hub(backup)
        await region.settled()
        await region.say("ems", handed, "contact")
        await region.settled()
        seen = (await status(region.nodes["ems"]))["hub_epoch"]
        await asyncio.sleep(1.1)  # epochs rise by the second, and no operator restores twice in one

        await region.restore_hub(backup)
        await region.settled()

        assert 1 < seen < region.hub.process.region.hub_epoch
        assert region.owner(handed) == "ems"
        assert region.held()[handed].first_contact_at is not None
