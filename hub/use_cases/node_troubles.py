"""Tells the hub's people that a node needs to be looked at: once for each trouble, while it lasts.

1. A notice has the name of its trouble, so it is told once by however many processes see it, and again when it is back.
2. What ended before anybody was told, as in the quiet hours, is not told any more.
3. When many begin at once, as when the hub's own line was cut, one notice in ten minutes says it for all.

Source: DOMAIN.md 2, "Notices to people"; 6.
"""

from datetime import datetime

from common.notify.catalogue import Kind
from common.notify.notice import Event
from hub.domain.node_trouble import Troubles
from hub.persistence.people_notices import QUEUE
from hub.persistence.transaction import Transaction
from hub.use_cases.people_notices import announce, announce_event

MOST_APART = 5


def tell_troubles(began: Troubles, ended: Troubles, tx: Transaction, now: datetime) -> int:
    """Announce what began, and stop telling of what ended; gives how many troubles these are."""
    for each, since in ended.items():
        QUEUE.withdraw(tx.connection, each.name(since), now)  # 2
    if len(began) > MOST_APART:
        announce(tx.connection, Kind.NODE_TROUBLE, now)  # 3
    else:
        for each, since in began.items():
            announce_event(tx.connection, Event(Kind.NODE_TROUBLE, each.name(since), since), now)
    return len(began) + len(ended)
