"""Incidents opened at the hub, on both databases: what is stored, and what each participant is sent."""

from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select

from common.errors import InvalidRequest, NotFound
from common.storage.store import Store
from common.wire.v1.codes_pb2 import ActivationStatus, IncidentStatus, IncidentType
from common.wire.v1.notice_pb2 import Notice
from hub.domain.activation import Activation
from hub.domain.agency import Agency, Membership, Sender
from hub.domain.incident import MAX_PARTICIPANTS, Incident
from hub.persistence import agencies, audit, incidents, mailbox
from hub.persistence.schema import table_of
from hub.persistence.transaction import Transaction
from hub.rpc.uplink import with_cursor
from hub.use_cases.activations import ActivationBoards
from hub.use_cases.incidents import NewIncident, change_status, open_incident
from node.domain.activation import BoardLine
from node.persistence import incidents as node_incidents
from node.use_cases import notices
from tests.builders import NOON, activation_report, agency
from tests.nodes import NodeStore

PARTICIPANTS = 70  # more than one statement holds


class Region:
    """A hub's store with joined agencies."""

    def __init__(self, store: Store, count: int = PARTICIPANTS) -> None:
        self.store = store
        self.agencies = [agency(f"agency-{number:03}") for number in range(count)]
        with store.begin() as connection:
            for each in self.agencies:
                agencies.add_agency(connection, each)

    def open(self, slugs: list[str]) -> Incident:
        new = NewIncident(IncidentType.INCIDENT_TYPE_WILDLAND_FIRE, "Ridge fire", slugs, NOON)
        with self.store.begin() as connection:
            tx = Transaction(connection, NOON)
            incident = open_incident(new, tx, NOON)
            tx.deliver()
        return incident

    def report_active(self, incident: Incident, by: Agency) -> None:
        report = activation_report(incident.id)
        with self.store.begin() as connection:
            tx, boards = Transaction(connection, NOON), ActivationBoards()
            boards.load([report], tx)
            boards.apply(report, Sender(by.id, 1), NOON)
            boards.save(tx)
            tx.deliver()

    def change_status(self, incident: Incident, status: IncidentStatus) -> None:
        with self.store.begin() as connection:
            tx = Transaction(connection, NOON)
            change_status(incident.id, status, tx, NOON)
            tx.deliver()

    def mail(self, recipient: Agency) -> list[tuple[int, bytes]]:
        with self.store.read() as connection:
            return mailbox.read_mail(connection, recipient.id, 0, 1000)

    def board(self, incident: Incident) -> list[Activation]:
        with self.store.read() as connection:
            return incidents.get_board(connection, incident.id)[1]

    def count(self, row: type[mailbox.MailRow] | type[mailbox.NoticeRow]) -> int:
        with self.store.read() as connection:
            return connection.execute(select(func.count()).select_from(table_of(row))).scalar_one()


@pytest.fixture
def region(store: Store) -> Region:
    return Region(store)


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
    node = NodeStore(tmp_path)

    for cursor, body in region.mail(fire):
        node.write(partial(notices.apply, raw=with_cursor(cursor, body), now=NOON))

    at_node = node.read(lambda connection: node_incidents.list_board(connection, incident.id))
    node.store.close()
    assert {_of_node(line) for line in at_node} == {_of_hub(line) for line in region.board(incident)}
    assert sorted(line.version for line in at_node) == [1, 1, 2]


def _of_hub(line: Activation) -> tuple[object, ...]:
    return line.agency_id, line.status, line.version, line.changed_at, line.supporters_deployed


def _of_node(line: BoardLine) -> tuple[object, ...]:
    return line.agency_id, line.status, line.version, line.changed_at, line.counts.supporters_deployed
