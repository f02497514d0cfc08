"""What is to be said to whom: written in the transaction of the event, sent afterwards, kept until it is old.

1. About one event, one person gets one notice by one way, however often the event is announced.
2. A notice is taken with its next try already written down; then it is sent; then it is marked. A process killed
   between the last two sends it again: it may come twice, and never not at all. Its id is the same both times (mail:
   Message-ID; pager: `id`), so that a server can tell.
3. What became pointless, because somebody acted or its time passed, is not sent any more.
4. Rows hold kinds, ids and times. What a notice is about is a digest.

Each side declares its table once, on its own metadata.

Source: DOMAIN.md 2, "Notices to people"; TRUST.md d01.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Index,
    LargeBinary,
    MetaData,
    Row,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    delete,
    func,
    insert,
    select,
    update,
)

from common.ids import new_id
from common.notify.catalogue import Kind
from common.notify.notice import Event, Notice, State
from common.notify.preference import Way
from common.notify.retrying import NEXT_AFTER, is_given_up, next_try
from common.storage.columns import UtcDateTime

MOST_AT_ONCE = 20
KEPT = timedelta(days=30)  # after it ended
NOBODY = bytes(16)  # the recipient of what could be said to nobody


@dataclass(frozen=True)
class Queue:
    """One side's queue."""

    table: Table

    def add(
        self,
        connection: Connection,
        event: Event,
        step: int,
        recipients: Iterable[tuple[bytes, Way, datetime]],
        now: datetime,
    ) -> int:
        """Add a notice for each (person, way, not before) that has none about this event yet (1); tell how many."""
        table = self.table
        told = select(table.c.recipient, table.c.way).where(table.c.about == event.about)
        already = {(bytes(row.recipient), row.way) for row in connection.execute(told)}
        wanted = {(recipient, way.value): held for recipient, way, held in recipients}
        rows = [
            _row(event, recipient, way, step, now, held)
            for (recipient, way), held in wanted.items()
            if (recipient, way) not in already
        ]
        if rows:
            connection.execute(insert(table), rows)
        return len(rows)

    def add_for_nobody(self, connection: Connection, event: Event, step: int, now: datetime) -> None:
        """Take down that there was nobody to tell, for the list."""
        about = select(self.table.c.id).where(self.table.c.about == event.about, self.table.c.recipient == NOBODY)
        if connection.execute(about).first() is None:
            ended = {"state": State.GIVEN_UP.value, "trouble": "nobody to tell", "ended_at": now}
            connection.execute(insert(self.table), _row(event, NOBODY, "", step, now, now) | ended)

    def withdraw(self, connection: Connection, about: bytes, now: datetime) -> None:
        """Stop what still waits about an event: somebody acted (3)."""
        self._end(connection, State.OVERTAKEN, now, self.table.c.about == about)

    def take(self, connection: Connection, now: datetime) -> list[Notice]:
        """Take what is due, with the next try written down (2)."""
        table = self.table
        self._end(connection, State.OVERTAKEN, now, table.c.expires_at <= now)
        due = select(table).where(table.c.state == State.WAITING.value, table.c.due_at <= now)
        taken = [_notice(row) for row in connection.execute(due.order_by(table.c.due_at).limit(MOST_AT_ONCE))]
        for notice in taken:
            tries = notice.attempts + 1
            again = update(table).where(table.c.id == notice.id)
            connection.execute(again.values(attempts=tries, due_at=next_try(tries, now)))
        return taken

    def sent(self, connection: Connection, notice_id: bytes, now: datetime) -> None:
        """Note that a server took it."""
        done = update(self.table).where(self.table.c.id == notice_id)
        connection.execute(done.values(state=State.SENT.value, trouble="", ended_at=now))

    def failed(self, connection: Connection, notice: Notice, trouble: str, is_final: bool, now: datetime) -> None:
        """Note why it could not be sent; give it up when that is final, or has lasted."""
        kept: dict[str, Any] = {"trouble": trouble}
        if is_final or is_given_up(notice.created_at, notice.held_until, now):
            kept |= {"state": State.GIVEN_UP.value, "ended_at": now}
        same = (self.table.c.id == notice.id) & (self.table.c.state == State.WAITING.value)
        connection.execute(update(self.table).where(same).values(**kept))

    def undelivered(self, connection: Connection, now: datetime) -> list[tuple[Event, int]]:
        """List events of which nobody was told in good time, each with the step after the last one tried."""
        table = self.table
        open_ = select(table.c.about).where(
            table.c.state.in_([State.WAITING.value, State.GIVEN_UP.value]), table.c.recipient != NOBODY
        )
        reached = select(table.c.about).where(
            (table.c.state.in_([State.SENT.value, State.OVERTAKEN.value])) | (table.c.recipient == NOBODY)
        )
        query = select(table).where(table.c.about.in_(open_), table.c.about.not_in(reached))
        last: dict[bytes, Notice] = {}
        for notice in map(_notice, connection.execute(query.order_by(table.c.step, table.c.id))):
            last[notice.event.about] = notice
        return [
            (notice.event, notice.step + 1)
            for notice in last.values()
            if notice.state is State.GIVEN_UP or now - max(notice.created_at, notice.held_until) >= NEXT_AFTER
        ]

    def list_(self, connection: Connection, limit: int = 200) -> Sequence[Notice]:
        """List notices, the newest first."""
        query = select(self.table).order_by(self.table.c.created_at.desc(), self.table.c.id).limit(limit)
        return [_notice(row) for row in connection.execute(query)]

    def next_due(self, connection: Connection) -> datetime | None:
        """Tell when the next one is due; None when nothing waits."""
        waiting = select(func.min(self.table.c.due_at)).where(self.table.c.state == State.WAITING.value)
        due: datetime | None = connection.execute(waiting).scalar_one()
        return due

    def forget_old(self, connection: Connection, now: datetime) -> None:
        """Delete what ended long ago."""
        connection.execute(delete(self.table).where(self.table.c.ended_at < now - KEPT))

    def _end(self, connection: Connection, state: State, now: datetime, which: Any) -> None:
        waiting = update(self.table).where(which, self.table.c.state == State.WAITING.value)
        connection.execute(waiting.values(state=state.value, ended_at=now))


def declare_queue(metadata: MetaData) -> Queue:
    """Declare the table on one side's metadata."""
    table = Table(
        "people_notice",
        metadata,
        Column("id", LargeBinary, primary_key=True),
        Column("kind", String(32), nullable=False),
        Column("about", LargeBinary, nullable=False),
        Column("recipient", LargeBinary, nullable=False),
        Column("way", String(8), nullable=False),
        Column("step", SmallInteger, nullable=False),
        Column("at", UtcDateTime, nullable=True),
        Column("expires_at", UtcDateTime, nullable=True),
        Column("created_at", UtcDateTime, nullable=False),
        Column("held_until", UtcDateTime, nullable=False),
        Column("due_at", UtcDateTime, nullable=False),
        Column("attempts", SmallInteger, nullable=False),
        Column("state", String(12), nullable=False),
        Column("trouble", String(40), nullable=False),
        Column("ended_at", UtcDateTime, nullable=True),
        UniqueConstraint("about", "recipient", "way"),
    )
    Index(None, table.c.state, table.c.due_at)
    return Queue(table)


def _row(event: Event, recipient: bytes, way: str, step: int, now: datetime, held: datetime) -> dict[str, Any]:
    return {
        "id": new_id(now),
        "kind": event.kind.value,
        "about": event.about,
        "recipient": recipient,
        "way": way,
        "step": step,
        "at": event.at,
        "expires_at": event.expires_at,
        "created_at": now,
        "held_until": held,
        "due_at": held,
        "attempts": 0,
        "state": State.WAITING.value,
        "trouble": "",
        "ended_at": None,
    }


def _notice(row: Row[Any]) -> Notice:
    return Notice(
        id=bytes(row.id),
        event=Event(Kind(row.kind), bytes(row.about), row.at, row.expires_at),
        recipient=bytes(row.recipient),
        way=Way(row.way or Way.MAIL),
        step=row.step,
        created_at=row.created_at,
        held_until=row.held_until,
        due_at=row.due_at,
        attempts=row.attempts,
        state=State(row.state),
        trouble=row.trouble,
        ended_at=row.ended_at,
    )
