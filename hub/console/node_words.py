"""The words of the nodes' health on a page: what is so, and how much it matters."""

from common.web.texts import marked
from hub.domain.node_state import Level, State

STATES = {
    State.NEVER_JOINED: marked("never joined"),
    State.EVICTED: marked("evicted"),
    State.BANNED: marked("banned"),
    State.UNKNOWN: marked("unknown"),
    State.ONLINE: marked("online"),
    State.CATCHING_UP: marked("catching up"),
    State.SUSPECT: marked("suspect"),
    State.OFFLINE: marked("offline"),
    State.VALID: marked("valid"),
    State.OLD_INTERMEDIATE: marked("valid, renews soon"),
    State.ENDS_SOON: marked("ends soon"),
    State.EXPIRED: marked("expired"),
    State.QUARANTINED: marked("quarantined"),
    State.IN_STEP: marked("in step"),
    State.BEHIND: marked("behind"),
    State.STUCK: marked("stuck"),
    State.RESTORED: marked("restored from a backup"),
    State.NOT_SAID: marked("does not say"),
    State.FINE: marked("fine"),
    State.CLOCK_OFF: marked("clock is off"),
    State.DISK_FULL: marked("disk is full"),
    State.DISK_LOW: marked("disk fills up"),
    State.BACKUP_OLD: marked("backup is old"),
    State.BACKUP_NOT_SAID: marked("no backup known"),
    State.VERSION_OLD: marked("old version"),
}
# How a level is marked beside its words: a badge's kind.
LEVELS = {Level.GOOD: "good", Level.WATCH: "warn", Level.BAD: "bad", Level.UNKNOWN: "", Level.NONE: ""}
