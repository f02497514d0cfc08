"""Heartbeats of nodes as a hub hears them, and what it then sees."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import update

from common.wire.times import duration, timestamp
from common.wire.v1.codes_pb2 import DiskFreeBand
from common.wire.v1.uplink_pb2 import HeartbeatRequest
from hub.persistence.agencies import get_agency_by_slug, set_quarantined
from hub.persistence.credentials import CredentialRow
from hub.persistence.schema import table_of
from hub.persistence.transaction import Transaction
from hub.process import Hub
from tests.consoles import ServedHub
from tests.live_nodes import joined_node


def heartbeat(
    hub: Hub, *, clock_off: timedelta = timedelta(0), backup_age: timedelta | None = timedelta(hours=1), **said: Any
) -> HeartbeatRequest:
    """A heartbeat of a node that is well, unless something else is said."""
    usual = {
        "version_minor": 1,
        "head": 0,
        "queue_depth": 0,
        "disk_free": DiskFreeBand.DISK_FREE_BAND_20_PERCENT_OR_MORE,
    }
    now = hub.clock.now()
    made = HeartbeatRequest(node_time=timestamp(now + clock_off), started_at=timestamp(now), **(usual | said))
    if backup_age is not None:
        made.backup_age.CopyFrom(duration(backup_age))
    return made


class JoinedAgency:
    """An agency whose node has joined a served hub and does not run: what it says is said here."""

    def __init__(self, served: ServedHub, directory: Path, slug: str = "ridgeline-fire") -> None:
        """Join it."""
        self.served, self.hub, self.slug = served, served.running.process, slug
        served.wait_for(joined_node(served.running, directory / slug, slug=slug))

    def says(self, **said: Any) -> None:
        """Have the hub hear a heartbeat, and its pages show it."""

        async def hear() -> None:
            agency = await self.hub.reader.read(lambda connection: get_agency_by_slug(connection, self.slug))
            self.hub.health.note((agency.id, 1), heartbeat(self.hub, **said), self.hub.clock.now())
            await self.hub.node_watch.look()
            self.hub.changes.happened()

        self.served.wait_for(hear())

    def is_quarantined(self) -> None:
        """Have it quarantined."""

        def write(tx: Transaction, now: datetime) -> None:
            set_quarantined(tx.connection, get_agency_by_slug(tx.connection, self.slug).id, now)
            tx.allow_list_changed = True

        self.served.write(write)

    def has_certificate_until(self, end: datetime) -> None:
        """Have its certificate end at a moment."""

        def write(tx: Transaction, _: datetime) -> None:
            agency = get_agency_by_slug(tx.connection, self.slug)
            table = table_of(CredentialRow)
            tx.connection.execute(update(table).where(table.c.agency_id == agency.id).values(not_after=end))

        self.served.write(write)
