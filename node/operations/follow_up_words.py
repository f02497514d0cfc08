"""Follow-ups in plain words, with names from the directory, and what waits for the hub."""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from common.codes import word
from common.followup.reference import reference_of, spaced
from common.followup.state import FollowUp
from common.wire.v1 import codes_pb2 as codes
from node.domain.follow_up import KnownFollowUp, OwnCommand
from node.operations.plain import word_or_none
from node.persistence import directory, incidents
from node.persistence.membership import get_membership
from node.use_cases import follow_ups as use_case

_TIMES = (
    "opened_at", "changed_at", "accept_by", "contact_by", "first_contact_at", "next_check_in", "closed_at"
)  # fmt: skip


class Shown:
    """Says follow-ups in plain words."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        own, entries = get_membership(connection), directory.list_directory(connection)
        self._own = own.agency_id
        self._names = {entry.agency_id: entry.name for entry in entries} | {own.agency_id: own.agency_name}
        self._contacts = {entry.agency_id: entry.duty_contact for entry in entries}
        self._titles = {incident.id: incident.title for incident in incidents.list_incidents(connection)}

    def row(self, known: KnownFollowUp) -> dict[str, Any]:
        """Say one for a list."""
        return self._row(known, use_case.own_commands(self._connection, known.state.id))

    def whole(self, known: KnownFollowUp, verbs: dict[int, str]) -> dict[str, Any]:
        """Say one whole: every command of this agency, whom to call, and what may be done now.

        Args:
            verbs: how people say each verb of the contract.
        """
        commands = use_case.own_commands(self._connection, known.state.id)
        state = known.state
        return self._row(known, commands) | {
            "commands": [_shown_command(each) for each in commands],
            "may": [verbs[verb] for verb in use_case.possible(self._connection, state.id)],
            "contacts": [
                {"agency": self._name(each), "is": _parts(state, each), "contact": self._contact(known, each)}
                for each in state.audience
                if each != self._own
            ],
        }

    def _row(self, known: KnownFollowUp, commands: list[OwnCommand]) -> dict[str, Any]:
        state = known.state
        waiting = [verb_of(each) for each in commands if each.outcome is None]
        refused = commands[-1].reason or "refused by the hub" if commands and commands[-1].is_refused else ""
        return {
            "reference": spaced(reference_of(state.id)),
            "id": state.id.hex(),
            "incident": None if state.incident_id is None else state.incident_id.hex(),
            "title": self._titles.get(state.incident_id or b"", ""),
            "origin": self._name(state.origin),
            "accountable": self._name(state.accountable),
            "accountable_id": state.accountable.hex(),
            "is_mine": state.accountable == self._own,
            "is_origin": state.origin == self._own,
            "work": word(codes.FollowUpWork, state.work),
            "offer": word(codes.FollowUpOffer, state.offer),
            "offered_to": [self._name(agency_id) for agency_id in state.offered_to],
            "offered_to_us": self._own in state.offered_to,
            "escalation": word(codes.FollowUpEscalation, state.escalation),
            "queue": known.queue,
            "duty_contact": known.duty_contact,
            "cohort": word(codes.CohortBand, state.cohort),
            "outcome": word_or_none(codes.FollowUpOutcome, state.outcome),
            "check_ins": state.check_ins,
            "reclaim_asked": state.reclaim_asked,
            "hub_asked_to_offer": state.hub_asked_to_offer,
            "version": state.version,
            "seen": f"{_mark(state)}.{len(commands)}",
            **{name: iso_of(getattr(state, name)) for name in _TIMES},
            "due": iso_of(known.due),
            "waiting": waiting,
            "refused": refused,
        }

    def _name(self, agency_id: bytes) -> str:
        return self._names.get(agency_id, agency_id.hex()[:8])

    def _contact(self, known: KnownFollowUp, agency_id: bytes) -> str:
        if agency_id == known.state.accountable and known.duty_contact:
            return known.duty_contact
        return self._contacts.get(agency_id, "")


def true_now(row: dict[str, Any]) -> str:
    """Say in one line what is true of a follow-up now."""
    told = [f"{row['accountable']} is accountable", f"work: {row['work'].replace('_', ' ')}"]
    if row["offer"] == "none":
        told.append("no offer is open")
    else:
        told.append(f"offered to {', '.join(row['offered_to'])}")
    if row["waiting"]:
        told.append(f"waiting for the hub: {', '.join(row['waiting']).replace('_', ' ')}")
    return "; ".join(told)


def verb_of(each: OwnCommand) -> str:
    """Say what a command of this agency was."""
    return word(codes.FollowUpVerb, each.told.verb)


def iso_of(moment: datetime | None) -> str | None:
    """Say a time; None where there is none."""
    return None if moment is None else moment.isoformat()


def _mark(state: FollowUp) -> str:
    """Give a short mark of what people decide by: time that goes by, and escalates, changes none of it."""
    decided = (state.accountable, state.work, state.offer, state.offered_to, state.accept_by, state.outcome)
    done = (state.first_contact_at, state.next_check_in, state.check_ins, state.reclaim_asked, state.hub_asked_to_offer)
    return hashlib.sha256(repr((decided, done)).encode()).hexdigest()[:8]


def _parts(state: FollowUp, agency_id: bytes) -> list[str]:
    """Say what an agency has to do with a follow-up."""
    parts = {"accountable": state.accountable == agency_id, "origin": state.origin == agency_id}
    parts["offered"] = state.is_offered and agency_id in state.offered_to
    return [name for name, holds in parts.items() if holds]


def _shown_command(each: OwnCommand) -> dict[str, Any]:
    return {
        "verb": verb_of(each),
        "written_at": each.written_at.isoformat(),
        "outcome": "waiting" if each.outcome is None else word(codes.Outcome, each.outcome),
        "reason": each.reason,
    }
