"""Who wants which notice by which way, and when not.

1. A kind that somebody chose no way for is not sent to them.
2. Quiet hours hold a notice back until they end, unless its recipient is on call: being on call is what wakes people.
3. A pager's address names https and a host that the operator allowed; a mail address is one plain address. So neither
   can be a way to somewhere else.

Source: DOMAIN.md 2, "Notices to people".
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from common.errors import InvalidRequest
from common.notify.catalogue import Kind

LONGEST_MAIL, LONGEST_PAGER = 254, 500
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_PATH = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*")


class Way(StrEnum):
    """How a notice goes out."""

    MAIL = "mail"
    PAGER = "pager"


CHOICES: Mapping[str, tuple[Way, ...]] = {
    "none": (), "mail": (Way.MAIL,), "pager": (Way.PAGER,), "both": (Way.MAIL, Way.PAGER)
}  # fmt: skip


@dataclass(frozen=True)
class Preference:
    """One person's choice."""

    mail: str = ""
    pager: str = ""
    ways: Mapping[Kind, tuple[Way, ...]] = field(default_factory=dict)  # a kind that is not in it: every way there is
    quiet_from: time | None = None
    quiet_until: time | None = None

    def ways_for(self, kind: Kind) -> tuple[Way, ...]:
        """Give the ways by which this person gets a kind (1)."""
        there = [way for way, address in ((Way.MAIL, self.mail), (Way.PAGER, self.pager)) if address]
        wanted = tuple(Way) if kind is Kind.TEST else self.ways.get(kind, tuple(Way))
        return tuple(way for way in there if way in wanted)

    def not_before(self, now: datetime, zone: ZoneInfo) -> datetime:
        """Give the first moment from now on that is not in the quiet hours (2)."""
        if self.quiet_from is None or self.quiet_until is None or self.quiet_from == self.quiet_until:
            return now
        shown = now.astimezone(zone)
        for day in (shown.date() - timedelta(days=1), shown.date()):
            begins = datetime.combine(day, self.quiet_from, zone)
            ends_on = day if self.quiet_until > self.quiet_from else day + timedelta(days=1)
            ends = datetime.combine(ends_on, self.quiet_until, zone)
            if begins.astimezone(now.tzinfo) <= now < ends.astimezone(now.tzinfo):
                return ends.astimezone(now.tzinfo)
        return now

    def to_json(self) -> dict[str, Any]:
        """Give what is stored."""
        return {
            "mail": self.mail,
            "pager": self.pager,
            "ways": {kind.value: [way.value for way in ways] for kind, ways in self.ways.items()},
            "quiet": [f"{self.quiet_from:%H:%M}", f"{self.quiet_until:%H:%M}"] if self.quiet_from is not None else [],
        }


def preference_of(stored: Mapping[str, Any]) -> Preference:
    """Read what `to_json` gave; kinds that this version does not know are left out."""
    quiet: list[time | None] = [time.fromisoformat(said) for said in stored.get("quiet", [])]
    quiet = quiet or [None, None]
    known = {kind.value: kind for kind in Kind}
    ways = {known[kind]: tuple(map(Way, ways)) for kind, ways in stored.get("ways", {}).items() if kind in known}
    return Preference(stored.get("mail", ""), stored.get("pager", ""), ways, quiet[0], quiet[1])


def check_mail(said: str) -> str:
    """Give a mail address, or raise InvalidRequest (3)."""
    if len(said) > LONGEST_MAIL or not _MAIL.fullmatch(said) or ".." in said:
        raise InvalidRequest("mail: one plain address is needed, such as dana@agency.example")
    return said


def check_pager(said: str, allowed_hosts: Iterable[str]) -> str:
    """Give a pager's address, or raise InvalidRequest (3)."""
    try:
        parts = urlsplit(said)
        host = parts.netloc.lower()
        wrong = len(said) > LONGEST_PAGER or parts.scheme != "https" or parts.fragment or parts.port == 0
        wrong = wrong or not _PATH.fullmatch(said.removeprefix("https://").partition("/")[2])
    except ValueError:
        host, wrong = "", True
    if wrong or not host or not parts.hostname or "@" in host or not host.isascii():
        raise InvalidRequest("pager: an address is needed that begins with https://")
    if host not in {each.strip().lower() for each in allowed_hosts}:
        raise InvalidRequest(f"pager: {host[:100]!r} is not among `pager_hosts` in the settings: ask the operator")
    return said
