"""What may be found of a node, how much it matters, and the one thing to do about it.

Source: DOMAIN.md 6.
"""

from collections.abc import Mapping
from enum import StrEnum


class Axis(StrEnum):
    """What is looked at."""

    REACHABLE = "reachable"
    IDENTITY = "identity"
    DATA = "data"
    MACHINE = "machine"


class Level(StrEnum):
    """How much a finding matters."""

    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"
    UNKNOWN = "unknown"
    NONE = "none"  # there is nothing to look at: never joined, or removed


class State(StrEnum):
    """What may be found."""

    NEVER_JOINED = "never_joined"
    EVICTED = "evicted"
    BANNED = "banned"
    UNKNOWN = "unknown"
    ONLINE = "online"
    CATCHING_UP = "catching_up"
    SUSPECT = "suspect"
    OFFLINE = "offline"
    VALID = "valid"
    OLD_INTERMEDIATE = "old_intermediate"
    ENDS_SOON = "ends_soon"
    EXPIRED = "expired"
    QUARANTINED = "quarantined"
    IN_STEP = "in_step"
    BEHIND = "behind"
    STUCK = "stuck"
    RESTORED = "restored"
    NOT_SAID = "not_said"
    FINE = "fine"
    CLOCK_OFF = "clock_off"
    DISK_FULL = "disk_full"
    DISK_LOW = "disk_low"
    BACKUP_OLD = "backup_old"
    BACKUP_NOT_SAID = "backup_not_said"
    VERSION_OLD = "version_old"


LEVELS: Mapping[State, Level] = {
    **dict.fromkeys((State.NEVER_JOINED, State.EVICTED, State.BANNED), Level.NONE),
    **dict.fromkeys((State.UNKNOWN, State.NOT_SAID, State.BACKUP_NOT_SAID), Level.UNKNOWN),
    **dict.fromkeys((State.ONLINE, State.VALID, State.OLD_INTERMEDIATE, State.IN_STEP, State.FINE), Level.GOOD),
    **dict.fromkeys((State.CATCHING_UP, State.SUSPECT, State.ENDS_SOON, State.BEHIND), Level.WATCH),
    **dict.fromkeys((State.DISK_LOW, State.BACKUP_OLD, State.VERSION_OLD), Level.WATCH),
    **dict.fromkeys((State.OFFLINE, State.EXPIRED, State.QUARANTINED, State.STUCK, State.RESTORED), Level.BAD),
    **dict.fromkeys((State.CLOCK_OFF, State.DISK_FULL), Level.BAD),
}
# In the order in which they are seen to.
TO_DO: Mapping[State, str] = {
    State.QUARANTINED: "Find out with the agency why two histories exist under its identity; then lift the quarantine.",
    State.RESTORED: "Ask the agency's administrator to confirm on the node that it was restored from a backup.",
    State.DISK_FULL: "Ask the agency to make room on the node's disk today: a full disk stops its reports.",
    State.OFFLINE: "Ask the agency whether its node runs and has a network. Its reports wait there; nothing is lost.",
    State.EXPIRED: "Nothing here: the node gets a new certificate by itself. If not, ask the agency for its log.",
    State.STUCK: "Ask the agency what its node says about reports that wait: they have for more than a day.",
    State.CLOCK_OFF: "Ask the agency to set the clock of its node's machine.",
    State.ENDS_SOON: "Ask the agency for its node's log: the certificate should have been renewed by itself.",
    State.BEHIND: "Look again in an hour. If reports still wait, ask the agency about its network.",
    State.DISK_LOW: "Ask the agency to make room on the node's disk this week.",
    State.BACKUP_OLD: "Ask the agency why its nightly backup failed.",
    State.VERSION_OLD: "Ask the agency to update its node: this hub runs a newer version.",
    State.NEVER_JOINED: "See whether the agency has its join string. If it has expired, invite it again.",
    State.BACKUP_NOT_SAID: "Ask the agency whether its node is backed up: it does not say.",
}
