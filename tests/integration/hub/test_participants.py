"""Agencies that take part later, and incidents that a restored hub lost: every node's board is the hub's, on both
databases."""

from datetime import timedelta
from pathlib import Path

import pytest

from common.errors import AlreadyExists, InvalidRequest, NotFound, WrongState
from common.storage.store import Store
from common.versions import EPOCH_LEAP
from common.wire.v1.codes_pb2 import ActivationStatus, IncidentStatus
from hub.domain.agency import Membership
from hub.domain.incident import MAX_ADDED, Incident
from hub.persistence import agencies, audit, incidents
from tests.builders import NOON
from tests.incident_region import Region

MONITORING, CLOSED = IncidentStatus.INCIDENT_STATUS_MONITORING, IncidentStatus.INCIDENT_STATUS_CLOSED
STOOD_DOWN = ActivationStatus.ACTIVATION_STATUS_STOOD_DOWN
HOUR = timedelta(hours=1)


@pytest.fixture
def region(store: Store) -> Region:
    return Region(store, MAX_ADDED + 4)


def boards_differ(region: Region, incident: Incident, directory: Path, count: int) -> list[str]:
    """Name the participants whose node has another board than the hub."""
    found = region.board_told(incident)
    assert len(found) == count
    return [
        each.slug
        for each in region.agencies[:count]
        if region.board_at_node_of(each, incident, directory / f"{each.slug}-{len(region.mail(each))}") != found
    ]


def test_every_node_has_the_hubs_board_after_agencies_were_added(region: Region, tmp_path: Path) -> None:
    fire, ems, jail, police, dispatch = region.agencies[:5]
    incident = region.open([fire.slug, ems.slug])
    region.now += HOUR
    region.report_active(incident, ems)

    region.now += HOUR
    region.add(incident, jail, police)
    assert boards_differ(region, incident, tmp_path, 4) == []

    region.now += HOUR
    region.report_active(incident, jail)
    region.report_active(incident, ems, STOOD_DOWN)
    region.change_status(incident, MONITORING)
    region.add(incident, dispatch)
    region.report_active(incident, dispatch)
    assert boards_differ(region, incident, tmp_path, 5) == []
    assert [line.agency_id for line in region.board(incident)] == [each.id for each in region.agencies[:5]]


def test_one_that_comes_later_hears_of_the_lines_first_and_the_others_only_of_the_incident(region: Region) -> None:
    fire, ems, jail = region.agencies[:3]
    incident = region.open([fire.slug, ems.slug])
    region.now += HOUR
    region.report_active(incident, ems)
    before = len(region.mail(fire))

    changed = region.add(incident, jail)

    *lines, last = region.told(jail)
    assert [line.activation_board.agency_id for line in lines] == [ems.id, jail.id]  # fire's is as it is implied
    assert (tuple(last.incident_changed.agency_ids), last.incident_changed.version) == (changed.agency_ids, 2)
    [told] = region.told(fire)[before:]
    assert tuple(told.incident_changed.agency_ids) == (fire.id, ems.id, jail.id)


def test_who_cannot_be_added_is_named_and_nobody_is_told(region: Region) -> None:
    fire, ems, jail, police = region.agencies[:4]
    incident = region.open([fire.slug, ems.slug])
    with region.store.begin() as connection:
        agencies.set_membership(connection, jail.id, Membership.BANNED)
    mail = [len(region.mail(each)) for each in region.agencies]

    with pytest.raises(InvalidRequest, match=f"'{jail.slug}' was removed"):
        region.add(incident, police, jail)
    with pytest.raises(InvalidRequest, match=f"'{ems.slug}' takes part already"):
        region.add(incident, police, ems)
    with pytest.raises(InvalidRequest, match="named twice"):
        region.add(incident, police, police)
    with pytest.raises(InvalidRequest, match=f"name 1 to {MAX_ADDED} at a time"):
        region.add(incident)
    with pytest.raises(InvalidRequest, match=f"name 1 to {MAX_ADDED} at a time"):
        region.add(incident, *region.agencies[3:])
    region.change_status(incident, CLOSED)
    with pytest.raises(WrongState, match="closed"):
        region.add(incident, police)
    with pytest.raises(NotFound, match="no such incident"):
        region.add(Incident(**(vars(incident) | {"id": b"n" * 16})), police)

    assert [len(region.mail(each)) for each in region.agencies[2:]] == mail[2:]
    assert len(region.board(incident)) == 2


def test_t04_an_incident_that_the_hub_lost_is_opened_again_under_its_id(region: Region, tmp_path: Path) -> None:
    fire, ems, jail = region.agencies[:3]
    lost = region.open([fire.slug, ems.slug])
    region.report_active(lost, fire)
    region.report_active(lost, fire)
    with (
        region.store.begin() as connection
    ):  # as a backup from before has it; the mail that was sent stays with the nodes
        for statement in ("DELETE FROM activation", "DELETE FROM incident"):
            connection.exec_driver_sql(statement)
    region.epoch, region.now = 2, NOON + HOUR

    again = region.open([fire.slug, ems.slug], lost_id=lost.id)
    region.add(lost, jail)

    assert (again.id, again.version) == (lost.id, EPOCH_LEAP + 1)
    assert boards_differ(region, again, tmp_path, 3) == []
    assert {line.version for line in region.board(again)} == {EPOCH_LEAP + 1}


def test_an_id_is_given_only_for_an_incident_that_was_lost(region: Region) -> None:
    fire = region.agencies[0]
    known = region.open([fire.slug])

    with pytest.raises(WrongState, match="never restored"):
        region.open([fire.slug], lost_id=b"l" * 16)
    region.epoch = 2
    with pytest.raises(AlreadyExists, match="knows that incident"):
        region.open([fire.slug], lost_id=known.id)
    with pytest.raises(InvalidRequest, match=f"at most {MAX_ADDED} with --id"):
        region.open([each.slug for each in region.agencies], lost_id=b"l" * 16)

    with region.store.read() as connection:
        assert [each.id for each in incidents.list_incidents(connection)] == [known.id]
        assert [entry["action"] for entry in audit.list_entries(connection)] == ["incident open"]
