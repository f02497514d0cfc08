"""A hub that was restored from a backup begins a new epoch: nodes then resend from where it stands.

Source: DESIGN.md 3, "Restores".
"""

from datetime import datetime

from common.errors import InvalidRequest
from common.wire.v1 import notice_pb2 as wire
from hub.domain.agency import Membership
from hub.persistence import agencies, audit, region
from hub.persistence.transaction import Transaction
from hub.use_cases.ownership import begin_follow_ups_anew

MOST_EPOCHS = 1_000_000  # far more than anybody restores


def begin_epoch(tx: Transaction, now: datetime, *, above: int = 0) -> int:
    """Raise the hub's epoch, tell every joined agency, and give the new epoch. It takes effect at the next start.

    Args:
        above: an epoch that nodes have seen and the backup does not know of: a restore before this one.

    Raises:
        InvalidRequest: `above` is no epoch that can have been.
    """
    if not 0 <= above < MOST_EPOCHS:
        raise InvalidRequest(f"above: an epoch as nodes show it is needed, 0 to {MOST_EPOCHS - 1:,}")
    epoch = region.raise_epoch(tx.connection, above)
    joined = [a.id for a in agencies.list_agencies(tx.connection) if a.membership is Membership.JOINED]
    tx.post(joined, wire.Notice(hub_epoch_changed=wire.HubEpochNotice(hub_epoch=epoch)))
    begin_follow_ups_anew(epoch, tx, now)
    audit.record(tx.connection, now, "operator", "new epoch", str(epoch), "done")
    return epoch
