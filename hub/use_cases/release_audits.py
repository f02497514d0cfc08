"""The hub's own audit of what agencies released, before an edition is made of it.

1. It works on what was read for the edition (editions.py), one agency at a time, and takes its time. The edition is
   made of the same reading: nothing that came meanwhile is in it.
2. What is left out is stored by one short command. Other processes, later looks and later windows go by it.
3. The hub's people are told once that a node needs to be looked at: it is at fault, or its agency works round it.
   Which figure it was, and what it could be worked out to be, is told, logged and stored nowhere.

Source: hub/domain/release_audit.py; DESIGN.md 7; TRUST.md i02.
"""

import logging
from collections.abc import Collection, Mapping
from datetime import datetime
from hashlib import sha256

from common.notify.catalogue import Kind
from common.notify.notice import Event
from hub.domain.release_audit import find_unsafe
from hub.persistence import table_releases
from hub.persistence.transaction import Transaction
from hub.use_cases.editions import Unaudited
from hub.use_cases.node_troubles import MOST_APART
from hub.use_cases.people_notices import announce, announce_event

_log = logging.getLogger(__name__)


def find_left_out(of: Unaudited, agency_id: bytes) -> frozenset[int]:
    """Find which of an agency's new tables may not enter the region's figures (1)."""
    return find_unsafe(of.window.window, of.linked, of.taken[agency_id], of.window.k)


def leave_out(window_id: bytes, found: Mapping[bytes, Collection[int]], tx: Transaction, now: datetime) -> int:
    """Store what is left out, and have it told (2, 3); tell of how many agencies that was not known."""
    known = table_releases.left_out(tx.connection).get(window_id, {})
    new = {agency_id: set(kinds) - known.get(agency_id, frozenset()) for agency_id, kinds in found.items()}
    new = {agency_id: kinds for agency_id, kinds in new.items() if kinds}
    table_releases.leave_out(tx.connection, window_id, new, now)
    if len(new) > MOST_APART:
        announce(tx.connection, Kind.NODE_TROUBLE, now)
    for agency_id, kinds in new.items():
        if len(new) <= MOST_APART:
            about = sha256(b"holdfast hub left out " + window_id + agency_id).digest()[:16]
            announce_event(tx.connection, Event(Kind.NODE_TROUBLE, about, now), now)
        _log.warning(
            "an agency's tables would expose people: they are left out of the region's figures",
            extra={"agency": agency_id.hex(), "window": window_id.hex(), "tables": sorted(kinds)},
        )
    return len(new)
