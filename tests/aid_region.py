"""A hub at work on requests for peers: three agencies of one region, bound by an agreement until a test says no."""

from collections.abc import Callable

from common.agreement.terms import DEFAULT_TERMS
from common.wire.v1.codes_pb2 import Discipline, IncidentType, Outcome
from common.wire.v1.notice_pb2 import PeerAidNotice
from common.wire.v1.report_pb2 import PeerAidCommand
from hub.domain.agency import Agency
from hub.domain.incident import Incident
from hub.domain.mutual_aid import PeerRequest
from hub.persistence import agreements, mutual_aid
from hub.persistence.agreements import AgreementSignature
from hub.persistence.schema import table_of
from hub.persistence.transaction import Transaction
from hub.use_cases.agreements import publish
from hub.use_cases.incidents import NewIncident, open_incident
from hub.use_cases.mutual_aid import aid_due
from tests.builders import NOON, NodeLedger, agency, peer_aid_report
from tests.intake_world import World

ID = b"\x01" * 16  # of the request that a test is about


class AidRegion:
    """The region of `World` with a third agency, a jail's."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.jail = agency("stonegate", discipline=Discipline.DISCIPLINE_CORRECTIONS)
        self.ledgers: dict[bytes, NodeLedger] = {
            world.fire.id: world.ledger,
            world.ems.id: world.other,
            self.jail.id: world.join(self.jail.id, new=self.jail),
        }
        self._publish()
        self.sign(world.fire, world.ems, self.jail)

    def say(self, by: Agency, *commands: PeerAidCommand) -> tuple[Outcome, ...]:
        batch = self.ledgers[by.id].batch(*(peer_aid_report(command) for command in commands))
        return self.world.push_one(batch).outcomes

    def told(self, to: Agency) -> list[PeerAidNotice]:
        mail = self.world.mail(to.id)
        return [notice.peer_aid_changed for notice in mail if notice.HasField("peer_aid_changed")]

    def last(self, to: Agency) -> tuple[int, int, dict[bytes, int]]:
        """What an agency was told last: status, how many are matched, and of whom."""
        told = self.told(to)[-1]
        return told.status, told.supporters_matched, {each.agency_id: each.supporters for each in told.matches}

    def stored(self) -> PeerRequest:
        with self.world.store.read() as connection:
            return mutual_aid.load_requests(connection, [ID])[ID]

    def command(self, use_case: Callable[[Transaction], object]) -> object:
        """Do what the writer does with a command."""
        with self.world.store.begin() as connection:
            tx = Transaction(connection, self.world.now)
            result = use_case(tx)
            tx.deliver()
        self.world.memory.forget()
        return result

    def tick(self, limit: int = 100) -> object:
        return self.command(lambda tx: aid_due(tx, self.world.now, limit))

    def _publish(self) -> None:
        self.command(lambda tx: publish("Region agreement", DEFAULT_TERMS, self.world.now, tx, self.world.now))

    def sign(self, *signers: Agency) -> None:
        signatures = [AgreementSignature(1, each.id, 1, bytes(64), self.world.now) for each in signers]
        self.command(lambda tx: agreements.add_signatures(tx.connection, signatures))

    def unsign(self, *agencies: Agency) -> None:
        """As if these had not signed the version that holds now."""
        ids = [each.id for each in agencies]
        table = table_of(agreements.AgreementSignatureRow)
        self.command(lambda tx: tx.connection.execute(table.delete().where(table.c.agency_id.in_(ids))))

    def open_incident(self, participants: list[Agency]) -> Incident:
        """An incident that these agencies take part in."""
        new = NewIncident(IncidentType.INCIDENT_TYPE_OTHER, "Mill fire", [each.slug for each in participants], NOON)
        opened = self.command(lambda tx: open_incident(new, tx, self.world.now))
        assert isinstance(opened, Incident)
        return opened
