"""Announces to the hub's coordinators that something waits on their queue, in the transaction of the event.

Many follow-ups may escalate at once: one notice in ten minutes says it for all. It names none of them.

Source: DOMAIN.md 2, "Notices to people"; 4, rule 4.
"""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Connection

from common.notify.catalogue import Kind
from common.notify.notice import Event
from hub.persistence.people_notices import QUEUE, list_recipients
from hub.persistence.transaction import Transaction

TOGETHER = timedelta(minutes=10)


def announce_escalation(tx: Transaction) -> None:
    """Have every coordinator of this hub told, once in a while."""
    tx.once_at_the_end("escalation", lambda: announce(tx.connection, Kind.ESCALATION, tx.now))


def announce(connection: Connection, kind: Kind, now: datetime) -> None:
    """Put a notice of this kind into the queue for everybody who wants it, unless one just was."""
    number = int(now.timestamp() // TOGETHER.total_seconds())
    about = hashlib.sha256(f"holdfast hub notice {kind.value} {number}".encode()).digest()[:16]
    announce_event(connection, Event(kind, about, now), now)


def announce_event(connection: Connection, event: Event, now: datetime) -> None:
    """Put a notice of an event into the queue for everybody who wants its kind, once for each event."""
    wanted = [
        (each.id, way, each.chosen.not_before(now, each.zone))
        for each in list_recipients(connection)
        for way in each.chosen.ways_for(event.kind)
    ]
    if wanted:
        QUEUE.add(connection, event, 0, wanted, now)


def announce_test(connection: Connection, recipient_id: bytes, now: datetime) -> list[str]:
    """Put a test into the queue for one person; gives the ways it goes."""
    [to] = [each for each in list_recipients(connection) if each.id == recipient_id]
    about = hashlib.sha256(b"holdfast hub notice test" + recipient_id + now.isoformat().encode()).digest()[:16]
    ways = to.chosen.ways_for(Kind.TEST)
    QUEUE.add(connection, Event(Kind.TEST, about, now), 0, [(to.id, way, now) for way in ways], now)
    return [way.value for way in ways]
