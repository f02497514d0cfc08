"""A hub's people are told that a node needs to be looked at: once for each trouble while it lasts, and again after."""

from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

import hub.node_watch as node_watch
from common.notify.catalogue import Kind
from common.notify.notice import State
from common.notify.preference import Preference
from hub.domain.credential import Credential, Intermediate, Phase
from hub.node_watch import NodeWatch
from hub.persistence import agencies, credentials, nodes
from hub.persistence.intermediates import add_intermediate
from hub.persistence.people_notices import QUEUE, Recipient
from hub.persistence.transaction import Transaction
from tests.builders import NOON
from tests.coroutines import eventually
from tests.hubs import running_hub
from tests.intake_world import World
from tests.watched_nodes import OPERATOR, Region, watching

ASLEEP = Preference("night@region.example", quiet_from=time(11), quiet_until=time(18))
BUSY = Recipient(b"b" * 16, "Lee Diaz", "UTC", Preference("diaz@region.example", "", {Kind.NODE_TROUBLE: ()}))


@pytest.fixture
def region(world: World) -> Region:
    return Region(world)


async def test_a_node_that_falls_silent_is_told_once_while_it_lasts_and_again_when_it_comes_back(
    region: Region,
) -> None:
    async with watching(region):
        assert await region.passes(minutes=10) == 0
        last = region.clock.now()
        region.calling.remove(region.world.ems.id)

        assert await region.passes(seconds=75) == 0
        assert await region.passes(seconds=15) == 1
        assert region.notices() == [("node_trouble", OPERATOR.id, "waiting")]
        assert region.since() == last
        assert await region.passes(hours=2) == 1

        region.calling.append(region.world.ems.id)
        assert await region.passes(minutes=5) == 1
        region.calling.remove(region.world.ems.id)
        assert await region.passes(minutes=5) == 2


async def test_after_a_start_of_the_hub_nobody_is_told_for_one_grace_period(region: Region) -> None:
    async with watching(region):
        region.calling.clear()
        assert await region.passes(seconds=75) == 0
        region.start()
        assert await region.passes(seconds=75) == 0
        assert await region.passes(seconds=15) == 2


async def test_a_hub_that_was_held_up_itself_takes_nobody_for_offline(region: Region) -> None:
    async with watching(region):
        await region.passes(minutes=10)
        region.clock.advance(timedelta(hours=1))  # no heartbeat could be heard, and nothing looked

        await region.watch.look()
        assert region.notices() == []
        assert await region.passes(minutes=10) == 0


async def test_an_agency_in_quarantine_is_told_until_it_is_lifted_and_again_when_it_is_back(region: Region) -> None:
    def quarantined(since: datetime | None) -> None:
        with region.world.store.begin() as connection:
            agencies.set_quarantined(connection, region.world.fire.id, since)

    async with watching(region):
        quarantined(region.clock.now())
        assert await region.passes(minutes=5) == 1
        assert region.since() == NOON
        region.start()
        assert await region.passes(minutes=5) == 1  # its beginning stands in the store: no start tells it again
        quarantined(None)
        assert await region.passes(minutes=1) == 1
        quarantined(region.clock.now())
        assert await region.passes(minutes=1) == 2


async def test_a_certificate_that_is_not_renewed_is_told_two_days_before_it_ends(region: Region) -> None:
    def issued(number: int, until: datetime, node: int = 1) -> None:
        given = Credential(
            bytes([number]) * 32,
            region.world.fire.id,
            node,
            1,
            bytes(32),
            b"der",
            NOON - timedelta(days=7),
            until,
            NOON,
        )
        with region.world.store.begin() as connection:
            credentials.add_credential(connection, given)

    with region.world.store.begin() as connection:
        add_intermediate(connection, Intermediate(1, b"der", Phase.ACTIVE, NOON))
    issued(1, NOON + timedelta(days=2, minutes=3))
    region.world.join(region.world.fire.id, node=2)
    issued(9, NOON + timedelta(days=7), node=2)  # another node's is no help
    async with watching(region):
        assert await region.passes(minutes=3) == 1  # the other node, which says nothing
        assert await region.passes(minutes=3) == 2
        assert region.since() == NOON + timedelta(minutes=3)
        issued(2, NOON + timedelta(days=7))
        assert await region.passes(minutes=3) == 2
        assert region.notices()[0][2] == "overtaken"


async def test_t08_a_clock_that_is_off_is_told_once_until_it_is_right_again(region: Region) -> None:
    async with watching(region):
        region.off = timedelta(minutes=11)
        await region.passes(seconds=15)
        assert await region.passes(seconds=45) == 1
        region.off = timedelta(0)
        assert await region.passes(seconds=15) == 1
        region.off = timedelta(hours=-1)
        assert await region.passes(seconds=15) == 2


async def test_an_old_backup_is_told_once_over_a_start_of_the_hub_too(region: Region) -> None:
    async with watching(region):
        region.backup_age = timedelta(days=2, minutes=20)
        assert await region.passes(seconds=60) == 1
        region.start()
        assert await region.passes(seconds=60) == 1


async def test_a_node_that_is_back_before_the_quiet_hours_end_is_not_told_any_more(region: Region) -> None:
    region.told_to(Recipient(b"n" * 16, "Night", "UTC", ASLEEP))
    async with watching(region):
        region.calling.remove(region.world.ems.id)
        await region.passes(minutes=5)
        assert {state for _, _, state in region.notices()} == {State.WAITING.value}
        region.calling.append(region.world.ems.id)
        await region.passes(minutes=1)
        assert [state for _, _, state in region.notices()] == [State.OVERTAKEN.value] * 2


async def test_an_agency_that_is_removed_is_no_trouble_any_more(region: Region) -> None:
    async with watching(region):
        region.calling.remove(region.world.ems.id)
        with region.world.store.begin() as connection:
            nodes.remove_nodes(connection, region.world.ems.id, region.clock.now())

        assert await region.passes(hours=1) == 0


async def test_only_who_wants_to_know_is_told(region: Region) -> None:
    region.told_to(BUSY)
    async with watching(region):
        region.calling.remove(region.world.ems.id)
        await region.passes(minutes=5)

        assert [recipient for _, recipient, _ in region.notices()] == [OPERATOR.id]


async def test_many_nodes_that_fall_silent_at_once_are_told_in_one_notice(region: Region) -> None:
    for number in range(2, 12):
        region.world.join(region.world.fire.id, node=number)
    async with watching(region):
        region.calling.clear()

        assert await region.passes(minutes=5) == 1
        assert region.notices() == [("node_trouble", OPERATOR.id, "waiting")]


async def test_a_look_that_could_not_be_written_down_is_made_up_for(region: Region) -> None:
    submit, failing = region.writer.submit, [True]

    async def sometimes(command: object) -> int:
        if failing:
            failing.clear()
            raise OSError("the disk is gone")
        return await submit(command)  # type: ignore[arg-type]

    region.watch = NodeWatch(region.reader, sometimes, region.health, region.clock)
    async with watching(region):
        region.calling.remove(region.world.ems.id)
        with pytest.raises(OSError, match="the disk is gone"):
            await region.passes(minutes=5)
        assert await region.passes(minutes=1) == 1


async def test_a_hub_that_serves_looks_after_its_nodes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node_watch, "LOOK_S", 0.01)
    async with running_hub(tmp_path) as hub:
        fire = await hub.joined("fire")
        await hub.ask("notices settings", name="Kim Ota", mail="ota@region.example")

        def quarantine(tx: Transaction, now: datetime) -> None:
            agencies.set_quarantined(tx.connection, fire.agency_id, now)

        await hub.process.writer.submit(quarantine)

        def told() -> list[str]:
            with hub.store.read() as connection:
                return [each.event.kind.value for each in QUEUE.list_(connection)]

        await eventually(lambda: told() == ["node_trouble"])
