"""Announces what waits for people, in the transaction of the event itself.

Source: DOMAIN.md 2, "Notices to people".
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from common.notify.catalogue import Kind
from common.notify.notice import Event
from common.wire.times import moment
from common.wire.v1.notice_pb2 import FollowUpNotice
from common.wire.v1.notice_pb2 import Notice as HubNotice
from node.persistence.follow_ups import find_follow_up
from node.persistence.membership import get_membership
from node.persistence.notices import StoredNotice
from node.persistence.people_notices import QUEUE, about, find_preference
from node.use_cases import notices
from node.use_cases.on_duty import ladder, on_call_now
from node.vault.vault import Vault

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Announcer:
    """What announcing needs of the node: its vault, for digests and addresses, and its time zone."""

    vault: Vault
    zone: ZoneInfo

    def announce(
        self,
        connection: Connection,
        kind: Kind,
        named: Sequence[str],
        now: datetime,
        *,
        at: datetime | None = None,
        expires_at: datetime | None = None,
        to: Sequence[bytes] = (),
    ) -> None:
        """Have people told of something, once however often this is called for it.

        Args:
            named: tells this event from others, such as an id and a version; only a digest of it is stored.
            at: the time in the sentence.
            expires_at: after this nobody needs to be told.
            to: users whom it concerns first; else who is on call.
        """
        event = Event(kind, about(self.vault, kind.value, *named), at, expires_at)
        self._tell(connection, event, 0, now, to)

    def withdraw(self, connection: Connection, kind: Kind, named: Sequence[str], now: datetime) -> None:
        """Stop telling: somebody acted."""
        QUEUE.withdraw(connection, about(self.vault, kind.value, *named), now)

    def tell_next(self, connection: Connection, now: datetime) -> int:
        """Tell the next ones of what could not be delivered in time; give the number of events."""
        late = QUEUE.undelivered(connection, now)
        for event, step in late:
            self._tell(connection, event, step, now, ())
        return len(late)

    def _tell(self, connection: Connection, event: Event, step: int, now: datetime, to: Sequence[bytes]) -> None:
        awake = {shift.user_id for shift in on_call_now(connection, now, self.zone)}
        steps = ladder(connection, event.kind, now, self.zone, to)
        for number, asked in enumerate(steps[step:], step):
            wanted = [
                (user_id, way, now if user_id in awake else preference.not_before(now, self.zone))
                for user_id in asked
                for preference in [find_preference(connection, self.vault, user_id)]
                for way in preference.ways_for(event.kind)
            ]
            if wanted and (QUEUE.add(connection, event, number, wanted, now) or step == 0):
                return
        _log.warning("there is nobody to tell of something", extra={"kind": event.kind.value})
        QUEUE.add_for_nobody(connection, event, len(steps), now)


def apply_and_announce(connection: Connection, announcer: Announcer, raw: bytes, now: datetime) -> StoredNotice | None:
    """Apply one notice of the hub's, as `node.use_cases.notices.apply` does, and have people told of what waits."""
    stored = notices.apply(connection, raw, now)
    if stored is not None and stored.is_applied and stored.kind in _KINDS:
        _announce_mail(connection, announcer, stored, now)
    return stored


def _announce_mail(connection: Connection, announcer: Announcer, stored: StoredNotice, now: datetime) -> None:
    told: FollowUpNotice = getattr(HubNotice.FromString(stored.body), stored.kind)
    if stored.kind == "escalation" and told.accountable_agency_id != get_membership(connection).agency_id:
        return  # it waits on another agency's queue
    held = find_follow_up(connection, told.follow_up_id)
    if held is None or held.state.version != told.version:
        return  # something newer is known
    until = moment(told.accept_by) if told.HasField("accept_by") else None
    is_offer = stored.kind == "offer_received"
    announcer.announce(
        connection,
        _KINDS[stored.kind],
        [told.follow_up_id.hex(), str(told.version)],
        now,
        at=until if is_offer else moment(told.changed_at),
        expires_at=until if is_offer else None,
    )


_KINDS = {"offer_received": Kind.OFFER_WAITS, "escalation": Kind.ESCALATION}
