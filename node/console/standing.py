"""How the node stands, for an operator: each line says how it is, and the one thing to do where it is not well.

The limits are those of `holdfast node doctor`; the words are a page's, which names no command where a page does it.

Source: DOMAIN.md 6.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from common.web.moments import span
from common.web.texts import marked
from node.doctor import LONG_WAIT_S, OLD_BACKUP_S, SHORT_LIFE_S

LOW_DISK_PERCENT, SHORT_CONSOLE_LIFE = 10.0, timedelta(days=14)
_EXPIRED = marked("The hub is not reached as long as it is expired; the node regains it by itself once it is online.")
_SENDS = marked("Nothing is lost: reports wait here, and leave by themselves once the hub answers.")


@dataclass(frozen=True)
class Look:
    """One line.

    Args:
        subject: what is looked at, a marked text.
        is_well: nothing is to be done.
        says: how it is, a marked text filled with `values`.
        to_do: the one thing to do, a marked text.
        page: where it is done.
    """

    subject: str
    is_well: bool
    says: str
    values: dict[str, str]
    to_do: str = ""
    page: str = ""


def looks(found: dict[str, Any], now: datetime) -> list[Look]:
    """Look at everything that `status` tells."""
    hub = [] if found["region"] is None else [*_hub(found), *_certificate(found)]
    return [*hub, *_backup(found["backup"]), *_disk(found), *_console(found["console"], now)]


def _well(subject: str, says: str, **values: str) -> Look:
    return Look(subject, True, says, values)


def _look(subject: str, says: str, to_do: str, page: str = "", **values: str) -> Look:
    return Look(subject, False, says, values, to_do, page)


def _hub(found: dict[str, Any]) -> Iterator[Look]:
    link, waiting = found["link"], str(found["waiting"])
    subject = marked("Link to the hub")
    if link.get("trouble"):
        yield _look(subject, marked("The hub is not reached: {why}"), _SENDS, why=str(link["trouble"]))
    elif not link.get("last_heard_at"):
        yield _look(subject, marked("The hub was not heard yet."), marked("Wait a moment, then look again."))
    else:
        yield _well(subject, marked("The hub answers."))
    yield _clock(link)
    subject, oldest_s = marked("Reports that wait"), found["oldest_waiting_s"]
    oldest = "" if oldest_s is None else span(timedelta(seconds=oldest_s))
    if found["sending"] != "flowing":
        says = marked("{waiting} wait. Sending has stopped: {why}")
        to_do = marked("Follow the runbook, section Restoring a node, before anything is sent again.")
        yield _look(subject, says, to_do, waiting=waiting, why=str(found["sending_stopped_because"]))
    elif oldest_s is not None and oldest_s > LONG_WAIT_S:
        says = marked("{waiting} wait, the oldest for {oldest}.")
        yield _look(
            subject, says, marked("See to the link above: they leave once it is well."), waiting=waiting, oldest=oldest
        )
    elif oldest:
        yield _well(subject, marked("{waiting} wait, the oldest for {oldest}."), waiting=waiting, oldest=oldest)
    else:
        yield _well(subject, marked("None: all {written} were acknowledged."), written=str(found["written"]))
    head, cursor = link.get("mailbox_head"), int(found["mailbox_cursor"])
    if head is not None and head > cursor:
        says, to_do = marked("{behind} are not applied yet."), marked("If this stays so, the log says why.")
        yield _look(marked("Notices of the hub"), says, to_do, behind=str(head - cursor))
    else:
        yield _well(marked("Notices of the hub"), marked("All {count} are applied."), count=str(cursor))


def _clock(link: dict[str, Any]) -> Look:
    subject = marked("Clock")
    if link.get("skew"):
        return _look(subject, marked("{skew}"), marked("Set it by network time."), skew=_sentence(link["skew"]))
    if link.get("last_heard_at"):
        return _well(subject, marked("It agrees with the hub's."))
    return _well(subject, marked("It was not compared yet."))


def _certificate(found: dict[str, Any]) -> Iterator[Look]:
    subject, left_s = marked("Certificate of the node"), int(found["certificate_left_s"])
    left = span(timedelta(seconds=left_s))
    if left_s <= 0:
        yield _look(subject, marked("Expired {left} ago."), _EXPIRED, "/certificate", left=left)
    elif left_s < SHORT_LIFE_S:
        says, to_do = marked("{left} left: it is not renewed."), marked("See to the link above: it is renewed over it.")
        yield _look(subject, says, to_do, "/certificate", left=left)
    else:
        yield _well(subject, marked("{left} left; it renews itself."), left=left)
    if found["is_listed_otherwise"]:
        says = marked("The region lists this agency under {listed}, and here {own} holds.")
        to_do = marked("Have the region's operator correct its directory, or set the right one in the settings here.")
        listed, own = str(found["listed_under"]), str(found["jurisdiction"])
        yield _look(marked("Jurisdiction"), says, to_do, listed=listed, own=own)


def _backup(backup: dict[str, Any]) -> Iterator[Look]:
    subject, age_s = marked("Last backup"), backup["age_s"]
    age = "" if age_s is None else span(timedelta(seconds=age_s))
    if backup["is_erasure_due"]:
        says = marked("Keys that were destroyed are still beside the backups.")
        yield _look(subject, says, marked("Attach the disk of the backups: it is done then."), "/backups")
    elif age_s is None:
        yield _look(subject, marked("None was made yet."), marked("Make one now."), "/backups")
    elif age_s > OLD_BACKUP_S:
        yield _look(subject, marked("{age} old."), marked("Make one now."), "/backups", age=age)
    else:
        yield _well(subject, marked("{age} old."), age=age)


def _disk(found: dict[str, Any]) -> Iterator[Look]:
    subject, free = marked("Disk"), found["disk_free_percent"]
    if free < LOW_DISK_PERCENT:
        to_do = marked("Make room on the disk: when it is full, nothing can be written.")
        yield _look(subject, marked("{free} % free."), to_do, free=f"{free:.0f}")
    else:
        yield _well(subject, marked("{free} % free."), free=f"{free:.0f}")


def _console(console: dict[str, Any], now: datetime) -> Iterator[Look]:
    if console["certificate_until"] is None:
        return
    subject = marked("Certificate of this console")
    left = datetime.fromisoformat(console["certificate_until"]) - now
    if left > SHORT_CONSOLE_LIFE:
        yield _well(subject, marked("{left} left."), left=span(left))
        return
    says = marked("{left} left.") if left > timedelta(0) else marked("Expired.")
    to_do = marked("Restart the node, which makes a new one; the agency's own is put in its place before.")
    yield _look(subject, says, to_do, "/certificate", left=span(left))


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + "."
