"""The hub's composition root: opens the data directory and puts the parts together. Nothing else knows them all.

1. The directory's lock comes first: a second process is refused before it touches the store.
2. Migrations run, then the writer starts.
3. `serve` opens the ports and the local socket; without it (a command on a stopped hub) the same parts work on the
   store.
4. `stop` drains: no new calls, watches end, what waits for the writer is committed, and the store is closed.

Source: DESIGN.md 5.
"""

import asyncio
import logging
from collections.abc import Iterable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import common.rpc.tls  # noqa: F401  (before grpc)

from common.clock import Clock, SystemClock
from common.errors import InvalidRequest, NotFound, WrongState
from common.identity.keys import load_ed25519
from common.notify.sender import Sender
from common.rpc.local import LocalServer
from common.settings import load_settings
from common.storage.files import read_private
from common.storage.lock import DirectoryLock
from common.storage.migration import migrate
from common.storage.store import Store
from common.web.live import Changes
from hub import migrations
from hub.domain.credential import Intermediate
from hub.escalation import Escalation
from hub.identity.issuing import Issuing
from hub.identity.server_certificate import ServerCertificate
from hub.node_health import NodeHealth
from hub.node_watch import NodeWatch
from hub.notify.desk import HubDesk
from hub.operations import operations_of
from hub.persistence.audit import TRAIL
from hub.persistence.database import open_embedded, open_postgresql
from hub.persistence.intermediates import get_active_intermediate
from hub.persistence.region import get_region
from hub.persistence.transaction import Transaction
from hub.reporting import LOOK_S, Reporting
from hub.rpc.access import ENROLLMENT, UPLINK, Access
from hub.rpc.enrollment import EnrollmentService
from hub.rpc.serving import Servers
from hub.rpc.uplink import Uplink
from hub.settings import SETTINGS_NAME, HubSettings
from hub.shared_heartbeats import SHARE_S, messages_of, take_in
from hub.store_reader import StoreReader
from hub.ticking import keep_ticking
from hub.use_cases.intake import Intake
from hub.wakeups import Ears, Listener
from hub.watchers import Watchers
from hub.writer import Writer

if TYPE_CHECKING:
    from common.web.serving import Serving

_log = logging.getLogger(__name__)


class Hub:
    """One hub process on one data directory."""

    def __init__(
        self,
        data: Path,
        settings: HubSettings,
        lock: DirectoryLock,
        store: Store,
        clock: Clock,
        certificate_clock: Clock | None = None,
    ) -> None:
        """Put the parts together; `open_hub` is the way to get one."""
        self.data = data
        self.settings = settings
        self.clock = clock
        self._lock = lock
        self._database_url = _database_url(settings)
        self.store = store
        self.schema_revision = migrate(self.store, migrations.FOLDER)
        with self.store.read() as connection:
            self.region = get_region(connection)
        self.ledger_key = load_ed25519(data / "secrets" / "ledger.key")
        self.reader = StoreReader(self.store)
        self.watchers = Watchers()
        self.changes = Changes()
        self.console: Serving | None = None
        self.health = NodeHealth()
        sign = partial(TRAIL.sign, key=self.ledger_key)
        with self.store.begin() as connection:
            sign(connection, whatever_was_written=True)  # lines from before there were signatures
        self.writer = Writer(self.store, clock, self._after_commit, self.region.hub_epoch, sign)
        self.escalation = Escalation(self.reader, self.writer.submit, clock)
        self.reporting = Reporting(self.reader, self.writer.submit, clock)
        self.node_watch = NodeWatch(self.reader, self.writer.submit, self.health, clock, self.changes.happened)
        self.notices = Sender(HubDesk(self.reader, self.writer.submit, settings, clock).desk())
        self.access = Access(self.region.trust_domain, clock, self.writer)
        self.intake = Intake(self.region.trust_domain, self.ledger_key, self.region.hub_epoch)
        # TLS judges certificates by the machine's clock: a hub that lives by another one must not issue by that.
        self.issuing = Issuing(data, self.region, settings, self.ledger_key.public_key(), certificate_clock)
        self.certificate = ServerCertificate(self.issuing, self._active_intermediate, certificate_clock or clock)
        self.servers = Servers()
        self._local: LocalServer | None = None
        self._listener: Listener | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to write and to watch over identities. Nothing is listened to yet."""
        self.writer.start()
        self.refresh_access()
        if self._database_url:
            url = self._database_url.replace("postgresql+psycopg://", "postgresql://", 1)
            hears = partial(take_in, health=self.health)
            ears = Ears(self._wake, self.refresh_access, hears, self.node_watch.begin_anew)
            self._listener = Listener(url, ears)
            self._listener.start()

    async def _open_console(self) -> None:
        """Serve the console; a hub whose console cannot be served works on, and says so."""
        if not self.settings.console_listen:
            return
        from hub.console import console_of  # a half of all that is loaded, for a command on a stopped hub too

        try:
            self.console = console_of(self)
        except (InvalidRequest, WrongState) as error:
            _log.error("the console is not served", extra={"because": str(error)})
            return
        await self.console.start()
        _log.info("the console is served", extra={"address": self.settings.console_origin})

    async def serve(self) -> None:
        """Open the ports and the local socket."""
        uplink = Uplink(
            access=self.access,
            writer=self.writer,
            intake=self.intake,
            watchers=self.watchers,
            reader=self.reader,
            health=self.health,
            renewing=self.issuing,
            clock=self.clock,
            hub_epoch=self.region.hub_epoch,
        )
        enrollment = EnrollmentService(self.writer, self.reader, self.issuing, self.clock)
        await self.servers.serve(UPLINK, self.settings.uplink_listen, uplink.handlers(), self.certificate.for_uplink)
        await self.servers.serve(
            ENROLLMENT, self.settings.enrollment_listen, enrollment.handlers(), self.certificate.for_enrollment
        )
        if self.settings.admin_listen:
            await self.servers.serve_admin(self.settings.admin_listen)
        self._local = LocalServer(self.data, operations_of(self))
        await self._local.start()
        self._tasks = [
            asyncio.create_task(self.watchers.keep_sweeping()),
            asyncio.create_task(self.escalation.keep_ticking()),
            asyncio.create_task(keep_ticking(self.reporting.look, LOOK_S)),
            asyncio.create_task(self.certificate.keep_fresh()),
            asyncio.create_task(self.node_watch.keep_looking()),
            asyncio.create_task(keep_ticking(self.share_heartbeats, SHARE_S)),
        ]
        self.notices.start()
        await self._open_console()
        _log.info("the hub serves", extra={"region": self.region.trust_domain, **self.servers.ports})

    async def stop(self) -> None:
        """Drain and close (4)."""
        self.changes.close()
        if self.console is not None:
            await self.console.close()
        for task in self._tasks:
            task.cancel()
        self.watchers.drain()
        await self.servers.stop()
        await self.access.settle()
        await self.notices.close()
        if self._local is not None:
            await self._local.close()
        if self._listener is not None:
            await self._listener.close()
        await self.writer.close()
        self.reader.close()
        self.store.close()
        self._lock.close()

    def refresh_access(self) -> None:
        """Read the allow-list again, and end the watches of those who are not on it any more."""
        with self.store.read() as connection:
            self.access.refresh(connection)
        self.watchers.sweep()

    async def share_heartbeats(self) -> None:
        """Tell the other processes on this store, if there may be any, what was heard since this was done last."""
        for message in messages_of(self.health.take_unshared()):
            if self._listener is not None:
                self._listener.tell(message)

    def _active_intermediate(self) -> Intermediate:
        with self.store.read() as connection:
            return get_active_intermediate(connection)

    def _wake(self, agency_ids: Iterable[bytes] | None = None) -> None:
        """Hear that another process of this hub wrote mail."""
        self.watchers.wake(agency_ids)
        self.changes.happened()

    def _after_commit(self, tx: Transaction) -> None:
        if tx.allow_list_changed:
            self.refresh_access()
        self.watchers.hand(tx.new_mail)
        if tx.new_mail or tx.allow_list_changed:
            self.changes.happened()


def open_hub(data: Path, clock: Clock | None = None, certificate_clock: Clock | None = None) -> Hub:
    """Open a hub's data directory for this process alone.

    Args:
        data: the directory.
        clock: what the hub's time is, deadlines included; the machine's, if left out.
        certificate_clock: when certificates begin, if by another clock than that.

    Raises:
        NotFound: there is no hub here.
        DirectoryHeld: another process works on it.
        WrongState: the store or a secret cannot be used; the message says what to do.
    """
    if not (data / SETTINGS_NAME).exists():
        raise NotFound(f"there is no hub in {data.name!r}: run `holdfast hub init`, or name its directory with --data")
    settings = load_settings(HubSettings, data / SETTINGS_NAME)
    with ExitStack() as taken:  # given back when a later part cannot be had
        lock = taken.enter_context(DirectoryLock(data, "a hub"))
        url = _database_url(settings)
        store = open_postgresql(url) if url else open_embedded(data)
        taken.callback(store.close)
        hub = Hub(data, settings, lock, store, clock or SystemClock(), certificate_clock)
        taken.pop_all()
    return hub


def _database_url(settings: HubSettings) -> str:
    if settings.database_url_file is None:
        return ""
    return read_private(settings.database_url_file).decode("utf-8").strip()
