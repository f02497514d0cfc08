"""A hub's store with joined agencies that coordinators work on, and what each agency's node makes of its mail."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import func, select

from common.storage.store import Store
from common.wire.v1.codes_pb2 import ActivationStatus, IncidentStatus, IncidentType, Outcome
from common.wire.v1.notice_pb2 import Notice
from common.wire.v1.report_pb2 import Report
from hub.domain.activation import Activation
from hub.domain.agency import Agency, Sender
from hub.domain.incident import Incident
from hub.persistence import agencies, incidents, mailbox
from hub.persistence.schema import table_of
from hub.persistence.transaction import Transaction
from hub.rpc.uplink import with_cursor
from hub.use_cases.incidents import NewIncident, add_participants, change_status, open_incident
from hub.use_cases.notices import board_notice
from hub.use_cases.subjects import Subjects
from node.domain.activation import BoardLine, Counts
from node.persistence import incidents as node_incidents
from node.use_cases import notices
from tests.builders import NOON, TRUST_DOMAIN, activation_report, agency
from tests.nodes import NodeStore

T = TypeVar("T")
ACTIVE = ActivationStatus.ACTIVATION_STATUS_ACTIVE


class Region:
    """A hub's store with joined agencies, and a clock moved by hand."""

    def __init__(self, store: Store, count: int) -> None:
        self.store = store
        self.now = NOON
        self.epoch = 1
        self.agencies = [agency(f"agency-{number:03}") for number in range(count)]
        with store.begin() as connection:
            for each in self.agencies:
                agencies.add_agency(connection, each)

    def write(self, command: Callable[[Transaction, datetime], T]) -> T:
        """Run a command as the writer does: what it raises leaves nothing behind."""
        with self.store.begin() as connection:
            tx = Transaction(connection, self.now, hub_epoch=self.epoch)
            result = command(tx, self.now)
            tx.deliver()
        return result

    def open(self, slugs: list[str], *, lost_id: bytes | None = None) -> Incident:
        new = NewIncident(IncidentType.INCIDENT_TYPE_WILDLAND_FIRE, "Ridge fire", slugs, NOON, id=lost_id)
        return self.write(lambda tx, now: open_incident(new, tx, now))

    def add(self, incident: Incident, *added: Agency) -> Incident:
        return self.write(lambda tx, now: add_participants(incident.id, [each.slug for each in added], tx, now))

    def report(self, by: Agency, *reports: Report) -> list[Outcome]:
        """One group with these reports of one agency, taken in."""

        def take(tx: Transaction, now: datetime) -> list[Outcome]:
            tx.memory.standings |= agencies.load_standings(tx.connection, [by.id])
            subjects = Subjects(TRUST_DOMAIN)
            subjects.load(list(reports), tx)
            outcomes = [subjects.apply(report, Sender(by.id, 1), now) for report in reports]
            subjects.save(tx)
            return outcomes

        return self.write(take)

    def report_active(self, incident: Incident, by: Agency, status: ActivationStatus = ACTIVE) -> None:
        self.report(by, activation_report(incident.id, status=status))

    def change_status(self, incident: Incident, status: IncidentStatus) -> Incident:
        return self.write(lambda tx, now: change_status(incident.id, status, tx, now))

    def mail(self, recipient: Agency) -> list[tuple[int, bytes]]:
        with self.store.read() as connection:
            return mailbox.read_mail(connection, recipient.id, 0, 1000)

    def told(self, recipient: Agency) -> list[Notice]:
        return [Notice.FromString(body) for _, body in self.mail(recipient)]

    def board(self, incident: Incident) -> list[Activation]:
        with self.store.read() as connection:
            return incidents.get_board(connection, incident.id)[1]

    def board_told(self, incident: Incident) -> set[BoardLine]:
        """The hub's board as nodes hold one."""
        return {_as_at_node(line) for line in self.board(incident)}

    def board_at_node_of(self, recipient: Agency, incident: Incident, directory: Path) -> set[BoardLine]:
        """The board that an agency's mail makes on a new node, read from the beginning."""
        directory.mkdir(exist_ok=True)
        node = NodeStore(directory)
        for cursor, body in self.mail(recipient):
            node.write(partial(notices.apply, raw=with_cursor(cursor, body), now=NOON))
        lines = node.read(partial(node_incidents.list_board, incident_id=incident.id))
        node.store.close()
        return set(lines)

    def count(self, row: type[mailbox.MailRow] | type[mailbox.NoticeRow]) -> int:
        with self.store.read() as connection:
            return connection.execute(select(func.count()).select_from(table_of(row))).scalar_one()


def _as_at_node(line: Activation) -> BoardLine:
    """A line with all that is told of it."""
    told = board_notice(line).activation_board
    names = [name for name in Counts.__dataclass_fields__ if getattr(line, name) is not None]
    counts = Counts(**{name: getattr(told, name) for name in names})
    return BoardLine(
        line.incident_id, line.agency_id, line.status, line.decline_reason, counts, line.changed_at, line.version
    )
