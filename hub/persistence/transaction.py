"""The writer's transaction: its connection, the notices it will post, and what is to be told once it is committed."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from common.ids import new_id
from common.versions import version_after
from common.wire.canonical import encode
from common.wire.times import timestamp
from common.wire.v1.notice_pb2 import Notice
from hub.persistence import mailbox
from hub.persistence.bulk import at_once
from hub.persistence.memory import Memory, remember


class Transaction:
    """One unit of work of the hub's one writer.

    Use cases read and write through `connection` and post notices through `post`. Cursors are given when the whole
    group is about to be committed, so that a mailbox is dense and its head is read and written once.
    """

    def __init__(self, connection: Connection, now: datetime, memory: Memory | None = None, hub_epoch: int = 1) -> None:
        self.connection = connection
        self.now = now
        self.hub_epoch = hub_epoch
        self.memory = memory or Memory()
        self.actor = "operator"  # whose command runs now, as in the audit trail
        self.allow_list_changed = False
        self.new_mail: dict[bytes, list[tuple[int, bytes]]] = {}  # agency id -> (cursor, body), after `deliver`
        self._issued_at = timestamp(now)
        self._posted: list[tuple[tuple[bytes, ...], bytes, bytes]] = []
        self._last_steps: dict[str, Callable[[], None]] = {}

    def post(self, recipients: Iterable[bytes], notice: Notice) -> None:
        """Put a notice into the mailboxes of these agencies when the transaction commits."""
        addressed = tuple(recipients)
        if not addressed:
            return
        notice.notice_id = new_id(self.now)
        notice.issued_at.CopyFrom(self._issued_at)
        self._posted.append((addressed, notice.notice_id, encode(notice)))

    def version_after(self, held: int) -> int:
        """Give the version of what changes now, when it had version `held`; 0 for what is new."""
        return version_after(held, self.hub_epoch)

    def once_at_the_end(self, name: str, step: Callable[[], None]) -> None:
        """Have a step done once, just before the commit: there it may read, which what is written at once may not."""
        self._last_steps.setdefault(name, step)

    @property
    def mark(self) -> int:
        """Where the postings stand now, for `forget_after`."""
        return len(self._posted)

    def forget_after(self, mark: int) -> None:
        """Take back what was posted since `mark`: its savepoint was rolled back."""
        del self._posted[mark:]

    def deliver(self, then: Callable[[], None] = lambda: None) -> None:
        """Give every posted notice its cursors and store them. The last step before the commit.

        Args:
            then: executes more that needs no answer, by `bulk.execute` only; it is sent along.
        """
        for step in self._last_steps.values():
            step()
        if not self._posted:
            then()
            return
        addressed = {agency for to, _, _ in self._posted for agency in to}
        heads = self.memory.heads
        remember(heads, addressed, partial(mailbox.load_heads, self.connection))
        rows = []
        for recipients, notice_id, body in self._posted:
            for agency_id in recipients:
                heads[agency_id] += 1
                rows.append((agency_id, heads[agency_id], notice_id))
                self.new_mail.setdefault(agency_id, []).append((heads[agency_id], body))
        with at_once(self.connection):
            mailbox.add_notices(self.connection, [(id_, body) for _, id_, body in self._posted], self.now)
            mailbox.add_mail(self.connection, rows, {agency: heads[agency] for agency in addressed})
            then()
