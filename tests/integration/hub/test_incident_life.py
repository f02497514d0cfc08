"""An incident's later life at the hub, on both databases: first active, closed, found by its id; and the directory."""

from datetime import timedelta

import pytest

from common.errors import InvalidRequest, NotFound, WrongState
from common.storage.store import Store
from common.wire.v1.codes_pb2 import ActivationStatus, IncidentStatus
from hub.domain.agency import Agency, Membership
from hub.domain.incident import Incident
from hub.persistence import agencies, audit, incidents
from hub.persistence.region import Region as RegionRow
from hub.persistence.region import add_region
from hub.use_cases.directory import Listing, set_listing
from hub.use_cases.incidents import change_status
from hub.use_cases.typed_ids import get_incident_id, get_request_id
from tests.builders import NOON, TRUST_DOMAIN, activation_report
from tests.incident_region import Region

CLOSED = IncidentStatus.INCIDENT_STATUS_CLOSED
ACKNOWLEDGED = ActivationStatus.ACTIVATION_STATUS_ACKNOWLEDGED
ACTIVE = ActivationStatus.ACTIVATION_STATUS_ACTIVE
STOOD_DOWN = ActivationStatus.ACTIVATION_STATUS_STOOD_DOWN
MINUTE = timedelta(minutes=1)


@pytest.fixture
def region(store: Store) -> Region:
    return Region(store, 3)


def close(region: Region, incident: Incident, **how: int) -> Incident:
    return region.write(lambda tx, now: change_status(incident.id, CLOSED, tx, now, **how))  # type: ignore[arg-type]


def test_when_a_team_was_first_active_is_kept_whatever_it_reports_later(region: Region) -> None:
    fire, ems, jail = region.agencies
    incident = region.open([fire.slug, ems.slug, jail.slug])
    for by, statuses in ((fire, [ACKNOWLEDGED, ACTIVE, STOOD_DOWN, ACTIVE]), (ems, [ACKNOWLEDGED])):
        for number, status in enumerate(statuses, 1):
            region.now = NOON + number * MINUTE
            region.report_active(incident, by, status)
    # What waited while the node was offline comes in one group.
    region.report(jail, *(activation_report(incident.id, status=status) for status in (ACTIVE, STOOD_DOWN)))

    lines = region.board(incident)

    assert [line.first_active_at for line in lines] == [NOON + 2 * MINUTE, None, region.now]
    assert [line.status for line in lines] == [ACTIVE, ACKNOWLEDGED, STOOD_DOWN]


def test_an_incident_closes_when_its_follow_ups_are_closed_or_on_purpose(region: Region) -> None:
    incident = region.open([region.agencies[0].slug])
    mail = region.mail(region.agencies[0])

    with pytest.raises(WrongState, match=r"^3 follow-ups of this incident are open: .*--keep-open"):
        close(region, incident, open_follow_ups=3)
    with pytest.raises(WrongState, match=r"^1 follow-up of this incident is open"):
        close(region, incident, open_follow_ups=1)
    assert region.mail(region.agencies[0]) == mail

    region.now += MINUTE
    closed = close(region, incident, open_follow_ups=3, keep_open=True)

    with region.store.read() as connection:
        assert incidents.get_board(connection, incident.id)[0] == closed
        outcomes = [entry["outcome"] for entry in audit.list_entries(connection)]
    assert (closed.is_closed, closed.closed_at) == (True, region.now)
    assert outcomes == ["done", "done, follow-ups kept open: 3"]


def test_an_incident_moves_on_whatever_follow_ups_are_open(region: Region) -> None:
    incident = region.open([region.agencies[0].slug])

    moved = region.write(
        lambda tx, now: change_status(
            incident.id, IncidentStatus.INCIDENT_STATUS_MONITORING, tx, now, open_follow_ups=3
        )
    )

    assert (moved.status, moved.closed_at) == (IncidentStatus.INCIDENT_STATUS_MONITORING, None)


def test_the_first_digits_of_an_id_are_enough_where_nothing_else_begins_so(region: Region) -> None:
    region.epoch = 2
    ids = [bytes.fromhex(start.ljust(32, end)) for start, end in (("abcd1", "0"), ("abcd1", "f"), ("abce", "0"))]
    for incident_id in ids:
        region.open([region.agencies[0].slug], lost_id=incident_id)

    with region.store.read() as connection:
        assert get_incident_id(connection, "ABCE") == ids[2]
        assert get_incident_id(connection, "abcd1f") == ids[1]
        assert get_incident_id(connection, ids[0].hex()) == ids[0]
        with pytest.raises(InvalidRequest, match="^incident: 2 incidents start with abcd1: give more of the id$"):
            get_incident_id(connection, "abcd1")
        with pytest.raises(NotFound, match="knows no incident abcf: `holdfast hub incident list` lists them"):
            get_incident_id(connection, "abcf")
        for typed in ("abc", "", "wxyz", "abcd" * 9):
            with pytest.raises(InvalidRequest, match="first 4 or more hex digits"):
                get_incident_id(connection, typed)
        with pytest.raises(NotFound, match="knows no request abce: `holdfast hub incident requests`"):
            get_request_id(connection, "abce")


def set_contact(region: Region, of: Agency, text: str) -> None:
    region.write(lambda tx, now: set_listing(of.slug, Listing(duty_contact=text), tx, now))


def test_a_duty_contact_is_told_to_every_joined_agency_and_stands_in_no_trail(region: Region) -> None:
    fire, ems, jail = region.agencies
    with region.store.begin() as connection:
        add_region(connection, RegionRow(TRUST_DOMAIN, "Ridgeline", 1, NOON))
        agencies.set_membership(connection, jail.id, Membership.EVICTED)

    set_contact(region, fire, "Duty officer, +1 555 0100")
    set_contact(region, fire, "")  # at the same moment of the hub's clock
    region.now -= MINUTE  # and before it
    set_contact(region, fire, "Night desk, +1 555 0199")

    directories = [notice.directory for notice in region.told(ems)]
    contacts = [{entry.agency_id: entry.duty_contact for entry in each.entries}[fire.id] for each in directories]
    assert contacts == ["Duty officer, +1 555 0100", "", "Night desk, +1 555 0199"]
    versions = [each.version for each in directories]
    assert versions == sorted(set(versions))  # a node takes only a newer one
    assert region.told(jail) == []
    with region.store.read() as connection:
        assert agencies.get_agency(connection, fire.id).duty_contact == "Night desk, +1 555 0199"
        assert "555" not in str(audit.list_entries(connection))


def test_what_changes_nothing_is_told_to_nobody(region: Region) -> None:
    set_contact(region, region.agencies[0], "")

    assert [region.mail(each) for each in region.agencies] == [[]] * 3


@pytest.mark.parametrize("text", ["two\nlines", "\x1b[2J", "   ", "x" * 201, "nul\x00", "\u202ederoved"])
def test_t07_what_a_directory_says_is_one_line_that_can_be_read(text: str) -> None:
    for field in ("duty_contact", "name"):
        with pytest.raises(InvalidRequest, match=f"^{field}: "):
            Listing(**{field: text})
    with pytest.raises(InvalidRequest, match="^jurisdiction: "):
        Listing(jurisdiction=text)
