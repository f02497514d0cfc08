"""What the hub does with follow-ups on request, and when an agency is removed, on both databases."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from common.agreement.terms import DEFAULT_TERMS
from common.errors import HoldfastError, InvalidRequest, NotFound, WrongState
from common.followup.reference import reference_of, spaced
from common.followup.state import AT_AGENCY, AT_REGION, NOT_ESCALATED
from common.storage.store import Store
from hub.persistence import follow_ups
from hub.use_cases.ownership import offer_on_request
from hub.use_cases.removal import ban, evict
from tests.builders import agency
from tests.coordinating import APPLIED, Coordination

HOUR = timedelta(hours=1)


@pytest.fixture
def region(store: Store) -> Coordination:
    """Three agencies on one incident."""
    return Coordination(store)


@pytest.mark.parametrize("remove", [evict, ban])
def test_one_of_a_removed_agency_stays_its_own_on_the_regional_queue_and_the_hub_may_offer_it(
    region: Coordination, remove: Any
) -> None:
    held = region.opened(region.fire)
    region.do(partial(remove, region.fire.slug))
    region.do(partial(ban, region.fire.slug))  # twice tells nobody twice

    state = region.state(held)
    assert (state.accountable, state.escalation, state.version) == (region.fire.id, AT_REGION, 2)
    assert region.last(region.fire)[1].queue == "regional coordinator"
    with region.store.read() as connection:
        assert [each.id for each in follow_ups.list_follow_ups(connection, queue_only=True)] == [held]

    for asked in (region.ems, region.jail):  # the first one lets it expire
        region.do(partial(offer_on_request, spaced(reference_of(held)), [asked.slug], None))
        assert region.last(asked)[0] == "offer_received"
        if asked is region.ems:
            region.tick(hours=4)
    assert region.say(region.jail, "accept", held) == APPLIED
    assert (region.state(held).accountable, region.state(held).escalation) == (region.jail.id, NOT_ESCALATED)


def test_an_offer_to_a_removed_agency_ends_and_one_to_several_goes_on(region: Coordination) -> None:
    alone, among = region.offered(region.fire, region.ems), region.offered(region.fire, region.ems, region.jail)

    region.do(partial(evict, region.ems.slug))

    ended, goes_on = region.state(alone), region.state(among)
    assert (ended.is_offered, ended.accountable, ended.escalation) == (False, region.fire.id, AT_AGENCY)
    assert (goes_on.may_answer, goes_on.escalation) == ((region.jail.id,), NOT_ESCALATED)
    with pytest.raises(HoldfastError, match="removed from the region"):
        region.say(region.ems, "accept", among)
    assert region.say(region.jail, "accept", among) == APPLIED


def test_the_hub_offers_only_on_request_and_says_why_not(region: Coordination) -> None:
    held = region.opened(region.fire)
    name = spaced(reference_of(held))
    stranger = agency("far-away")
    region.join(stranger.id, new=stranger)

    def offer(named: str, *to: str, within: timedelta | None = None) -> Any:
        return region.do(partial(offer_on_request, named, list(to), within))

    with pytest.raises(WrongState, match="has not asked the hub to offer it"):
        offer(name, region.ems.slug)
    region.say(region.fire, "ask_hub_to_offer", held)
    assert region.last(region.fire)[1].queue == "regional coordinator"
    for error, to, why in (
        (InvalidRequest, ["far-away"], "takes no part in the incident: add it first"),
        (NotFound, ["nobody"], "nobody"),
        (WrongState, [region.fire.slug], "does not belong to this step"),
        (WrongState, [region.ems.slug, region.ems.slug], "does not belong to this step"),
        (WrongState, [], "something is missing"),
    ):
        with pytest.raises(error, match=why):
            offer(name, *to)
    with pytest.raises(NotFound, match="no such follow-up"):
        offer(bytes(16).hex(), region.ems.slug)
    with pytest.raises(InvalidRequest, match="a wrong character"):
        offer(("Y" if name[0] != "Y" else "X") + name[1:], region.ems.slug)
    assert region.state(held).version == 2

    region.now += timedelta(seconds=1)
    region.publish(DEFAULT_TERMS, region.fire, region.jail)
    with pytest.raises(WrongState, match="cedar-valley-ems has not signed the agreement in force"):
        offer(name, region.ems.slug)
    region.do(partial(evict, region.ems.slug))
    with pytest.raises(InvalidRequest, match="'cedar-valley-ems' is not a member of this region now"):
        offer(name, region.ems.slug)

    placed = offer(name, region.jail.slug, within=2 * HOUR)
    assert (placed.accountable, placed.accept_by) == (region.fire.id, region.now + 2 * HOUR)
    with pytest.raises(WrongState, match="cannot follow"):
        offer(name, region.jail.slug)
