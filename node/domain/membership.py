"""What a node knows of itself and of the hub it joined."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Membership:
    """The place of this node in a region."""

    agency_id: bytes  # 16 bytes
    node: int
    trust_domain: str  # the region
    agency_name: str
    hub_ledger_key: bytes  # Ed25519, 32 bytes: countersigns receipts
    hub_epoch: int  # the greatest seen; an older one is refused
    uplink_address: str  # host:port
    enrollment_address: str
    recovery_number: int  # recoveries so far
    mailbox_cursor: int  # the last notice applied
    joined_at: datetime
