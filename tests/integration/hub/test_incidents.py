"""Incidents opened at the hub, on both databases: what is stored, and what each participant is sent."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from common.errors import InvalidRequest, NotFound
from common.storage.store import Store
from common.wire.v1.codes_pb2 import ActivationStatus, IncidentStatus, IncidentType
from common.wire.v1.notice_pb2 import Notice
from hub.domain.agency import Membership
from hub.domain.incident import MAX_PARTICIPANTS
from hub.persistence import agencies, audit, incidents, mailbox
from hub.use_cases.incidents import NewIncident, open_incident
from tests.builders import NOON
from tests.incident_region import Region

PARTICIPANTS = 70  # more than one statement holds


@pytest.fixture
def region(store: Store) -> Region:
    return Region(store, PARTICIPANTS)


def test_an_opening_is_one_piece_of_mail_for_each_participant(region: Region) -> None:
    incident = region.open([each.slug for each in region.agencies])

    assert (region.count(mailbox.MailRow), region.count(mailbox.NoticeRow)) == (PARTICIPANTS, 1)
    for each in region.agencies:
        [(cursor, body)] = region.mail(each)
        told = Notice.FromString(body).incident_opened
        assert (cursor, told.incident_id, tuple(told.agency_ids)) == (1, incident.id, incident.agency_ids)


def test_every_participant_stands_on_the_board_in_the_order_of_naming(region: Region) -> None:
    named = list(reversed(region.agencies))

    incident = region.open([each.slug for each in named])

    lines = region.board(incident)
    assert [line.agency_id for line in lines] == [each.id for each in named]
    assert {(line.status, line.version, line.changed_at, line.supporters_deployed) for line in lines} == {
        (ActivationStatus.ACTIVATION_STATUS_REQUESTED, 1, incident.opened_at, None)
    }


def test_an_agency_that_cannot_take_part_stops_the_opening_and_nobody_is_told(region: Region) -> None:
    fire, ems = region.agencies[:2]
    with region.store.begin() as connection:
        agencies.set_membership(connection, ems.id, Membership.EVICTED)

    with pytest.raises(NotFound, match="'no-such-agency'"):
        region.open([fire.slug, "no-such-agency"])
    with pytest.raises(InvalidRequest, match=f"'{ems.slug}' was removed"):
        region.open([fire.slug, ems.slug])
    with pytest.raises(InvalidRequest, match="named twice"):
        region.open([fire.slug, fire.slug])
    with pytest.raises(InvalidRequest, match="at most 4,096"):
        region.open([fire.slug] * (MAX_PARTICIPANTS + 1))

    assert region.mail(fire) == []
    with region.store.read() as connection:
        assert incidents.list_incidents(connection) == []
        assert audit.list_entries(connection) == []


def test_a_node_has_the_hubs_board_from_its_mail_alone(region: Region, tmp_path: Path) -> None:
    fire, ems, jail = region.agencies[:3]
    incident = region.open([fire.slug, ems.slug, jail.slug])
    region.report_active(incident, ems)
    region.change_status(incident, IncidentStatus.INCIDENT_STATUS_MONITORING)

    at_node = region.board_at_node_of(fire, incident, tmp_path)

    assert at_node == region.board_told(incident)
    assert sorted(line.version for line in at_node) == [1, 1, 2]


def test_what_one_form_sends_twice_is_opened_and_told_once(region: Region) -> None:
    fire = region.agencies[0]
    new = NewIncident(IncidentType.INCIDENT_TYPE_OTHER, "Mill fire", [fire.slug], NOON, draft=b"d" * 16)

    opened = [region.write(partial(open_incident, new)) for _ in range(2)]
    other = region.write(partial(open_incident, replace(new, draft=b"e" * 16)))

    assert opened[0] == opened[1]
    assert other.id != opened[0].id
    assert len(region.mail(fire)) == 2
