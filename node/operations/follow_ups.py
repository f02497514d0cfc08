"""Follow-ups: opened, offered, answered, worked on; each as the hub told it, with what waits for the hub."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from common.codes import code, word
from common.errors import InvalidRequest
from common.followup.reference import reference_of, spaced
from common.followup.windows import ACCEPT_WITHIN, NEXT_CHECK_IN_WITHIN, span_in
from common.wire.times import duration
from common.wire.v1 import codes_pb2 as codes
from node.domain.follow_up import KnownFollowUp, OwnCommand
from node.opened import OpenNode
from node.operations.plain import here, word_or_none
from node.operations.with_hub import needs_hub, nothing_without_hub
from node.persistence import directory, follow_ups, incidents
from node.persistence.membership import get_membership
from node.use_cases import eligibility
from node.use_cases import follow_ups as use_case
from node.use_cases.activations import get_incident

Arguments = dict[str, Any]
_TIMES = (
    "opened_at", "changed_at", "accept_by", "contact_by", "first_contact_at", "next_check_in", "closed_at"
)  # fmt: skip
_VERBS = {  # what people type -> the contract's word, and the fields that come with it
    "offer": ("offer", ("to", "accept_within_h")),
    "acknowledge": ("acknowledge", ()),
    "accept": ("accept", ()),
    "decline": ("decline", ("reason",)),
    "withdraw": ("withdraw", ()),
    "reclaim": ("reclaim", ()),
    "contact": ("first_contact", ("next_check_in_days",)),
    "check-in": ("check_in", ("next_check_in_days",)),
    "hold": ("hold", ("next_check_in_days",)),
    "resume": ("resume", ()),
    "close": ("close", ("outcome",)),
    "reopen": ("reopen", ()),
    "ask-hub": ("ask_hub_to_offer", ()),
}


@needs_hub
def open_(node: OpenNode, arguments: Arguments) -> Any:
    """Open one or several follow-ups."""
    cohorts = [int(code(codes.CohortBand, said, "cohort")) for said in arguments["cohorts"]]
    now = node.clock.now()
    incident_id = None
    if arguments.get("incident"):
        incident_id = node.read(lambda connection: get_incident(connection, arguments["incident"])).id

    def write(connection: Connection) -> list[KnownFollowUp]:
        return use_case.open_follow_ups(connection, node.bound_key, incident_id, cohorts, now)

    opened = node.write("outbox", write)
    return [{"id": each.state.id.hex(), "reference": spaced(reference_of(each.state.id))} for each in opened]


@needs_hub
def command(node: OpenNode, arguments: Arguments) -> Any:
    """Write a command about a follow-up."""
    said = str(arguments["verb"])
    if said not in _VERBS:
        raise InvalidRequest(f"verb: {said!r} is not one of {', '.join(_VERBS)}")
    contract_word, _ = _VERBS[said]
    verb, now = int(code(codes.FollowUpVerb, contract_word, "verb")), node.clock.now()

    def write(connection: Connection) -> dict[str, Any]:
        known = use_case.get_by_name(connection, arguments["follow_up"])
        if said == "accept":
            entry, found = eligibility.accept(connection, node.bound_key, known.state.id, here(node), now)
        else:
            fields = _fields(connection, said, arguments)
            entry, found = use_case.command(connection, node.bound_key, known.state.id, verb, now, fields), None
        return {
            "id": known.state.id.hex(),
            "reference": spaced(reference_of(known.state.id)),
            "sequence": entry.sequence,
            "command_id": entry.command_id.hex(),
            "outcome": "waiting",
            "notes": [] if found is None else list(found.notes),
        }

    return node.write("outbox", write)


@nothing_without_hub
def list_(node: OpenNode, arguments: Arguments) -> Any:
    """List follow-ups: all that are known, or those of one incident, or what waits for this agency."""

    def read(connection: Connection) -> Any:
        incident = get_incident(connection, arguments["incident"]).id if arguments.get("incident") else None
        shown = _Shown(connection)
        rows = [shown.row(known) for known in follow_ups.list_follow_ups(connection, incident)]
        return [row for row in rows if _SELECTIONS[arguments.get("which") or "all"](row)]

    return node.read(read)


@needs_hub
def show(node: OpenNode, arguments: Arguments) -> Any:
    """Give one follow-up, with every command of this agency about it."""

    def read(connection: Connection) -> Any:
        known = use_case.get_by_name(connection, arguments["follow_up"])
        shown = _Shown(connection)
        commands = use_case.own_commands(connection, known.state.id)
        return shown.row(known) | {"commands": [_shown_command(each) for each in commands]}

    return node.read(read)


_SELECTIONS: Mapping[str, Callable[[dict[str, Any]], bool]] = {
    "all": lambda row: any(row[name] for name in ("is_mine", "is_origin", "offered_to_us", "waiting", "refused")),
    "mine": lambda row: bool(row["is_mine"]) and row["work"] != "closed",
    "offers": lambda row: bool(row["offered_to_us"]),
    "waiting": lambda row: bool(row["waiting"]),
    "escalated": lambda row: row["escalation"] != "none" and row["work"] != "closed",
}


class _Shown:
    """Says follow-ups in plain words, with names from the directory."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        own = get_membership(connection)
        self._own = own.agency_id
        self._names = {entry.agency_id: entry.name for entry in directory.list_directory(connection)}
        self._names[own.agency_id] = own.agency_name
        self._titles = {incident.id: incident.title for incident in incidents.list_incidents(connection)}

    def row(self, known: KnownFollowUp) -> dict[str, Any]:
        state = known.state
        commands = use_case.own_commands(self._connection, state.id)
        waiting = [_verb(each) for each in commands if each.outcome is None]
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
            **{name: _iso(getattr(state, name)) for name in _TIMES},
            "due": _iso(known.due),
            "waiting": waiting,
            "refused": refused,
        }

    def _name(self, agency_id: bytes) -> str:
        return self._names.get(agency_id, agency_id.hex()[:8])


def _fields(connection: Connection, verb: str, arguments: Arguments) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    _, takes = _VERBS[verb]
    if "to" in takes:
        fields["offered_to"] = [_agency(connection, said) for said in arguments["to"]]
    if "reason" in takes:
        fields["decline_reason"] = code(codes.DeclineReason, arguments["reason"], "reason")
    if "outcome" in takes:
        fields["outcome"] = code(codes.FollowUpOutcome, arguments["outcome"], "outcome")
    hours, days = (arguments.get(name) if name in takes else None for name in ("accept_within_h", "next_check_in_days"))
    accept_within = span_in(hours, timedelta(hours=1), *ACCEPT_WITHIN, "accept-within")
    next_check_in = span_in(days, timedelta(days=1), *NEXT_CHECK_IN_WITHIN, "next-days")
    if accept_within is not None:
        fields["accept_within"] = duration(accept_within)
    if next_check_in is not None:
        fields["next_check_in_within"] = duration(next_check_in)
    return fields


def _agency(connection: Connection, said: str) -> bytes:
    """Find an agency of the directory by its name, the beginning of its name, or its id."""
    entries = directory.list_directory(connection)
    wanted = said.strip().lower()
    exact = [entry for entry in entries if wanted in (entry.name.lower(), entry.agency_id.hex())]
    found = exact or [entry for entry in entries if wanted and entry.name.lower().startswith(wanted)]
    if not found:
        raise InvalidRequest(f"to: no agency is called {said!r} in the directory: `holdfast node directory` lists them")
    if len(found) > 1:
        raise InvalidRequest(
            f"to: {said!r} may be {' or '.join(entry.name for entry in found)}: write more of the name"
        )
    return found[0].agency_id


def _shown_command(each: OwnCommand) -> dict[str, Any]:
    return {
        "verb": _verb(each),
        "written_at": each.written_at.isoformat(),
        "outcome": "waiting" if each.outcome is None else word(codes.Outcome, each.outcome),
        "reason": each.reason,
    }


def _verb(each: OwnCommand) -> str:
    return word(codes.FollowUpVerb, each.told.verb)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
