"""A hub's store with two joined agencies, and the intake at work on it."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from common.errors import HoldfastError
from common.storage.store import Store
from common.wire.v1.codes_pb2 import IncidentType
from common.wire.v1.notice_pb2 import Notice
from hub.domain.credential import Node
from hub.domain.delivery import Batch
from hub.domain.incident import Incident
from hub.persistence import agencies, mailbox, nodes, streams
from hub.persistence.memory import Memory
from hub.persistence.transaction import Transaction
from hub.use_cases.incidents import NewIncident, open_incident
from hub.use_cases.intake import Accepted, Intake
from tests.builders import NOON, TRUST_DOMAIN, NodeLedger, agency


class World:
    """A hub's store with two joined agencies and an intake."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.hub_key = Ed25519PrivateKey.generate()
        self.intake = Intake(TRUST_DOMAIN, self.hub_key, hub_epoch=1)
        self.now = NOON
        self.memory = Memory()  # kept from group to group, as the writer keeps it
        self.fire, self.ems = agency("ridgeline-fire"), agency("cedar-valley-ems")
        self.ledger = self.join(self.fire.id, new=self.fire)
        self.other = self.join(self.ems.id, new=self.ems)

    def join(self, agency_id: bytes, *, new: object = None, node: int = 1) -> NodeLedger:
        ledger = NodeLedger(agency_id, node=node)
        with self.store.begin() as connection:
            if new is not None:
                agencies.add_agency(connection, new)  # type: ignore[arg-type]
            nodes.add_node(connection, Node(agency_id, node, ledger.bound_key, NOON, 0, None, None))
        return ledger

    def push(self, *batches: Batch) -> list[Accepted | HoldfastError]:
        """One group with these batches, committed."""
        with self.store.begin() as connection:
            tx = Transaction(connection, self.now, self.memory)
            answers = self.intake.apply(batches, tx, self.now)
            tx.deliver()
        return answers

    def push_one(self, batch: Batch) -> Accepted:
        (answer,) = self.push(batch)
        if isinstance(answer, HoldfastError):
            raise answer
        return answer

    def open_incident(self) -> Incident:
        new = NewIncident(IncidentType.INCIDENT_TYPE_STRUCTURE_FIRE, "Mill fire", [self.fire.slug], NOON)
        with self.store.begin() as connection:
            tx = Transaction(connection, self.now)
            incident = open_incident(new, tx, self.now)
            tx.deliver()
        self.memory.forget()
        return incident

    def reports(self) -> list[tuple[int, bytes, int]]:
        """Every stored report as (sequence, body, outcome), stream after stream."""
        with self.store.read() as connection:
            return [
                (report.sequence, report.body, report.outcome)
                for stream in streams.list_streams(connection)
                for report in streams.read_reports(connection, stream.number, 1, 10**9)
            ]

    def mail(self, agency_id: bytes) -> list[Notice]:
        with self.store.read() as connection:
            return [Notice.FromString(body) for _, body in mailbox.read_mail(connection, agency_id, 0, 1000)]
