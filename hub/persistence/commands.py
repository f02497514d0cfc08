"""Which commands were answered, and how: the same command id again gets the same answer, whatever stream it comes in.

Source: DOMAIN.md 4, rule 7.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, ForeignKey, LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from common.wire.v1.codes_pb2 import Outcome
from hub.persistence.bulk import BulkInsert, BulkSelect
from hub.persistence.schema import Base, table_of


class AnsweredCommandRow(Base):
    __tablename__ = "answered_command"
    __table_args__ = ({"sqlite_with_rowid": False},)

    command_id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    agency_id: Mapped[bytes] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    outcome: Mapped[int] = mapped_column(SmallInteger)


_ADD = BulkInsert(table_of(AnsweredCommandRow), "command_id", "agency_id", "outcome")
_KNOWN = BulkSelect(
    "SELECT c.agency_id, c.command_id, c.outcome FROM {keys} CROSS JOIN answered_command AS c "
    "WHERE c.command_id = v.column1",
    (b"",),
)

CommandKey = tuple[bytes, bytes]  # agency id, command id


def load_answers(connection: Connection, command_ids: Iterable[bytes]) -> dict[CommandKey, Outcome]:
    """Give the answers to those of these commands that were answered before."""
    rows = _KNOWN.run(connection, [(id_,) for id_ in command_ids])
    return {(bytes(agency_id), bytes(command_id)): outcome for agency_id, command_id, outcome in rows}


def add_answers(connection: Connection, answers: Mapping[CommandKey, Outcome]) -> None:
    """Store the answers to commands."""
    _ADD.run(connection, [(command_id, agency_id, answer) for (agency_id, command_id), answer in answers.items()])
