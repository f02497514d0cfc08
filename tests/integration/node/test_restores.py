"""A hub or a node, or both, put back to an older backup: nothing lost, nothing twice, one owner, people told."""

from pathlib import Path

import pytest

from tests.coroutines import eventually
from tests.live_nodes import status
from tests.restoring import bound_region
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
            assert (await status(region.nodes[name]))["hub_epoch"] == 2
        assert "hub_epoch_changed" in region.notices("fire")
        assert region.notices("fire").count("follow_up_changed") > 2
