"""What the agency asked the hub to open, and the hub's answers."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Connection, LargeBinary, SmallInteger, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from node.domain.incident_request import Answer
from node.persistence import outbox
from node.persistence.outbox import OutboxEntry
from node.persistence.schema import Base, table_of

KIND = "incident_request"


class AnswerRow(Base):
    __tablename__ = "incident_request_answer"
    __table_args__ = (CheckConstraint("(incident_id IS NULL) <> (decline_reason IS NULL)", name="one_of_two"),)

    command_id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    incident_id: Mapped[bytes | None] = mapped_column(LargeBinary)
    decline_reason: Mapped[int | None] = mapped_column(SmallInteger)
    heard_at: Mapped[datetime] = mapped_column(UtcDateTime)


_TABLE = table_of(AnswerRow)


def save_answer(connection: Connection, answer: Answer) -> None:
    """Store an answer in place of an earlier one to the same request."""
    connection.execute(delete(_TABLE).where(_TABLE.c.command_id == answer.command_id))
    connection.execute(insert(_TABLE), vars(answer))


def list_requests(connection: Connection) -> list[tuple[OutboxEntry, Answer | None]]:
    """List what was asked for, the newest first, each once: its report may have gone into a new stream again."""
    answers = {
        bytes(row.command_id): Answer(
            bytes(row.command_id),
            None if row.incident_id is None else bytes(row.incident_id),
            row.decline_reason,
            row.heard_at,
        )
        for row in connection.execute(select(_TABLE))
    }
    newest: dict[bytes, OutboxEntry] = {}
    for entry in outbox.list_of_kind(connection, KIND):
        newest.setdefault(entry.command_id, entry)
    return [(entry, answers.get(command_id)) for command_id, entry in newest.items()]
