"""What an export holds: every record of one kind, as plain words; None in place of one that cannot be read.

Source: DOMAIN.md 3.
"""

from collections.abc import Iterator
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy import Connection

from node.domain.encounter import Encounter
from node.persistence import encounters, local_follow_ups, members, resources, supporters
from node.persistence.bodies import Flagged
from node.persistence.encounters import Span, StoredEncounter
from node.persistence.members import StoredMember
from node.vault.vault import Vault

_PAGE = 1_000
Row = dict[str, Any]


def encounter_rows(connection: Connection, vault: Vault, zone: tzinfo, has_void: bool) -> Iterator[Row | None]:
    """Give every encounter, the newest first; supporters and members by local code."""
    codes = _Codes(connection, vault)
    span = Span(has_void=has_void)
    while page := encounters.rows_of_page(connection, vault, span, _PAGE):
        for stored in encounters.open_page(connection, vault, page):
            told = stored.encounter
            yield None if isinstance(told, Flagged) else _encounter(stored, told, codes, zone)
        span = Span(has_void=has_void, after=(page[-1].occurred_at, bytes(page[-1].id)))


def member_rows(connection: Connection, vault: Vault, zone: tzinfo) -> Iterator[Row | None]:
    """Give every member, in the order in which they were recorded."""
    codes = _Codes(connection, vault)
    for stored in _members(connection, vault):
        member = stored.member
        if isinstance(member, Flagged):
            yield None
            continue
        yield {
            "code": member.code,
            "name": member.name,
            "recipient_class": member.recipient_class,
            "unit": member.unit,
            "contact": member.contact,
            "supervisor": codes.member(member.supervisor_id),
            "state": member.state.value,
            "recorded_at": _time(stored.recorded_at, zone),
        }


def supporter_rows(connection: Connection, vault: Vault, zone: tzinfo) -> Iterator[Row | None]:
    """Give every supporter of the roster."""
    codes = _Codes(connection, vault)
    for stored in supporters.list_supporters(connection, vault):
        supporter = stored.supporter
        if isinstance(supporter, Flagged):
            yield None
            continue
        yield {
            "code": supporter.code,
            "name": supporter.name,
            "member": codes.member(supporter.member_id),
            "selected_on": _day(supporter.selected_on),
            "designated_on": _day(supporter.designated_on),
            "ended_on": _day(supporter.ended_on),
            "cap": supporter.cap,
            "languages": list(supporter.languages),
            "trainings": [f"{each.topic.value} {each.completed_on}" for each in supporter.trainings],
            "recorded_at": _time(stored.recorded_at, zone),
        }


def check_in_rows(connection: Connection, vault: Vault, zone: tzinfo) -> Iterator[Row | None]:
    """Give every check-in, the ended ones too, the first due first."""
    codes = _Codes(connection, vault)
    for stored in local_follow_ups.list_follow_ups(connection, vault, has_ended=True, limit=None):
        held = stored.follow_up
        if isinstance(held, Flagged):
            yield None
            continue
        yield {
            "code": held.code,
            "state": held.state.value,
            "due_at": _time(held.due_at, zone),
            "supporter": None if held.supporter_id is None else codes.supporter(held.supporter_id),
            "member": codes.member(held.member_id),
            "encounter": None if held.encounter_id is None else held.encounter_id.hex(),
            "incident": None if held.incident_id is None else held.incident_id.hex(),
            "hub_reference": held.hub_reference,
            "outcome": held.outcome,
            "opened_at": _time(held.opened_at, zone),
            "ended_at": None if held.ended_at is None else _time(held.ended_at, zone),
        }


def resource_rows(connection: Connection) -> Iterator[Row]:
    """Give every entry of the resource directory in its newest version, by number."""
    for each in resources.list_resources(connection):
        yield {
            "code": each.code,
            "kind": each.kind.value,
            "name": each.name,
            "reach": each.reach,
            "hours": each.hours,
            "languages": list(each.languages),
            "confidential": each.is_confidential,
            "checked_on": _day(each.checked_on),
            "ended_on": _day(each.ended_on),
        }


class _Codes:
    """The local codes of members and supporters, each looked up once."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._members = {m.id: m.member.code for m in _members(connection, vault) if not isinstance(m.member, Flagged)}
        found = supporters.list_supporters(connection, vault)
        self._supporters = {s.id: s.supporter.code for s in found if not isinstance(s.supporter, Flagged)}

    def member(self, member_id: bytes | None) -> str | None:
        """Give a member's code; `erased` where the member's record is."""
        return None if member_id is None else self._members.get(member_id, "erased")

    def supporter(self, supporter_id: bytes) -> str:
        """Give a supporter's code."""
        return self._supporters.get(supporter_id, "erased")


def _members(connection: Connection, vault: Vault) -> Iterator[StoredMember]:
    after: bytes | None = None
    while page := members.search_members(connection, vault, (), None, after, _PAGE):
        yield from page
        after = page[-1].id


def _encounter(stored: StoredEncounter, told: Encounter, codes: _Codes, zone: tzinfo) -> Row:
    return {
        "encounter_id": stored.id.hex(),
        "state": stored.state.value,
        "occurred_at": _time(told.occurred_at, zone),
        "supporter": codes.supporter(told.supporter_id),
        "activation_type": told.activation_type,
        "support_kind": told.kind.value,
        "recipient_class": told.recipient_class,
        "mode": told.mode,
        "duration": told.duration,
        "participants": told.participants,
        "referrals": [each.value for each in told.referrals],
        "follow_up_due": _day(told.follow_up_due),
        "incident_related": told.is_incident_related,
        "incident": None if told.incident_id is None else told.incident_id.hex(),
        "member": codes.member(told.member_id),
        "recorded_at": _time(stored.recorded_at, zone),
    }


def _time(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds")


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
