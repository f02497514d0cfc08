"""The hub's composition root: opens the data directory and puts the parts together. Nothing else knows them all.

1. The directory's lock comes first: a second process is refused before it touches the store.
2. Migrations run, then the writer starts.
3. `serve` opens the ports and the local socket; without it (a command on a stopped hub) the same parts work on the store.
4. `stop` drains: no new calls, watches end, what waits for the writer is committed, and the store is closed.

Source: DESIGN.md 5.
"""

import asyncio
import logging
from pathlib import Path
from typing import Self

import common.rpc.tls  # noqa: F401  (before grpc)

from common.clock import Clock, SystemClock
from common.identity.keys import load_ed25519
from common.rpc.local import LocalServer
from common.settings import load_settings
from common.storage.files import read_private
from common.storage.lock import DirectoryLock
from common.storage.migration import migrate
from common.storage.store import Store
from hub import migrations
from hub.identity.issuing import Issuing
from hub.identity.server_certificate import ServerCertificate
from hub.node_health import NodeHealth
from hub.persistence.database import open_embedded, open_postgresql
from hub.persistence.region import get_region
from hub.persistence.transaction import Transaction
from hub.rpc.access import ENROLLMENT, UPLINK, Access
from hub.rpc.enrollment import EnrollmentService
from hub.rpc.serving import Servers
from hub.rpc.uplink import Uplink
from hub.settings import SETTINGS_NAME, HubSettings
from hub.store_reader import StoreReader
from hub.use_cases.intake import Intake
from hub.wakeups import Listener
from hub.watchers import Watchers
from hub.writer import Writer

_log = logging.getLogger(__name__)


class Hub:
    """One hub process on one data directory."""

    def __init__(self, data: Path, settings: HubSettings, lock: DirectoryLock, clock: Clock) -> None:
        """Put the parts together; `open_hub` is the way to get one."""
        self.data = data
        self.settings = settings
        self.clock = clock
        self._lock = lock
        self._database_url = _database_url(settings)
        self.store: Store = open_postgresql(self._database_url) if self._database_url else open_embedded(data)
        self.schema_revision = migrate(self.store, migrations.FOLDER)
        with self.store.read() as connection:
            self.region = get_region(connection)
        self.ledger_key = load_ed25519(data / "secrets" / "ledger.key")
        self.reader = StoreReader(self.store)
        self.watchers = Watchers()
        self.health = NodeHealth()
        self.access = Access(self.region.trust_domain, self.clock)
        self.writer = Writer(self.store, clock, self._after_commit)
        self.intake = Intake(self.region.trust_domain, self.ledger_key, self.region.hub_epoch)
        self.issuing = Issuing(data, self.region, settings, self.ledger_key.public_key())
        self.servers = Servers()
        self._local: LocalServer | None = None
        self._listener: Listener | None = None
        self._tasks: list[asyncio.Task[None]] = []
