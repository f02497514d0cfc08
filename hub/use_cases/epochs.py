"""A hub that was restored from a backup begins a new epoch: nodes then resend from where it stands.

Source: DESIGN.md 3, "Restores".
"""

from datetime import datetime

from common.wire.v1 import notice_pb2 as wire
from hub.domain.agency import Membership
from hub.persistence import agencies, audit, region
from hub.persistence.transaction import Transaction
from hub.use_cases.ownership import begin_follow_ups_anew


def begin_epoch(tx: Transaction, now: datetime) -> int:
    """Raise the hub's epoch, tell every joined agency, and give the new epoch. It takes effect at the next start."""
    epoch = region.raise_epoch(tx.connection, now)
    joined = [a.id for a in agencies.list_agencies(tx.connection) if a.membership is Membership.JOINED]
    tx.post(joined, wire.Notice(hub_epoch_changed=wire.HubEpochNotice(hub_epoch=epoch)))
    begin_follow_ups_anew(epoch, tx, now)
    audit.record(tx.connection, now, tx.actor, "new epoch", str(epoch), "done")
    return epoch
