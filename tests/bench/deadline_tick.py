"""How long one tick of the hub's clock takes over many open follow-ups of which some are due.

The tick is the writer's whole command, as the running hub submits it: find what is due, decide, write, tell, commit.
Limit: as many rows of the same table updated, and as many notices and pieces of mail inserted, by SQLAlchemy Core's
executemany in one commit on the same store.
"""

import asyncio
import os
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Self

from sqlalchemy import bindparam, insert, update

import hub.persistence.tables  # noqa: F401  (every table is declared)
from common.clock import SystemClock
from common.followup.state import OFFERED, FollowUp
from common.storage.store import Store
from hub.escalation import run_all
from hub.persistence import agencies, follow_ups
from hub.persistence.follow_ups import FollowUpRow
from hub.persistence.mailbox import MailRow, NoticeRow
from hub.persistence.schema import Base, table_of
from hub.persistence.transaction import Transaction
from hub.writer import Writer
from tests.bench.coordination import agree, open_many
from tests.bench.measurement import Line, Scale, line, median, shown
from tests.bench.region import add_incident
from tests.builders import agency
from tests.stores import KINDS, empty_store

FOLLOW_UPS = 100_000
DUE = 100
TICKS = 11
AGENCIES = 16
FILLED_AT_ONCE = 10_000
NOTICE_BYTES = 200  # one about a follow-up has about as many


class Ticking:
    """A store with many open follow-ups, and the writer that ticks on it."""

    def __init__(self, store: Store) -> None:
        """Fill the store."""
        self._store = store
        self._clock = SystemClock()
        self._writer = Writer(store, self._clock, self._note)
        self._mail: list[tuple[int, int]] = []  # of each tick: notices, pieces of mail
        self._agency_ids = [os.urandom(16) for _ in range(AGENCIES)]
        self._nobodys = os.urandom(16)  # whose mailbox the limit fills
        with store.begin() as connection:
            Base.metadata.create_all(connection)
            tx = Transaction(connection, self._clock.now())
            incident_id = _add_region(self._agency_ids, tx)
            agree(self._agency_ids, tx)
            tx.deliver()
            agencies.add_agency(connection, agency("nobody", id=self._nobodys))
        self._follow_ups = self._fill(incident_id)
        self.ticks_ms: list[float] = []
        self.bare_ms: list[float] = []

    async def tick(self) -> None:
        """Have another hundred fall due, and tick."""
        with self._store.begin() as connection:
            follow_ups.save_follow_ups(connection, [self._due(number) for number in range(DUE)])
        started = perf_counter()
        done = await self._writer.submit(run_all)
        self.ticks_ms.append((perf_counter() - started) * 1000)
        if done != DUE:
            raise AssertionError(f"{done} follow-ups were due, not {DUE}")

    def bare_tick(self) -> None:
        """Write what the tick before wrote, and nothing else."""
        notices, mail = self._mail[-1]
        now, changed = self._clock.now(), [next(self._follow_ups) for _ in range(DUE)]
        ids = [os.urandom(16) for _ in range(notices)]
        rows = [
            {"b_id": each.id, "version": 2, "changed_at": now, "escalation": 2, "escalations": 1}
            | {"escalate_at": now + timedelta(hours=4), "due_at": now + timedelta(hours=4)}
            for each in changed
        ]
        started, first = perf_counter(), 1 + sum(pieces for _, pieces in self._mail[:-1])
        with self._store.begin() as connection:
            connection.execute(_UPDATE, rows)
            connection.execute(
                _ADD_NOTICES, [{"id": id_, "body": bytes(NOTICE_BYTES), "issued_at": now} for id_ in ids]
            )
            connection.execute(
                _ADD_MAIL,
                [
                    {"agency_id": self._nobodys, "cursor": first + number, "notice_id": ids[number % notices]}
                    for number in range(mail)
                ],
            )
        self.bare_ms.append((perf_counter() - started) * 1000)

    def forget_first(self) -> None:
        """Leave out what filled caches."""
        del self.ticks_ms[0], self.bare_ms[0]

    @property
    def told(self) -> tuple[int, int]:
        """Notices and pieces of mail of a tick."""
        return self._mail[-1]

    async def __aenter__(self) -> Self:
        self._writer.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._writer.close()

    def _fill(self, incident_id: bytes) -> Iterator[FollowUp]:
        opened: list[FollowUp] = []
        while len(opened) < FOLLOW_UPS:
            with self._store.begin() as connection:
                tx = Transaction(connection, self._clock.now())
                opened += open_many(incident_id, self._agency_ids, FILLED_AT_ONCE, tx)
        random.shuffle(opened)  # those that fall due together do not lie together
        return iter(opened)

    def _due(self, number: int) -> FollowUp:
        """Give the next follow-up with a deadline that has just passed: an offer's, or the first contact's."""
        each, now = next(self._follow_ups), self._clock.now()
        if number % 2:
            return replace(each, contact_by=now, escalate_at=now)
        asked = self._agency_ids[(self._agency_ids.index(each.accountable) + 1) % AGENCIES]
        return replace(each, offer=OFFERED, offered_to=(asked,), offer_version=each.version, accept_by=now)

    def _note(self, tx: Transaction) -> None:
        mail = [each for mailbox in tx.new_mail.values() for each in mailbox]
        self._mail.append((len({body for _, body in mail}), len(mail)))


_FOLLOW_UP = table_of(FollowUpRow)
_CHANGED = ("version", "changed_at", "escalation", "escalations", "escalate_at", "due_at")
_UPDATE = (
    update(_FOLLOW_UP)
    .where(_FOLLOW_UP.c.id == bindparam("b_id"))
    .values({name: bindparam(name, type_=_FOLLOW_UP.c[name].type) for name in _CHANGED})
)
_ADD_NOTICES, _ADD_MAIL = insert(table_of(NoticeRow)), insert(table_of(MailRow))


def measure(_: Scale) -> Iterator[Line]:
    """Measure a tick in which a hundred of a hundred thousand follow-ups are due."""
    for kind in KINDS:
        with TemporaryDirectory(prefix="holdfast-bench-") as directory:
            store = empty_store(kind, Path(directory), durable=True)
            try:
                yield asyncio.run(_measure(kind, store))
            finally:
                store.close()


async def _measure(kind: str, store: Store) -> Line:
    async with Ticking(store) as ticking:
        for _ in range(TICKS + 1):
            await ticking.tick()
            ticking.bare_tick()
    ticking.forget_first()
    notices, mail = ticking.told
    return line(
        "deadline_tick",
        median(ticking.ticks_ms),
        "ms",
        median(ticking.bare_ms),
        store=kind,
        follow_ups=FOLLOW_UPS,
        due=DUE,
        notices=notices,
        mail=mail,
        rounds=shown(ticking.ticks_ms),
        rounds_bare=shown(ticking.bare_ms),
    )


def _add_region(agency_ids: list[bytes], tx: Transaction) -> bytes:
    """Store agencies that joined, and an incident in which all take part; give its id."""
    for number, agency_id in enumerate(agency_ids):
        agencies.add_agency(tx.connection, agency(f"agency-{number}", id=agency_id))
    return add_incident(tx, agency_ids)
