"""Check-ins as they are shown: codes instead of ids, times where the agency is. Every member shown is recorded.

Source: DOMAIN.md 2.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from common.access.person import Person
from common.access.roles import Action
from common.followup.reference import spaced
from node.domain.check_in_plan import step_name
from node.domain.hand_over import HandOver
from node.domain.local_follow_up import LocalFollowUp
from node.opened import OpenNode
from node.operations.typed import iso
from node.persistence import incidents, members, supporters
from node.persistence.bodies import Flagged
from node.persistence.local_follow_ups import StoredFollowUp
from node.use_cases.members import record_reads

UNASSIGNED = "unassigned"


class Shown:
    """Says check-ins in plain words."""

    def __init__(self, node: OpenNode, connection: Connection) -> None:
        self._node, self._connection, self._now = node, connection, node.clock.now()
        roster = supporters.list_supporters(connection, node.vault)
        self._owners = {
            each.id: each.id.hex()[:8] if isinstance(each.supporter, Flagged) else each.supporter.code
            for each in roster
        }
        self._members: dict[bytes, str] = {}

    def rows(self, person: Person, action: Action, stored: Sequence[StoredFollowUp]) -> list[dict[str, Any]]:
        """Say some check-ins, and record that their members' records were read."""
        about = {each.follow_up.member_id for each in stored if isinstance(each.follow_up, LocalFollowUp)} - {None}
        read = sorted(each for each in about if each is not None)
        self._members |= _codes(members.find_members(self._connection, self._node.vault, read).values())
        record_reads(self._connection, f"user {person.name}", action, read, self._now)
        return [self._row(each) for each in stored]

    def one(self, person: Person, action: Action, held: LocalFollowUp) -> dict[str, Any]:
        """Say one that was just written."""
        stored = StoredFollowUp(held.id, held.version, held.supporter_id, held.due_at, self._now, b"", held)
        return self.rows(person, action, [stored])[0]

    def owner(self, supporter_id: bytes | None) -> str:
        """Say who owns one."""
        return UNASSIGNED if supporter_id is None else self._owners.get(supporter_id, supporter_id.hex()[:8])

    def hand_over(self, made: HandOver, codes: Iterable[str]) -> dict[str, Any]:
        """Say a hand-over."""
        return {
            "id": made.id.hex(),
            "from": self.owner(made.from_supporter),
            "to": self.owner(made.to_supporter),
            "at": iso(self._node, made.at),
            "undone_at": iso(self._node, made.undone_at),
            "check_ins": list(codes),
        }

    def _row(self, stored: StoredFollowUp) -> dict[str, Any]:
        row = {
            "check_in": stored.id.hex()[:8],
            "id": stored.id.hex(),
            "version": stored.version,
            "owner": self.owner(stored.supporter_id),
            "due_at": iso(self._node, stored.due_at),
            "written_at": iso(self._node, stored.written_at),
        }
        held = stored.follow_up
        if isinstance(held, Flagged):
            return row | dict.fromkeys(_TOLD) | {"state": "flagged", "overdue": None, "flag": held.because}
        incident = None if held.incident_id is None else incidents.find_incident(self._connection, held.incident_id)
        return row | {
            "check_in": held.code,
            "member": None if held.member_id is None else self._members.get(held.member_id, "erased"),
            "state": held.state.value,
            "overdue": held.is_overdue(self._now),
            "opened_at": iso(self._node, held.opened_at),
            "ended_at": iso(self._node, held.ended_at),
            "outcome": None if held.outcome is None else held.outcome.value,
            "encounter": None if held.encounter_id is None else held.encounter_id.hex(),
            "incident": None if held.incident_id is None else held.incident_id.hex(),
            "title": None if incident is None else incident.title,
            "step": None if held.step is None else step_name(held.step),
            "reference": None if held.hub_reference is None else spaced(held.hub_reference),
            "flag": None,
        }


_TOLD = ("member", "opened_at", "ended_at", "outcome", "encounter", "incident", "title", "step", "reference")


def _codes(found: Iterable[members.StoredMember]) -> dict[bytes, str]:
    return {
        each.id: f"{each.id.hex()[:8]} (flagged)" if isinstance(each.member, Flagged) else each.member.code
        for each in found
    }
