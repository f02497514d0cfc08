"""How hub processes that share one PostgreSQL store tell each other of new mail, removed identities and heartbeats.

NOTIFY of what was written is sent inside the writer's transaction, so it is heard after the commit or not at all. Such
a message says what to look at, never what is there. A listener that lost its connection looks at everything when it is
back. Heartbeats stand in no store: their message carries them, and one that got lost is followed by the next.

Source: DESIGN.md 5.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue

from hub.persistence.bulk import execute
from hub.persistence.transaction import Transaction
from hub.shared_heartbeats import HEARD

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


@dataclass(frozen=True)
class Ears:
    """What is done about what is heard, on the event loop.

    Args:
        on_mail: called with agency ids; None means anybody's mailbox.
        on_access: the allow-list changed.
        on_heartbeats: called with a message of another process, or of this one.
        on_gap: something may have been said that nobody heard.
    """

    on_mail: Callable[[list[bytes] | None], None]
    on_access: Callable[[], None]
    on_heartbeats: Callable[[str], None]
    on_gap: Callable[[], None]


class Listener:
    """Hears what other processes announce, and tells them heartbeats, in a thread of its own."""

    def __init__(self, url: str, ears: Ears) -> None:
        """Prepare to listen to the database of an address as psycopg reads it."""
        self._url = url
        self._ears = ears
        self._to_tell: SimpleQueue[str] = SimpleQueue()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wakeups", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Begin to listen. Call it on the event loop."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    def tell(self, message: str) -> None:
        """Have the other processes told something, soon."""
        self._to_tell.put(message)

    async def close(self) -> None:
        """Stop listening."""
        self._stopping.set()
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        import psycopg  # most hubs have no use for it

        while not self._stopping.is_set():
            try:
                with psycopg.connect(self._url, autocommit=True) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    self._hear(EVERYONE)
                    self._hear(ACCESS)
                    self._call(self._ears.on_gap)
                    while not self._stopping.is_set():
                        while not self._to_tell.empty():
                            connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, self._to_tell.get()))
                        for notification in connection.notifies(timeout=0.5):
                            self._hear(notification.payload)
            except psycopg.OperationalError:
                _log.warning("the database connection that hears of new mail was lost; it is opened again")
                self._stopping.wait(RETRY_S)

    def _hear(self, message: str) -> None:
        if message == ACCESS:
            self._call(self._ears.on_access)
        elif message.startswith(HEARD):
            self._call(self._ears.on_heartbeats, message)
        else:
            ids = None if message == EVERYONE else [bytes.fromhex(part) for part in message.split(",")]
            self._call(self._ears.on_mail, ids)

    def _call(self, what: Callable[..., None], *said: object) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(what, *said)
