"""The known failures of other hand-over systems, each by its name, do not happen here. On both databases."""

import os
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, event

from common.followup.state import FollowUp
from common.storage.store import Store
from common.wire.v1.codes_pb2 import FollowUpOffer, FollowUpOutcome, FollowUpWork, Outcome
from hub.persistence import bulk, commands
from hub.persistence.follow_ups import Change
from hub.use_cases.ownership import offer_on_request
from tests.coordinating import APPLIED, Coordination, command

STALE, UNKNOWN = Outcome.OUTCOME_REFUSED_STALE_VERSION, Outcome.OUTCOME_REFUSED_UNKNOWN_FOLLOW_UP
NOT_ACCOUNTABLE, NO_OPEN_OFFER = Outcome.OUTCOME_REFUSED_NOT_ACCOUNTABLE, Outcome.OUTCOME_REFUSED_NO_OPEN_OFFER
MOST_WRITES = 60  # of one transaction: the loop below ends long before


@pytest.fixture
def region(store: Store) -> Coordination:
    """Three agencies on one incident."""
    return Coordination(store)


class DiskError(Exception):
    """What the test breaks a write with."""


def everything(region: Coordination, follow_up_id: bytes, asked: list[bytes]) -> tuple[Any, ...]:
    """All that the hub holds of it: state, history, mail, reports, answers."""
    agencies = (region.fire, region.ems, region.jail)
    state: FollowUp = region.state(follow_up_id)
    history: list[Change] = region.history(follow_up_id)
    mail = [[notice.SerializeToString() for notice in region.mail(each.id)] for each in agencies]
    with region.store.read() as connection:
        answers = commands.load_answers(connection, asked)
    return state, history, mail, region.reports(), answers


def break_write(store: Store, number: int, what: Callable[[], object]) -> bool:
    """Do something whose n-th statement fails, or its commit; tell whether it came to that."""
    seen, plain = 0, bulk.execute

    def fail(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            raise DiskError

    def bulk_statement(connection: Connection, statement: str, values: tuple[Any, ...]) -> None:
        fail()  # these go to the driver past SQLAlchemy's events
        plain(connection, statement, values)

    for moment in ("before_cursor_execute", "commit"):
        event.listen(store.writing, moment, fail)
    bulk.execute = bulk_statement
    try:
        what()
    except DiskError:
        return True
    finally:
        bulk.execute = plain
        for moment in ("before_cursor_execute", "commit"):
            event.remove(store.writing, moment, fail)
    return False


def test_two_open_requests_accepted_out_of_order_do_not_give_two_editors(region: Coordination) -> None:
    held = region.offered(region.fire, region.ems)  # the first request
    region.say(region.fire, "withdraw", held)
    region.say(region.fire, "offer", held, offered_to=[region.jail.id])  # the second

    assert region.say(region.jail, "accept", held) == APPLIED
    assert region.say(region.ems, "accept", held, 2) == UNKNOWN  # the first one, too late: it is not ems' any more

    assert region.state(held).accountable == region.jail.id
    assert region.say(region.ems, "first_contact", held) == UNKNOWN
    assert region.say(region.fire, "first_contact", held) == NOT_ACCOUNTABLE
    assert region.say(region.jail, "first_contact", held) == APPLIED


def test_a_second_request_cannot_be_opened_beside_the_first(region: Coordination) -> None:
    held = region.offered(region.fire, region.ems)

    assert region.say(region.fire, "offer", held, offered_to=[region.jail.id]) == Outcome.OUTCOME_REFUSED_TRANSITION
    assert region.state(held).may_answer == (region.ems.id,)


def test_an_exception_midway_through_a_hand_back_leaves_one_editor_and_no_half_of_it(region: Coordination) -> None:
    held = region.offered(region.fire, region.ems)
    region.say(region.ems, "accept", held)
    region.say(region.ems, "offer", held, offered_to=[region.fire.id])
    back = command("accept", held, 4)
    ledger = region.ledgers[region.fire.id]
    batch = ledger.copy().batch(back)
    before = everything(region, held, [back.command_id])
    assert before[0].accountable == region.ems.id

    number = 1
    while break_write(region.store, number, lambda: region.push(batch)):
        region.memory.forget()  # as the writer does after a failure
        assert everything(region, held, [back.command_id]) == before
        number += 1
        assert number < MOST_WRITES

    assert number > 12, number  # reads, eight writes and the commit, each broken once
    state, history, _, reports, answers = everything(region, held, [back.command_id])
    assert (state.accountable, state.version, len(history)) == (region.fire.id, 5, 5)
    assert answers == {(region.fire.id, back.command_id): APPLIED}
    assert len(reports) == len(before[3]) + 1
    for each in (region.fire, region.ems):
        assert region.last(each)[1].accountable_agency_id == region.fire.id


def test_a_stale_page_adds_no_record_after_a_hand_over(region: Coordination) -> None:
    held = region.offered(region.fire, region.ems)
    region.say(region.ems, "accept", held)
    before = region.state(held)

    for verb in ("first_contact", "check_in", "hold", "close", "offer", "withdraw"):
        fields: dict[str, Any] = {"offered_to": [region.jail.id]} if verb == "offer" else {}
        assert region.say(region.fire, verb, held, 2, **fields) == NOT_ACCOUNTABLE

    assert region.state(held) == before
    assert region.refusals(region.fire) == [NOT_ACCOUNTABLE] * 6


def test_a_page_of_the_new_owners_that_is_stale_adds_no_record_either(region: Coordination) -> None:
    held = region.offered(region.fire, region.ems)
    region.say(region.ems, "accept", held)
    region.say(region.ems, "first_contact", held)

    assert region.say(region.ems, "close", held, 3) == STALE
    assert region.state(held).work == FollowUpWork.FOLLOW_UP_WORK_ACTIVE


def test_a_deletion_before_acceptance_leaves_no_offer_that_nobody_can_open(region: Coordination) -> None:
    held = region.offered(region.fire, region.ems, region.jail)

    assert region.say(region.fire, "close", held) == APPLIED

    for each in (region.ems, region.jail):
        kind, told = region.last(each)
        assert (kind, told.work, told.offer, list(told.offered_to)) == (
            "follow_up_changed", FollowUpWork.FOLLOW_UP_WORK_CLOSED, FollowUpOffer.FOLLOW_UP_OFFER_NONE, [],
        )  # fmt: skip
        assert region.say(each, "accept", held) == NO_OPEN_OFFER
        assert region.say(each, "accept", held, 2) == STALE
    assert region.state(held).accountable == region.fire.id
    assert region.tick(days=60) == 0


def test_status_goes_on_flowing_to_the_origin_after_a_hand_over(region: Coordination) -> None:
    held = region.offered(region.fire, region.ems)
    region.say(region.ems, "accept", held)
    steps = ("first_contact", "check_in", "hold", "resume", "close", "reopen", "offer", "withdraw", "ask_hub_to_offer")

    for verb in steps:
        fields: dict[str, Any] = {"offered_to": [region.jail.id]} if verb == "offer" else {}
        assert region.say(region.ems, verb, held, **fields) == APPLIED
        _, told = region.last(region.fire)
        state = region.state(held)
        assert (told.version, told.work, told.offer) == (state.version, state.work, state.offer), verb
    region.tick(days=8)
    assert (region.last(region.fire)[0], region.last(region.fire)[1].version) == (
        "escalation", region.state(held).version,
    )  # fmt: skip


def test_status_does_not_go_on_flowing_to_those_who_did_not_get_it(region: Coordination) -> None:
    held = region.offered(region.fire, region.ems, region.jail)
    region.say(region.ems, "accept", held)
    before = len(region.told(region.jail))
    assert region.last(region.jail)[1].accountable_agency_id == region.ems.id  # how it ended

    for verb in ("first_contact", "check_in", "hold"):
        region.say(region.ems, verb, held)
    region.tick(days=30)
    region.say(region.ems, "close", held, outcome=FollowUpOutcome.FOLLOW_UP_OUTCOME_COMPLETED)

    assert len(region.told(region.jail)) == before
    region.say(region.ems, "reopen", held)
    region.say(region.ems, "offer", held, offered_to=[region.jail.id])
    assert region.last(region.jail)[0] == "offer_received"


def test_accepting_twice_is_answered_and_does_nothing(region: Coordination) -> None:
    held = region.offered(region.fire, region.ems, region.jail)
    first = command("accept", held, 2)
    assert region.send(region.ems, first) == APPLIED
    after = region.state(held)
    told = [len(region.told(each)) for each in (region.fire, region.ems, region.jail)]

    assert region.send(region.ems, first) == APPLIED  # the same command id
    assert region.say(region.ems, "accept", held, 2) == APPLIED  # another one
    assert region.say(region.ems, "accept", held) == APPLIED
    lost = command("accept", held, 2)
    for _ in range(2):
        assert region.send(region.jail, lost) == STALE
    assert region.say(region.jail, "accept", held, 2) == STALE

    assert region.state(held) == after
    assert [len(region.told(each)) for each in (region.fire, region.ems, region.jail)] == told
    assert [change.version for change in region.history(held)] == [1, 2, 3]


def test_an_acceptance_and_its_repeat_in_one_group_are_one_hand_over(region: Coordination) -> None:
    held = region.offered(region.fire, region.ems)
    twice = [command("accept", held, 2), command("accept", held, 2)]

    (answer,) = region.push(region.ledgers[region.ems.id].batch(twice[0], twice[1], twice[0]))

    assert answer.outcomes == (APPLIED,) * 3  # type: ignore[union-attr]
    assert (region.state(held).version, region.state(held).hand_overs) == (3, 1)


def test_a_claim_whose_origin_the_hub_has_lost_is_refused_and_blocks_nothing(region: Coordination) -> None:
    of_an_incident: dict[str, Any] = {"incident_id": region.incident.id}
    for fields in (of_an_incident, {}):
        claim = command("claim", os.urandom(16), 5, cohort=1, work=1, origin_agency_id=os.urandom(16), **fields)
        assert region.send(region.fire, claim) == Outcome.OUTCOME_REFUSED_RANGE

    region.intake = type(region.intake)(region.intake._trust_domain, region.hub_key, hub_epoch=1)
    assert region.opened(region.fire)


def test_an_offer_that_the_hub_placed_and_nobody_took_is_offered_on(region: Coordination) -> None:
    held = region.opened(region.fire)
    region.say(region.fire, "ask_hub_to_offer", held)
    region.do(partial(offer_on_request, held.hex(), [region.ems.slug], None))
    region.tick(hours=4)
    assert region.state(held).accountable == region.fire.id

    region.do(partial(offer_on_request, held.hex(), [region.jail.slug], timedelta(hours=1)))
    assert region.say(region.jail, "accept", held) == APPLIED
