"""Follow-ups at the hub, on both databases: who owns one, who is told, and what is refused."""

import os
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from common.followup.reference import reference_of
from common.storage.store import Store
from common.wire.times import moment
from common.wire.v1.codes_pb2 import FollowUpOffer, FollowUpWork, Outcome
from tests.coordinating import APPLIED, Coordination, command

STALE = Outcome.OUTCOME_REFUSED_STALE_VERSION
UNKNOWN = Outcome.OUTCOME_REFUSED_UNKNOWN_FOLLOW_UP


@pytest.fixture
def region(store: Store) -> Coordination:
    """Three agencies on one incident."""
    return Coordination(store)


def test_whoever_opens_a_follow_up_is_accountable_for_it(region: Coordination) -> None:
    opened = region.opened(region.fire)

    state = region.state(opened)
    assert (state.origin, state.accountable, state.version, state.work) == (
        region.fire.id, region.fire.id, 1, FollowUpWork.FOLLOW_UP_WORK_OPEN,
    )  # fmt: skip
    assert state.contact_by == region.now + timedelta(hours=72)
    kind, told = region.last(region.fire)
    assert (kind, told.reference, told.accountable_agency_id) == (
        "follow_up_changed", reference_of(opened), region.fire.id,
    )  # fmt: skip
    assert region.told(region.ems) == []


def test_an_offer_reaches_who_may_answer_it_and_a_hand_over_whoever_was_asked(region: Coordination) -> None:
    offered = region.offered(region.fire, region.ems, region.jail)
    kind, told = region.last(region.ems)
    assert (kind, list(told.offered_to)) == ("offer_received", [region.ems.id, region.jail.id])
    assert moment(told.accept_by) == region.now + timedelta(hours=4)
    assert region.last(region.fire)[0] == "follow_up_changed"

    assert region.say(region.ems, "accept", offered) == APPLIED

    for each in (region.fire, region.ems, region.jail):
        kind, told = region.last(each)
        assert (kind, told.accountable_agency_id, told.version) == ("follow_up_changed", region.ems.id, 3)
        assert told.offer == FollowUpOffer.FOLLOW_UP_OFFER_NONE


def test_of_two_acceptances_in_one_group_the_first_wins_and_the_other_is_told(region: Coordination) -> None:
    offered = region.offered(region.fire, region.ems, region.jail)
    batches = [region.ledgers[each.id].batch(command("accept", offered, 2)) for each in (region.ems, region.jail)]

    answers = region.push(*batches)

    assert [answer.outcomes for answer in answers] == [(APPLIED,), (STALE,)]  # type: ignore[union-attr]
    assert region.state(offered).accountable == region.ems.id
    assert region.refusals(region.jail) == [STALE]
    assert region.last(region.jail)[1].accountable_agency_id == region.ems.id


def test_a_follow_up_does_not_exist_to_an_agency_that_it_does_not_concern(region: Coordination) -> None:
    opened = region.opened(region.fire)

    for verb in ("accept", "offer", "reclaim", "first_contact"):
        fields = {"offered_to": [region.ems.id]} if verb == "offer" else {}
        assert region.say(region.jail, verb, opened, 1, **fields) == UNKNOWN
        assert region.say(region.jail, verb, os.urandom(16), 1, **fields) == UNKNOWN

    assert region.told(region.jail) == []
    assert region.state(opened).version == 1


def test_only_participants_of_an_incident_open_a_follow_up_of_it_or_are_offered_one(region: Coordination) -> None:
    small = region.open_for(region.fire)
    opened = os.urandom(16)

    assert region.say(region.ems, "open", os.urandom(16), incident_id=small.id) == (
        Outcome.OUTCOME_REFUSED_UNKNOWN_INCIDENT
    )
    assert region.say(region.fire, "open", opened, incident_id=small.id) == APPLIED
    assert region.say(region.fire, "offer", opened, offered_to=[region.ems.id]) == (
        Outcome.OUTCOME_REFUSED_NOT_A_PARTICIPANT
    )
    assert region.told(region.ems) == []


def test_one_that_belongs_to_no_incident_may_be_offered_to_any_agency_that_signed(region: Coordination) -> None:
    opened = os.urandom(16)
    assert region.say(region.fire, "open", opened) == APPLIED

    assert region.say(region.fire, "offer", opened, offered_to=[region.jail.id]) == APPLIED
    assert region.last(region.jail)[1].incident_id == b""


def test_an_agency_that_has_not_signed_neither_makes_nor_receives_nor_accepts_offers(store: Store) -> None:
    region = Coordination(store, signed=False)
    no_agreement = Outcome.OUTCOME_REFUSED_NO_AGREEMENT
    opened = region.opened(region.fire)
    assert region.say(region.fire, "offer", opened, offered_to=[region.ems.id]) == no_agreement

    region.now += timedelta(seconds=1)
    region.publish(region.terms_now(), region.fire)
    assert region.say(region.fire, "offer", opened, offered_to=[region.ems.id]) == no_agreement

    region.now += timedelta(seconds=1)
    region.publish(region.terms_now(), region.fire, region.ems)
    assert region.say(region.fire, "offer", opened, offered_to=[region.ems.id]) == APPLIED

    region.now += timedelta(seconds=1)
    region.publish(region.terms_now(), region.fire)  # ems has not signed the version that holds now
    assert region.say(region.ems, "accept", opened) == no_agreement
    assert region.state(opened).accountable == region.fire.id
    assert region.say(region.fire, "first_contact", opened) == APPLIED  # its own work goes on


def test_windows_are_those_of_the_agreement_in_force_when_it_was_opened(store: Store) -> None:
    region = Coordination(store)
    before = region.opened(region.fire)
    region.now += timedelta(seconds=1)
    region.publish(region.terms_now(accept_within=timedelta(hours=1)), region.fire, region.ems)
    after = region.opened(region.fire)

    for each in (before, after):
        assert region.say(region.fire, "offer", each, offered_to=[region.ems.id]) == APPLIED

    assert region.state(before).accept_by == region.now + timedelta(hours=4)
    assert region.state(after).accept_by == region.now + timedelta(hours=1)


def test_the_same_command_id_gets_the_same_answer_and_does_nothing_again(region: Coordination) -> None:
    opened = region.opened(region.fire)
    hold, stale = command("hold", opened, 1), command("hold", opened, 7)
    assert (region.send(region.fire, hold), region.send(region.fire, stale)) == (APPLIED, STALE)
    region.say(region.fire, "resume", opened)

    assert region.send(region.fire, hold) == APPLIED
    assert region.send(region.fire, stale) == STALE

    assert region.state(opened).version == 3
    again = region.ledgers[region.ems.id].batch(hold)  # another agency's command of that id is another command
    (answer,) = region.push(again)
    assert answer.outcomes == (UNKNOWN,)  # type: ignore[union-attr]


def test_commands_that_follow_each_other_in_one_group_are_told_once_and_all_kept(region: Coordination) -> None:
    opened = region.opened(region.fire)
    before = len(region.told(region.fire))
    steps = [command("hold", opened, 1), command("resume", opened, 2), command("first_contact", opened, 3)]

    (answer,) = region.push(region.ledger.batch(*steps))

    assert answer.outcomes == (APPLIED,) * 3  # type: ignore[union-attr]
    (told,) = region.told(region.fire)[before:]
    assert (told[1].version, told[1].caused_by_command_id) == (4, steps[-1].command_id)
    assert [change.version for change in region.history(opened)] == [1, 2, 3, 4]


def test_the_store_itself_keeps_exactly_one_accountable_agency(region: Coordination) -> None:
    opened = region.opened(region.fire)

    for broken in ("accountable = NULL", "accountable = id", "work = 4", "accept_by = 5", "offer = 2"):
        with pytest.raises(IntegrityError), region.store.begin() as connection:
            connection.exec_driver_sql(f"UPDATE follow_up SET {broken}")  # noqa: S608

    assert region.state(opened).accountable == region.fire.id
