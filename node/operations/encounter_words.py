"""Encounters between JSON and the domain: what a person says of one, and how one is shown.

An encounter is named by the last 8 hex digits of its id, or by `last`: what the supporter logged last.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from common.errors import InvalidRequest
from node.domain.encounter import (
    ActivationType,
    Duration,
    Encounter,
    EncounterState,
    Mode,
    RecipientClass,
    Referral,
    SupportKind,
    duration_of,
)
from node.domain.moments import read_day, read_moment
from node.domain.words import read_word
from node.opened import OpenNode
from node.operations.typed import flag_of
from node.persistence import members, supporters
from node.persistence.bodies import Flagged
from node.persistence.encounters import StoredEncounter
from node.use_cases.activations import get_incident
from node.use_cases.agreements import agreement_in_force, terms_of
from node.use_cases.members import get_by_code

CODED: Mapping[str, type[StrEnum]] = {
    "kind": SupportKind,
    "activation_type": ActivationType,
    "recipient_class": RecipientClass,
    "mode": Mode,
}
REFERENCE = 8  # hex digits
NOTHING = ("none", "no", "")


def read_fields(node: OpenNode, connection: Connection, said: Mapping[str, Any], occurred_at: datetime) -> Any:
    """Read the fields that were said, each into what `Encounter` holds; those left out (None) are left out.

    Raises:
        InvalidRequest: names the field.
        NotFound: no such incident or member.
    """
    fields: dict[str, Any] = {
        name: read_word(kind, said[name], name) for name, kind in CODED.items() if said.get(name) is not None
    }
    if said.get("duration") is not None:
        fields["duration"] = read_duration(said["duration"])
    if said.get("participants") is not None:
        fields["participants"] = read_count(said["participants"], "participants")
    if said.get("referrals"):
        fields["referrals"] = read_referrals(said["referrals"])
    if said.get("follow_up") is not None:
        fields["follow_up_due"] = _follow_up(node, connection, said["follow_up"], occurred_at)
    if said.get("incident") is not None:
        incident = said["incident"]
        is_none = incident in NOTHING
        fields["incident_id"] = None if is_none else get_incident(connection, str(incident)).id
        fields["is_incident_related"] = not is_none
    if said.get("incident_related") is not None:
        fields["is_incident_related"] = flag_of(said, "incident_related") or fields.get("incident_id") is not None
    if said.get("member") is not None:
        is_none = said["member"] in NOTHING
        fields["member_id"] = None if is_none else get_by_code(connection, node.vault, str(said["member"])).id
    return fields


def read_duration(said: object) -> Duration:
    """Read a duration: a band, or minutes."""
    text = str(said).strip().removesuffix("min").removesuffix("m").strip()
    return duration_of(int(text)) if text.isascii() and text.isdigit() else read_word(Duration, said, "duration")


def read_count(said: object, field: str) -> int:
    """Read a whole number; raises InvalidRequest naming the field."""
    if isinstance(said, bool) or not isinstance(said, int):
        raise InvalidRequest(f"{field}: must be a whole number")
    return said


def read_referrals(said: object) -> tuple[Referral, ...]:
    """Read referrals, one or a list; raises InvalidRequest naming the field."""
    given = said if isinstance(said, list) else [said]
    if len(given) > len(Referral):
        raise InvalidRequest("referrals: each once")
    return tuple(read_word(Referral, each, "referrals") for each in given)


def read_at(node: OpenNode, said: object) -> datetime:
    """Read when it occurred, where the agency is; now, if nothing is said."""
    return read_moment("now" if said is None else said, "occurred", node.settings.zone, node.clock.now())


def codes_shown(node: OpenNode, connection: Connection, rows: list[StoredEncounter]) -> dict[bytes, str]:
    """Give the codes of the supporters and members of a page, by id; of one that is flagged, the id's first digits."""
    told = [row.encounter for row in rows if isinstance(row.encounter, Encounter)]
    about = {each.member_id for each in told if each.member_id is not None}
    found = members.find_members(connection, node.vault, about) if about else {}
    people = {id_: each.member for id_, each in found.items()}
    roster = {each.id: each.supporter for each in supporters.list_supporters(connection, node.vault)}
    return {
        id_: id_.hex()[:REFERENCE] if isinstance(each, Flagged) else each.code
        for id_, each in (people | roster).items()
    }


def shown(node: OpenNode, row: StoredEncounter, codes: Mapping[bytes, str]) -> dict[str, Any]:
    """Give what JSON can carry of an encounter; of a flagged one, why it is."""
    zone, told = node.settings.zone, row.encounter
    head = {
        "id": row.id.hex(),
        "reference": row.id.hex()[-REFERENCE:],
        "version": row.version,
        "state": row.state.value,
        "written_at": row.written_at.astimezone(zone).isoformat(),
    }
    if isinstance(told, Flagged):
        return head | {"state": "erased" if told.is_erased else "altered", "flagged": told.because}
    return head | {
        "flagged": None,
        "occurred_at": told.occurred_at.astimezone(zone).isoformat(),
        "supporter": codes.get(told.supporter_id, told.supporter_id.hex()[:REFERENCE]),
        **{name: getattr(told, name) for name in CODED},
        "duration": told.duration,
        "participants": told.participants,
        "referrals": [each.value for each in told.referrals],
        "follow_up_due": None if told.follow_up_due is None else told.follow_up_due.isoformat(),
        "incident_id": None if told.incident_id is None else told.incident_id.hex(),
        "incident_related": told.is_incident_related,
        "member": None if told.member_id is None else codes.get(told.member_id, told.member_id.hex()[:REFERENCE]),
        "is_void": row.state is EncounterState.VOID,
    }


def _follow_up(node: OpenNode, connection: Connection, said: object, occurred_at: datetime) -> date | None:
    if said in NOTHING:
        return None
    zone, now = node.settings.zone, node.clock.now()
    if said in ("yes", "agreed"):
        agreement = agreement_in_force(connection, now)
        first = terms_of(connection, 0 if agreement is None else agreement.version).check_in_after(0)
        return occurred_at.astimezone(zone).date() + (first or timedelta(days=7))
    return read_day(said, "follow_up", now.astimezone(zone).date(), is_to_come=True)
