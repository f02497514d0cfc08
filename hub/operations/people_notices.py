"""Notices to the hub's coordinators: whom, how, a test, and what was sent or waits."""

import secrets
from collections.abc import Mapping
from datetime import datetime, time
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from common.errors import InvalidRequest, NotFound
from common.ids import ID_LENGTH
from common.notify.catalogue import Kind
from common.notify.notice import Notice
from common.notify.preference import CHOICES, Preference, check_mail, check_pager
from common.rpc.local import Operation
from common.text import clean_line
from hub.persistence import audit
from hub.persistence.people_notices import QUEUE, Recipient, list_recipients, remove_recipient, save_recipient
from hub.persistence.transaction import Transaction
from hub.use_cases.people_notices import announce_test

if TYPE_CHECKING:
    from hub.process import Hub

Arguments = dict[str, Any]
LONGEST_NAME = 100
TOLD = (Kind.ESCALATION, Kind.NODE_TROUBLE)  # what a hub tells of


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operations on notices."""
    return {
        "notices list": partial(_list, hub),
        "notices settings": partial(_settings, hub),
        "notices forget": partial(_forget, hub),
        "notices test": partial(_test, hub),
    }


async def _list(hub: "Hub", _: Arguments) -> Any:
    known = await hub.reader.read(list_recipients)
    names = {each.id: each.name for each in known}
    notices = await hub.reader.read(QUEUE.list_)
    return {"people": [_person(each) for each in known], "notices": [_row(each, names) for each in notices]}


async def _settings(hub: "Hub", arguments: Arguments) -> Any:
    name = clean_line(arguments.get("name"), "name", LONGEST_NAME, 1)

    def change(tx: Transaction, now: datetime) -> Recipient:
        held = _find(list_recipients(tx.connection), name)
        fresh = Recipient(secrets.token_bytes(ID_LENGTH), name, "UTC", Preference())
        changed = _changed(hub, held or fresh, arguments)
        if changed != held:
            save_recipient(tx.connection, changed)
            audit.record(tx.connection, now, tx.actor, "notices settings", name, "done")
        return changed

    return _person(await hub.writer.submit(change))


async def _forget(hub: "Hub", arguments: Arguments) -> Any:
    name = clean_line(arguments.get("name"), "name", LONGEST_NAME, 1)

    def forget(tx: Transaction, now: datetime) -> None:
        if not remove_recipient(tx.connection, name):
            raise NotFound(_UNKNOWN)
        audit.record(tx.connection, now, tx.actor, "notices forget", name, "done")

    await hub.writer.submit(forget)
    return {}


async def _test(hub: "Hub", arguments: Arguments) -> Any:
    name = clean_line(arguments.get("name"), "name", LONGEST_NAME, 1)

    def test(tx: Transaction, now: datetime) -> list[str]:
        found = _find(list_recipients(tx.connection), name)
        if found is None or not found.chosen.ways_for(Kind.TEST):
            raise NotFound(_UNKNOWN)
        return announce_test(tx.connection, found.id, now)

    ways = await hub.writer.submit(test)
    hub.notices.something_written()
    return {"ways": ways}


_UNKNOWN = "there is nobody of that name who has an address: `holdfast hub notices settings` adds them"


def _changed(hub: "Hub", held: Recipient, arguments: Arguments) -> Recipient:
    chosen, zone = held.chosen, arguments.get("time_zone") or held.time_zone
    mail, pager, quiet = chosen.mail, chosen.pager, (chosen.quiet_from, chosen.quiet_until)
    if arguments.get("mail") is not None:
        mail = check_mail(str(arguments["mail"])) if arguments["mail"] else ""
    if arguments.get("pager") is not None:
        allowed = hub.settings.allowed_pager_hosts
        pager = check_pager(str(arguments["pager"]), allowed) if arguments["pager"] else ""
    if arguments.get("quiet") is not None:
        quiet = _quiet(str(arguments["quiet"]))
    ways = dict(chosen.ways)
    for kind, choice in (arguments.get("ways") or {}).items():
        if kind not in [each.value for each in TOLD] or choice not in CHOICES:
            raise InvalidRequest(f"way: say KIND=WAY; kinds: {', '.join(TOLD)}; ways: {', '.join(CHOICES)}")
        ways[Kind(kind)] = CHOICES[choice]
    try:
        ZoneInfo(str(zone)[:64])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidRequest("time-zone: is none; it is called like America/Denver") from None
    return Recipient(held.id, held.name, str(zone), Preference(mail, pager, ways, *quiet))


def _quiet(said: str) -> tuple[time, time] | tuple[None, None]:
    if not said:
        return None, None
    begins, _, ends = said[:40].partition("-")
    try:
        found = time.fromisoformat(begins.strip()), time.fromisoformat(ends.strip())
    except ValueError:
        raise InvalidRequest("quiet: say it as 22:00-06:00") from None
    return found


def _find(known: list[Recipient], name: str) -> Recipient | None:
    return next((each for each in known if each.name == name), None)


def _person(each: Recipient) -> dict[str, Any]:
    chosen, words = each.chosen, {ways: word for word, ways in CHOICES.items()}
    quiet = "" if chosen.quiet_from is None else f"{chosen.quiet_from:%H:%M}-{chosen.quiet_until:%H:%M}"
    ways = {kind.value: words.get(chosen.ways.get(kind, CHOICES["both"]), "both") for kind in TOLD}
    return {"name": each.name, "mail": chosen.mail, "pager": chosen.pager, "time_zone": each.time_zone,
            "quiet": quiet, **ways}  # fmt: skip


def _row(notice: Notice, names: dict[bytes, str]) -> dict[str, Any]:
    return {
        "created_at": notice.created_at.isoformat(),
        "kind": notice.event.kind.value,
        "to": names.get(notice.recipient, "nobody any more"),
        "way": notice.way.value,
        "state": notice.state.value,
        "attempts": notice.attempts,
        "trouble": notice.trouble,
        "next_try_at": None if notice.ended_at else notice.due_at.isoformat(),
    }
