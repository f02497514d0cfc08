"""How hub processes that share one PostgreSQL store tell each other of new mail and removed identities.

NOTIFY is sent inside the writer's transaction, so it is heard after the commit or not at all. A message says what to
look at, never what is there. A listener that lost its connection looks at everything when it is back.

Source: DESIGN.md 5.
"""

import asyncio
import logging
import threading
from collections.abc import Callable

import psycopg

from hub.persistence.bulk import execute
from hub.persistence.transaction import Transaction

CHANNEL = "holdfast"
ACCESS = "access"
EVERYONE = "*"
MOST_NAMED = 200  # ids in one message; PostgreSQL carries 8,000 bytes
RETRY_S = 2.0
_log = logging.getLogger(__name__)


def announce(tx: Transaction) -> None:
    """Tell the other processes what this transaction changes, when it commits."""
    messages = [ACCESS] if tx.allow_list_changed else []
    if tx.new_mail:
        named = [agency_id.hex() for agency_id in tx.new_mail]
        messages.append(",".join(named) if len(named) <= MOST_NAMED else EVERYONE)
    for message in messages:
        execute(tx.connection, "SELECT pg_notify($1, $2)", (CHANNEL, message))


class Listener:
    """Hears what other processes announce, in a thread of its own."""

    def __init__(self, url: str, on_mail: Callable[[list[bytes] | None], None], on_access: Callable[[], None]) -> None:
        """Prepare to listen.

        Args:
            url: of the database, as psycopg reads it.
            on_mail: called on the event loop with agency ids; None means anybody's mailbox.
            on_access: called on the event loop when the allow-list changed.
        """
        self._url = url
        self._on_mail = on_mail
        self._on_access = on_access
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wakeups", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Begin to listen. Call it on the event loop."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    async def close(self) -> None:
        """Stop listening."""
        self._stopping.set()
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with psycopg.connect(self._url, autocommit=True) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    self._hear(EVERYONE)
                    self._hear(ACCESS)
                    while not self._stopping.is_set():
                        for notification in connection.notifies(timeout=0.5):
                            self._hear(notification.payload)
            except psycopg.OperationalError:
                _log.warning("the database connection that hears of new mail was lost; it is opened again")
                self._stopping.wait(RETRY_S)

    def _hear(self, message: str) -> None:
        if self._loop is None:
            return
        if message == ACCESS:
            self._loop.call_soon_threadsafe(self._on_access)
            return
        ids = None if message == EVERYONE else [bytes.fromhex(part) for part in message.split(",")]
        self._loop.call_soon_threadsafe(self._on_mail, ids)
