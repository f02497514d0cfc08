"""Calls that a coordinator notes: kept in the audit trail, shown with the incident, and nothing else changes."""

from functools import partial

import pytest

from common.errors import InvalidRequest, WrongState
from common.storage.store import Store
from common.wire.v1.codes_pb2 import IncidentStatus
from hub.persistence import calls
from hub.use_cases.calls import note_call_on_follow_up, note_call_on_incident
from hub.use_cases.incidents import change_status
from tests.coordinating import Coordination
from tests.incident_region import Region


def test_a_call_is_noted_for_an_agency_that_takes_part_while_the_incident_is_not_closed(store: Store) -> None:
    region = Region(store, 3)
    fire, ems, jail = region.agencies
    incident = region.open([fire.slug, ems.slug])
    mail = len(region.mail(ems))

    region.write(partial(note_call_on_incident, incident.id, ems.slug))
    with pytest.raises(InvalidRequest, match="takes no part in the incident"):
        region.write(partial(note_call_on_incident, incident.id, jail.slug))
    region.write(partial(change_status, incident.id, IncidentStatus.INCIDENT_STATUS_CLOSED))
    with pytest.raises(WrongState, match="the incident is closed"):
        region.write(partial(note_call_on_incident, incident.id, ems.slug))

    with store.read() as connection:
        steps = calls.list_steps(connection, incident.id.hex())
    assert [(each.what, each.agency) for each in steps] == [
        ("incident open", ""),
        ("incident called", ems.slug),
        ("incident closed", ""),
    ]
    assert len(region.mail(ems)) == mail + 1, "a call tells nobody; the closing does"


def test_a_call_about_a_follow_up_changes_nothing_of_it(store: Store) -> None:
    region = Coordination(store)
    held = region.opened(region.fire)
    before = region.state(held)

    region.do(partial(note_call_on_follow_up, held.hex(), region.fire.slug))
    with pytest.raises(InvalidRequest, match="has no part in this follow-up"):
        region.do(partial(note_call_on_follow_up, held.hex(), region.jail.slug))

    with store.read() as connection:
        assert [each.agency for each in calls.list_steps(connection, held.hex())] == [region.fire.slug]
    assert region.state(held) == before
