"""Incidents that agencies ask for, on both databases: taken in once, opened or declined, and answered to the asker."""

import os
from datetime import timedelta

import pytest

from common.errors import InvalidRequest, NotFound, WrongState
from common.storage.store import Store
from common.wire.times import timestamp
from common.wire.v1.codes_pb2 import DeclineReason, IncidentType, Outcome
from common.wire.v1.report_pb2 import IncidentRequest, Report
from hub.domain.agency import Membership
from hub.domain.incident_request import RequestState
from hub.persistence import agencies, audit, incident_requests, incidents
from hub.persistence.transaction import Transaction
from hub.use_cases.incident_requests import SKEW, Opening, decline_request, open_requested
from tests.builders import NOON
from tests.incident_region import Region

FIRE_TYPE = IncidentType.INCIDENT_TYPE_STRUCTURE_FIRE
NO_CAPACITY = DeclineReason.DECLINE_REASON_NO_CAPACITY
APPLIED = Outcome.OUTCOME_APPLIED


@pytest.fixture
def region(store: Store) -> Region:
    return Region(store, 4)


def request(*agency_ids: bytes, started: timedelta = timedelta(0)) -> Report:
    told = IncidentRequest(type=FIRE_TYPE, started_at=timestamp(NOON + started), agency_ids=agency_ids)
    return Report(command_id=os.urandom(16), occurred_at=timestamp(NOON), incident_request=told)


def stored(region: Region) -> list[tuple[bytes, RequestState]]:
    with region.store.read() as connection:
        return [(each.agency_id, each.state) for each in incident_requests.list_requests(connection)]


def test_a_request_waits_for_a_coordinator_and_opens_nothing_by_itself(region: Region) -> None:
    fire, ems = region.agencies[:2]
    asked = request(ems.id, ems.id, started=-timedelta(hours=1))

    assert region.report(fire, asked) == [APPLIED]

    with region.store.read() as connection:
        [held] = incident_requests.list_requests(connection)
        assert incidents.list_incidents(connection) == []
    assert (held.command_id, held.agency_id, held.type) == (asked.command_id, fire.id, FIRE_TYPE)
    assert (held.agency_ids, held.started_at) == ((ems.id,), NOON - timedelta(hours=1))
    assert (held.received_at, held.state) == (NOON, RequestState.WAITING)
    assert [region.mail(each) for each in region.agencies] == [[]] * 4


def test_the_same_command_again_is_one_request_with_the_same_answer(region: Region) -> None:
    fire, ems = region.agencies[:2]
    asked = request()

    assert region.report(fire, asked, asked) == [APPLIED, APPLIED]
    assert region.report(fire, asked) == [APPLIED]
    assert region.report(ems, asked) == [Outcome.OUTCOME_REFUSED_DUPLICATE]  # that id was used by somebody else
    region.write(lambda tx, now: decline_request(asked.command_id, NO_CAPACITY, tx, now))
    assert region.report(fire, asked) == [APPLIED]

    assert stored(region) == [(fire.id, RequestState.DECLINED)]


def test_t08_what_begins_in_the_future_by_the_hubs_clock_is_refused(region: Region) -> None:
    fire = region.agencies[0]

    assert region.report(fire, request(started=SKEW + timedelta(seconds=1))) == [Outcome.OUTCOME_REFUSED_TIME]
    assert stored(region) == []

    assert region.report(fire, request(started=SKEW)) == [APPLIED]  # a clock that is a little ahead is no future
    with region.store.read() as connection:
        assert incident_requests.list_requests(connection)[0].started_at == NOON


def test_opened_for_a_request_it_is_what_was_asked_for_and_the_asker_is_told_which(region: Region) -> None:
    fire, ems, jail, police = region.agencies
    unknown = os.urandom(16)
    asked = request(ems.id, unknown, jail.id, started=-timedelta(hours=1))
    region.report(fire, asked)
    with region.store.begin() as connection:
        agencies.set_membership(connection, jail.id, Membership.EVICTED)

    opened = region.write(lambda tx, now: open_requested(Opening(asked.command_id), tx, now))

    incident = opened.incident
    assert (incident.agency_ids, opened.left_out) == ((fire.id, ems.id), (unknown, jail.id))
    assert (incident.type, incident.started_at) == (FIRE_TYPE, NOON - timedelta(hours=1))
    assert incident.title == f"Structure fire, asked for by {fire.slug}"
    [incident_told, answer] = region.told(fire)
    assert incident_told.incident_opened.incident_id == incident.id
    told = answer.incident_request_answered
    assert (told.command_id, told.incident_id, told.decline_reason) == (asked.command_id, incident.id, 0)
    assert [notice.WhichOneof("kind") for notice in region.told(ems)] == ["incident_opened"]
    assert region.told(police) == region.told(jail) == []
    assert stored(region) == [(fire.id, RequestState.OPENED)]


def test_what_the_coordinator_says_goes_before_the_request_but_the_asker_always_takes_part(region: Region) -> None:
    fire, ems, jail, police = region.agencies
    asked = request(ems.id)
    region.report(fire, asked)
    opening = Opening(
        asked.command_id,
        title="Ridge fire",
        type=IncidentType.INCIDENT_TYPE_WILDLAND_FIRE,
        agency_slugs=[jail.slug, police.slug],
        started_at=NOON - timedelta(hours=2),
    )

    incident = region.write(lambda tx, now: open_requested(opening, tx, now)).incident

    assert incident.agency_ids == (fire.id, jail.id, police.id)
    assert (incident.title, incident.type) == ("Ridge fire", IncidentType.INCIDENT_TYPE_WILDLAND_FIRE)
    assert incident.started_at == NOON - timedelta(hours=2)


def test_a_declined_request_is_told_to_the_asker_alone(region: Region) -> None:
    fire, ems = region.agencies[:2]
    asked = request(ems.id)
    region.report(fire, asked)

    region.write(lambda tx, now: decline_request(asked.command_id, NO_CAPACITY, tx, now))

    [notice] = region.told(fire)
    told = notice.incident_request_answered
    assert (told.command_id, told.incident_id, told.decline_reason) == (asked.command_id, b"", NO_CAPACITY)
    assert region.told(ems) == []
    with region.store.read() as connection:
        assert [entry["action"] for entry in audit.list_entries(connection)] == ["incident decline-request"]


def test_a_request_is_answered_once_and_a_refused_opening_leaves_it_waiting(region: Region) -> None:
    fire = region.agencies[0]
    asked = request()
    region.report(fire, asked)

    def open_it(tx: Transaction, title: str) -> None:
        open_requested(Opening(asked.command_id, title=title), tx, region.now)

    with pytest.raises(InvalidRequest, match="title"):
        region.write(lambda tx, _: open_it(tx, "two\nlines"))
    assert stored(region) == [(fire.id, RequestState.WAITING)]

    region.write(lambda tx, _: open_it(tx, "Mill fire"))
    with pytest.raises(WrongState, match="answered before: opened"):
        region.write(lambda tx, _: open_it(tx, "Mill fire"))
    with pytest.raises(WrongState, match="answered before: opened"):
        region.write(lambda tx, now: decline_request(asked.command_id, NO_CAPACITY, tx, now))
    with pytest.raises(NotFound, match="no such request"):
        region.write(lambda tx, now: decline_request(b"n" * 16, NO_CAPACITY, tx, now))

    assert len(region.told(fire)) == 2


def test_what_one_form_sends_twice_opens_what_was_asked_for_once(region: Region) -> None:
    asked = request()
    region.report(region.agencies[0], asked)
    opening = Opening(asked.command_id, title="Mill fire", draft=b"d" * 16)

    opened = [region.write(lambda tx, now: open_requested(opening, tx, now)).incident for _ in range(2)]

    assert opened[0] == opened[1]
    assert stored(region) == [(region.agencies[0].id, RequestState.OPENED)]
