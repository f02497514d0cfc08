"""What the hub's clock does to follow-ups, on both databases: who is told, on which queue, and once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from common.followup.state import AT_AGENCY, AT_REGION, AT_STATE, NOT_ESCALATED
from common.storage.store import Store
from common.wire.v1.codes_pb2 import FollowUpEscalation, FollowUpOffer
from hub.domain.agency import Agency
from hub.persistence import follow_ups
from hub.use_cases.ownership import MOST_AT_ONCE, run_deadlines
from tests.coordinating import APPLIED, Coordination, command

HOUR = timedelta(hours=1)


@pytest.fixture
def region(store: Store) -> Coordination:
    """Three agencies on one incident."""
    return Coordination(store)


def of_duty(region: Coordination, owner: Agency, contact: str) -> None:
    with region.store.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE agency SET duty_contact = '{contact}' WHERE slug = '{owner.slug}'"  # noqa: S608
        )
    region.memory.forget()


def test_an_offer_that_expires_is_told_once_to_its_owner_and_to_whoever_was_offered_it(region: Coordination) -> None:
    held = region.offered(region.fire, region.ems)
    before = {each.slug: len(region.told(each)) for each in (region.fire, region.ems, region.jail)}
    assert region.tick(hours=3, minutes=59) == 0

    assert region.tick(minutes=1) == 1
    assert region.tick() == 0

    for each, more in ((region.fire, 1), (region.ems, 1), (region.jail, 0)):
        assert len(region.told(each)) == before[each.slug] + more
    kind, told = region.last(region.fire)
    assert (kind, told.accountable_agency_id, told.offer, told.escalation) == (
        "escalation", region.fire.id, FollowUpOffer.FOLLOW_UP_OFFER_NONE, AT_AGENCY,
    )  # fmt: skip
    assert (region.state(held).accountable, region.history(held)[-1].verb) == (region.fire.id, 0)


def test_each_step_reaches_the_named_coordinators_queue_by_the_agreements_terms(store: Store) -> None:
    terms = {"regional_coordinator": "Dana Reyes, 555-0100", "state_coordinator": "State desk, 555-0199"}
    region = Coordination(store)
    region.now += timedelta(seconds=1)
    region.publish(region.terms_now(**terms), region.fire, region.ems)
    of_duty(region, region.fire, "Lt. Okafor, 555-0142")
    held = region.opened(region.fire)
    found = []

    region.tick(hours=72)
    found.append(region.last(region.fire)[1].queue)
    for _ in range(2):
        region.tick(hours=4)
        found.append(region.last(region.fire)[1].queue)

    assert found == [
        "Ridgeline Fire, coordinator: Lt. Okafor, 555-0142", "Dana Reyes, 555-0100", "State desk, 555-0199",
    ]  # fmt: skip
    assert region.tick(days=300) == 0
    assert region.state(held).escalations == 3


def test_without_names_in_the_terms_a_queue_still_has_one(region: Coordination) -> None:
    region.opened(region.fire)
    found = []

    for hours in (72, 4, 4):
        region.tick(hours=hours)
        found.append(region.last(region.fire)[1].queue)

    assert found == ["Ridgeline Fire, coordinator", "regional coordinator", "state coordinator"]


def test_after_a_hand_over_an_escalation_reaches_the_new_owners_queue_and_the_origin_hears_of_it(
    region: Coordination,
) -> None:
    of_duty(region, region.ems, "medic desk")
    held = region.offered(region.fire, region.ems)
    region.say(region.ems, "accept", held)

    region.tick(hours=72)

    for each in (region.fire, region.ems):
        kind, told = region.last(each)
        assert (kind, told.queue, told.duty_contact) == (
            "escalation", "Cedar Valley Ems, coordinator: medic desk", "medic desk",
        )  # fmt: skip


def test_what_fell_due_while_the_hub_was_down_is_one_step_for_each_missed_deadline(region: Coordination) -> None:
    held, contacted = region.offered(region.fire, region.ems), region.opened(region.ems)
    region.say(region.ems, "first_contact", contacted)

    assert region.tick(days=40) == 3  # an offer and a contact-by of one; a check-in of the other
    assert region.tick() == 0

    assert (region.state(held).escalation, region.state(held).escalations) == (AT_REGION, 2)
    assert region.state(contacted).escalation == AT_AGENCY
    assert [change.version for change in region.history(held)] == [1, 2, 3, 4]
    assert region.state(held).due_at == region.now + 4 * HOUR


def test_more_than_one_transaction_takes_are_done_in_several(region: Coordination) -> None:
    state = region.state(region.opened(region.fire))
    with region.store.begin() as connection:
        many = [replace(state, id=number.to_bytes(16)) for number in range(MOST_AT_ONCE + 7)]
        follow_ups.add_follow_ups(connection, many)
    region.now += timedelta(hours=72)

    assert [region.do(run_deadlines) for _ in range(3)] == [MOST_AT_ONCE, 8, 0]


def test_t08_a_hubs_clock_that_steps_back_and_forth_fires_a_deadline_once_and_takes_none_back(
    region: Coordination,
) -> None:
    held = region.offered(region.fire, region.ems)
    assert region.tick(hours=4) == 1
    fired = region.state(held)

    assert [region.tick(hours=hours) for hours in (-2, -6, 5, 3)] == [0, 0, 0, 0]
    assert region.state(held) == fired
    assert region.say(region.ems, "accept", held, 2) != APPLIED

    assert region.tick(hours=4) == 1  # escalated again an interval after the first time, by the clock's second pass
    assert region.state(held).escalation == AT_REGION


def test_t08_clocks_of_nodes_that_are_wrong_by_an_hour_change_no_order_and_no_deadline(region: Coordination) -> None:
    held = region.opened(region.fire)
    now = region.now
    for by, verb, wrong in ((region.fire, "offer", -HOUR), (region.ems, "accept", HOUR), (region.ems, "hold", -HOUR)):
        fields: dict[str, Any] = {"offered_to": [region.ems.id]} if verb == "offer" else {}
        region.now = now + wrong  # the node's clock, in what it says of the time
        report = command(verb, held, region.state(held).version, at=region.now, **fields)
        region.now = now
        assert region.send(by, report) == APPLIED
        if verb == "offer":
            assert region.state(held).accept_by == now + 4 * HOUR

    state, changes = region.state(held), region.history(held)
    assert (state.accountable, state.changed_at, state.next_check_in) == (region.ems.id, now, now + timedelta(days=7))
    assert [change.at for change in changes] == [now] * 4


def test_the_codes_of_escalation_are_in_the_order_of_the_steps() -> None:
    steps = [NOT_ESCALATED, AT_AGENCY, AT_REGION, AT_STATE]

    assert steps == sorted(number for number in FollowUpEscalation.values() if number)
