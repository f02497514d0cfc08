"""An agency as its hub knows it: an organisation, never its people."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from common.wire.v1.codes_pb2 import Discipline


class Membership(StrEnum):
    """Where an agency stands with this hub."""

    INVITED = "invited"  # named at the hub, no node has joined yet
    JOINED = "joined"
    EVICTED = "evicted"  # removed; may be invited again
    BANNED = "banned"  # removed for good


@dataclass(frozen=True)
class Agency:
    """One organisation of the region."""

    id: bytes
    slug: str  # what operators type; unique in the region
    name: str
    discipline: Discipline
    jurisdiction: str
    membership: Membership
    quarantined_at: datetime | None  # two histories were seen under its identity
    mailbox_head: int  # cursor of the newest notice
    created_at: datetime
    duty_contact: str = ""  # whom other coordinators call, at any hour; entered at the hub


class Sender(NamedTuple):
    """Who sent a report: the node whose certificate the call proved."""

    agency_id: bytes
    node: int


@dataclass(frozen=True)
class Standing:
    """Whether an agency's reports are taken."""

    membership: Membership
    quarantined: bool
