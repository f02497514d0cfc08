"""Partitions and pauses, with a real store on every side: one accountable agency, and the stale write refused.

Source: TRUST.md d07, t08.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from common.errors import WrongState
from common.followup.state import AT_REGION, NOT_ESCALATED, OPEN
from common.storage.store import Store
from tests.nodes import numbered
from tests.partitions import Agent, Region

HOUR = timedelta(hours=1)


@pytest.fixture
def region(store: Store, tmp_path: Path) -> Iterator[Region]:
    """Three agencies with nodes, all connected."""
    opened = Region(store, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def fire(region: Region) -> Agent:
    return region.nodes[region.fire.id]


@pytest.fixture
def ems(region: Region) -> Agent:
    return region.nodes[region.ems.id]


@pytest.fixture
def jail(region: Region) -> Agent:
    return region.nodes[region.jail.id]


def one_is_accountable_everywhere(region: Region, held: bytes) -> bytes:
    """Check that every node that has it says the same as the hub; give who that is."""
    truth = region.state(held)
    for node in region.nodes.values():
        assert node.known(held).state.accountable == truth.accountable
        assert node.known(held).state.version == truth.version
        assert node.shown(held)["waiting"] == []
    return truth.accountable


def expires(region: Region, held: bytes) -> None:
    region.tick(hours=4)


def another_accepts(region: Region, held: bytes) -> None:
    region.nodes[region.jail.id].says("accept", held)
    region.heal(region.jail)


def is_withdrawn(region: Region, held: bytes) -> None:
    region.nodes[region.fire.id].says("withdraw", held)
    region.heal(region.fire)


def is_closed(region: Region, held: bytes) -> None:
    region.nodes[region.fire.id].says("close", held)
    region.heal(region.fire)


@pytest.mark.parametrize(
    ("meanwhile", "owner"),
    [(expires, "fire"), (another_accepts, "jail"), (is_withdrawn, "fire"), (is_closed, "fire")],
)
def test_d07_an_acceptance_during_a_partition_that_came_too_late_is_refused_and_shown_beside_what_is_true(
    region: Region, fire: Agent, ems: Agent, meanwhile: Callable[[Region, bytes], None], owner: str
) -> None:
    held = fire.opens()
    fire.says("offer", held, offered_to=[region.ems.id, region.jail.id])
    region.heal()

    ems.says("accept", held)  # cut off from here on
    assert ems.shown(held)["waiting"] == ["accept"]
    meanwhile(region, held)
    region.heal()

    assert one_is_accountable_everywhere(region, held) == getattr(region, owner).id
    shown = ems.shown(held)
    assert not shown["is_mine"]
    assert shown["commands"][-1]["outcome"] == "refused_stale_version"
    assert shown["refused"] == shown["commands"][-1]["reason"] != ""
    assert shown["accountable_id"] == getattr(region, owner).id.hex()
    assert [change.agency_id for change in region.history(held) if change.agency_id == region.ems.id] == []
    with pytest.raises(WrongState, match="no offer of it is open to this agency any more"):
        ems.says("accept", held)


def test_d07_an_acceptance_during_a_partition_that_heals_in_time_moves_it_once(
    region: Region, fire: Agent, ems: Agent, jail: Agent
) -> None:
    held = fire.opens()
    fire.says("offer", held, offered_to=[region.ems.id, region.jail.id])
    region.heal()

    for node in (ems, jail):
        node.says("acknowledge", held)
        node.says("accept", held)
        node.says("first_contact", held)  # on what it expects
    region.tick(hours=3)
    region.heal()

    assert one_is_accountable_everywhere(region, held) == region.ems.id
    assert region.state(held).hand_overs == 1
    assert [each["outcome"] for each in ems.shown(held)["commands"]] == ["applied"] * 3
    lost = [each["outcome"] for each in jail.shown(held)["commands"]]
    assert lost[1:] == ["refused_stale_version", "refused_not_accountable"]


def test_d07_an_owner_cut_off_while_its_offer_is_accepted_records_nothing_any_more(
    region: Region, fire: Agent, ems: Agent
) -> None:
    held = fire.opens()
    fire.says("offer", held, offered_to=[region.ems.id])
    region.heal()

    fire.says("withdraw", held)
    fire.says("first_contact", held)
    ems.says("accept", held)
    region.heal(region.ems)
    region.heal(region.fire, region.ems)

    shown = fire.shown(held)
    assert region.state(held).accountable == region.ems.id
    assert (shown["is_mine"], shown["is_origin"], shown["accountable_id"]) == (False, True, region.ems.id.hex())
    assert [each["outcome"] for each in shown["commands"]][-2:] == ["refused_not_accountable"] * 2
    assert region.state(held).first_contact_at is None


def test_d07_an_owner_paused_past_its_deadlines_is_refused_and_then_acts_on_what_is_true(
    region: Region, fire: Agent
) -> None:
    held = fire.opens()
    region.heal(region.fire)

    fire.says("first_contact", held)  # written, then the machine is paused
    region.tick(hours=72)
    region.tick(hours=4)
    assert region.state(held).escalation == AT_REGION
    region.heal(region.fire)

    shown = fire.shown(held)
    assert (region.state(held).accountable, region.state(held).work) == (region.fire.id, OPEN)
    assert shown["commands"][-1]["outcome"] == "refused_stale_version"
    assert (shown["refused"] != "", shown["queue"], shown["version"]) == (True, "regional coordinator", 3)

    fire.says("first_contact", held)
    region.heal(region.fire)
    shown = fire.shown(held)
    assert region.state(held).escalation == NOT_ESCALATED
    assert (shown["refused"], shown["queue"], shown["escalation"], shown["work"]) == ("", "", "none", "active")


def test_t08_nodes_whose_clocks_are_an_hour_off_change_no_order_and_no_deadline(
    region: Region, fire: Agent, ems: Agent
) -> None:
    held = fire.opens(at=region.now + HOUR)
    fire.says("offer", held, at=region.now - HOUR, offered_to=[region.ems.id])  # its clock was set back meanwhile
    fire.says("withdraw", held, at=region.now)
    fire.says("offer", held, at=region.now - 2 * HOUR, offered_to=[region.ems.id])
    assert fire.shown(held)["waiting"] == ["open", "offer", "withdraw", "offer"]
    region.heal()

    assert [each["outcome"] for each in fire.shown(held)["commands"]] == ["applied"] * 4
    assert region.state(held).accept_by == region.now + 4 * HOUR
    ems.says("accept", held, at=region.now + 9 * HOUR)  # late by its own clock, in time by the hub's
    region.heal(region.ems)

    assert (region.state(held).accountable, region.state(held).changed_at) == (region.ems.id, region.now)
    assert ems.known(held).state.contact_by == region.now + 72 * HOUR


def test_a_sync_with_old_mail_does_not_overwrite_the_owners_data(region: Region, fire: Agent) -> None:
    held = fire.opens()
    region.heal(region.fire)
    for verb in ("first_contact", "hold", "resume"):
        fire.says(verb, held)
        region.heal(region.fire)
    newest = fire.known(held)

    for kind, told in reversed(region.told(region.fire)):
        number = fire.membership.mailbox_cursor + 1
        fire.apply(numbered(number, **{kind: told}))
        assert fire.known(held) == newest
    assert newest.state.version == 4
