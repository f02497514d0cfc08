"""What is wrong with a node and what to do about it, one line each. Pure: from what is known to the lines.

Source: DOMAIN.md 6; TRUST.md, known traps.
"""

from dataclasses import dataclass
from typing import Any

LONG_WAIT_S = 3600
OLD_BACKUP_S = 2 * 86_400  # made every night, one that failed is told on the second day
SHORT_LIFE_S = 2 * 86_400  # a 7-day certificate renews at half of life: less than this means that renewing fails
FIXED_SQLITE = (3, 51, 3)


@dataclass(frozen=True)
class Finding:
    """One line."""

    subject: str
    is_ok: bool
    says: str


def examine(
    status: dict[str, Any],
    link: dict[str, Any] | None,
    sqlite: str,
    disk_free_percent: float,
    damage: str | None = None,
) -> list[Finding]:
    """Give a line for each subject.

    Args:
        status: as `node.operations.status` gives it.
        link: as the running process gives it; None when the node is stopped.
        sqlite: the version of SQLite in use.
        disk_free_percent: of the disk that holds the data directory.
        damage: what reading the whole store found, empty if nothing; None when it was not read.
    """
    return [
        _process(link),
        *(_LOCAL if status["region"] is None else _of_the_region(status, link)),
        _disk(disk_free_percent),
        _sqlite(sqlite),
        _backup(status["backup"]),
        *([] if damage is None else [_store(damage)]),
    ]


_LOCAL = [Finding("hub", True, "none: `holdfast node join` joins a region later, with everything that is kept here")]


def _of_the_region(status: dict[str, Any], link: dict[str, Any] | None) -> list[Finding]:
    return [
        _hub(link),
        _certificate(status),
        _clock(link),
        _sending(status),
        _waiting(status),
        _mailbox(status, link),
        _jurisdiction(status),
    ]


def _process(link: dict[str, Any] | None) -> Finding:
    if link is None or not link.get("running"):
        return Finding("process", False, "the node does not run: start it with `holdfast node run`")
    return Finding("process", True, "runs")


def _hub(link: dict[str, Any] | None) -> Finding:
    trouble = "" if link is None else link.get("trouble", "")
    if trouble:
        return Finding("hub", False, str(trouble))
    if link is not None and link.get("running") and not link.get("last_heard_at"):
        return Finding("hub", False, "not heard yet: wait a moment, then look again")
    return Finding("hub", True, "reached")


def _certificate(status: dict[str, Any]) -> Finding:
    left_s = int(status["certificate_left_s"])
    if left_s <= 0:
        return Finding(
            "certificate", False, "certificate expired: the node regains it by itself as soon as it reaches the hub"
        )
    if left_s < SHORT_LIFE_S:
        return Finding("certificate", False, f"{left_s // 3600} h left: renewing fails, see the line about the hub")
    return Finding("certificate", True, f"good for {left_s // 86_400} days")


def _clock(link: dict[str, Any] | None) -> Finding:
    skew = "" if link is None else link.get("skew", "")
    if skew:
        return Finding("clock", False, f"{skew}: set it by network time")
    return Finding("clock", True, "agrees with the hub's" if link and link.get("last_heard_at") else "not compared")


def _sending(status: dict[str, Any]) -> Finding:
    if status["sending"] == "flowing":
        return Finding("sending", True, f"{status['acknowledged']} of {status['written']} reports acknowledged")
    return Finding("sending", False, f"stopped ({status['sending']}): {status['sending_stopped_because']}")


def _waiting(status: dict[str, Any]) -> Finding:
    oldest_s = status["oldest_waiting_s"]
    if oldest_s is not None and oldest_s > LONG_WAIT_S:
        return Finding(
            "waiting",
            False,
            f"{status['waiting']} reports wait, the oldest for {oldest_s // 3600} h: see the lines above",
        )
    return Finding("waiting", True, f"{status['waiting']} reports wait")


def _mailbox(status: dict[str, Any], link: dict[str, Any] | None) -> Finding:
    head = None if link is None else link.get("mailbox_head")
    behind = 0 if head is None else head - int(status["mailbox_cursor"])
    if behind > 0:
        return Finding("mailbox", False, f"{behind} notices are not applied yet: if this stays, see the node's log")
    return Finding("mailbox", True, f"{status['mailbox_cursor']} notices applied")


def _jurisdiction(status: dict[str, Any]) -> Finding:
    if status["is_listed_otherwise"]:
        return Finding(
            "jurisdiction",
            False,
            f"the hub lists this agency under {status['listed_under'] or 'none'}, and {status['jurisdiction']} holds "
            "here: other agencies judge by the listing. Set `jurisdiction` in node.toml, or ask the hub's operator to "
            "correct the directory",
        )
    return Finding("jurisdiction", True, f"{status['jurisdiction']} holds here")


def _disk(free_percent: float) -> Finding:
    if free_percent < 5:
        return Finding("disk", False, f"{free_percent:.0f} % free: make room, or nothing can be written")
    return Finding("disk", True, f"{free_percent:.0f} % free")


def _backup(backup: dict[str, Any]) -> Finding:
    if backup["is_erasure_due"]:
        return Finding(
            "backup", False, "keys that were destroyed are still beside the backups: attach their disk, it is done then"
        )
    if backup["age_s"] is None:
        return Finding("backup", False, "none was made yet: `holdfast node backup make FOLDER`, best on another disk")
    if backup["age_s"] > OLD_BACKUP_S:
        days = backup["age_s"] // 86_400
        return Finding("backup", False, f"the last one is {days} days old: `holdfast node backup make`")
    return Finding("backup", True, f"the last one is {backup['age_s'] // 3600} h old")


def _store(damage: str) -> Finding:
    if damage:
        return Finding(
            "store",
            False,
            f"DAMAGED ({damage}): stop the node, keep its node.db aside, restore the last backup, then look here again",
        )
    return Finding("store", True, "every page is whole")


def _sqlite(version: str) -> Finding:
    numbers = tuple(int(part) for part in version.split(".") if part.isdecimal())
    if numbers < FIXED_SQLITE:
        return Finding("sqlite", False, f"{version} can lose a log: install the sqlcipher3 of the lock file")
    return Finding("sqlite", True, version)
