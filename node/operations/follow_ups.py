"""Follow-ups: opened, offered, answered, worked on; each as the hub told it, with what waits for the hub."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from common.codes import code
from common.errors import InvalidRequest, WrongState
from common.followup.reference import reference_of, spaced
from common.followup.windows import ACCEPT_WITHIN, NEXT_CHECK_IN_WITHIN, span_in
from common.wire.times import duration
from common.wire.v1 import codes_pb2 as codes
from node.domain.follow_up import KnownFollowUp
from node.domain.words import read_word
from node.opened import OpenNode
from node.operations.follow_up_words import Shown, true_now
from node.operations.plain import here
from node.operations.with_hub import needs_hub, nothing_without_hub
from node.persistence import directory, follow_ups
from node.persistence.follow_up_lists import KINDS, Needed, list_needed
from node.persistence.membership import get_membership
from node.persistence.outbox import OutboxEntry
from node.use_cases import eligibility
from node.use_cases import follow_ups as use_case
from node.use_cases.activations import get_incident

Arguments = dict[str, Any]
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
_SAID = {int(code(codes.FollowUpVerb, word_, "verb")): said for said, (word_, _) in _VERBS.items()}
_ANSWERS = ("acknowledge", "accept", "decline")  # hold as long as the very offer stands, whatever version it is at
_MOST_LISTED = 200


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
    """Write a command about a follow-up; with `seen`, only where it still is as it was shown."""
    said = str(arguments["verb"])
    if said not in _VERBS:
        raise InvalidRequest(f"verb: {said!r} is not one of {', '.join(_VERBS)}")

    def write(connection: Connection) -> dict[str, Any]:
        known = use_case.get_by_name(connection, arguments["follow_up"])
        seen = arguments.get("seen")
        row = None if seen is None else Shown(connection).row(known)
        if row is not None:
            _check_seen(row, str(seen), said)
        try:
            entry, notes = _written(node, connection, said, known.state.id, arguments)
        except WrongState as error:
            raise error if row is None else WrongState(f"{str(error).rstrip('.')}. Now: {true_now(row)}") from None
        return {
            "id": known.state.id.hex(),
            "reference": spaced(reference_of(known.state.id)),
            "sequence": entry.sequence,
            "command_id": entry.command_id.hex(),
            "outcome": "waiting",
            "notes": notes,
        }

    return node.write("outbox", write)


def _written(
    node: OpenNode, connection: Connection, said: str, follow_up_id: bytes, arguments: Arguments
) -> tuple[OutboxEntry, list[str]]:
    """Write a command; give it, with what is noted about an acceptance."""
    now = node.clock.now()
    if said == "accept":
        entry, found = eligibility.accept(connection, node.bound_key, follow_up_id, here(node), now)
        return entry, list(found.notes)
    fields, verb = _fields(connection, said, arguments), int(code(codes.FollowUpVerb, _VERBS[said][0], "verb"))
    return use_case.command(connection, node.bound_key, follow_up_id, verb, now, fields), []


@nothing_without_hub
def list_(node: OpenNode, arguments: Arguments) -> Any:
    """List follow-ups: all that are known, or those of one incident, or what waits for this agency."""

    def read(connection: Connection) -> Any:
        incident = get_incident(connection, arguments["incident"]).id if arguments.get("incident") else None
        shown = Shown(connection)
        rows = [shown.row(known) for known in follow_ups.list_follow_ups(connection, incident)]
        return [row for row in rows if _SELECTIONS[arguments.get("which") or "all"](row)]

    return node.read(read)


@nothing_without_hub
def needed(node: OpenNode, arguments: Arguments) -> Any:
    """List follow-ups by what they need of this agency, the most urgent first: each kind, or one; of an incident."""
    limit, offset = int(arguments.get("limit", 20)), int(arguments.get("offset", 0))
    if not 1 <= limit <= _MOST_LISTED or offset < 0:
        raise InvalidRequest(f"limit: must be 1 to {_MOST_LISTED}; offset: must be 0 or more")
    now = node.clock.now()
    kinds = [read_word(Needed, arguments["which"], "which")] if arguments.get("which") else KINDS

    def read(connection: Connection) -> Any:
        own, shown = get_membership(connection).agency_id, Shown(connection)
        incident = get_incident(connection, arguments["incident"]).id if arguments.get("incident") else None
        listed = []
        for kind in kinds:
            some, count = list_needed(connection, own, kind, now, limit, offset, incident)
            listed.append({"which": kind.value, "count": count, "rows": [shown.row(known) for known in some]})
        return listed

    return node.read(read)


@needs_hub
def show(node: OpenNode, arguments: Arguments) -> Any:
    """Give one follow-up, with every command of this agency about it."""

    def read(connection: Connection) -> Any:
        known = use_case.get_by_name(connection, arguments["follow_up"])
        shown = Shown(connection)
        return shown.whole(known, _SAID)

    return node.read(read)


_SELECTIONS: Mapping[str, Callable[[dict[str, Any]], bool]] = {
    "all": lambda row: any(row[name] for name in ("is_mine", "is_origin", "offered_to_us", "waiting", "refused")),
    "mine": lambda row: bool(row["is_mine"]) and row["work"] != "closed",
    "offers": lambda row: bool(row["offered_to_us"]),
    "waiting": lambda row: bool(row["waiting"]),
    "escalated": lambda row: row["escalation"] != "none" and row["work"] != "closed",
}


def _check_seen(row: dict[str, Any], seen: str, verb: str) -> None:
    """Check that nothing happened since somebody looked; an answer holds as long as its offer stands."""
    now = row["seen"]
    is_same = now.partition(".")[2] == seen.partition(".")[2] if verb in _ANSWERS else now == seen
    if not is_same:
        raise WrongState(f"it was changed since you opened this page, so nothing was done. Now: {true_now(row)}")


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
        raise InvalidRequest(f"to: no agency is called {said!r} in the directory")
    if len(found) > 1:
        raise InvalidRequest(
            f"to: {said!r} may be {' or '.join(entry.name for entry in found)}: write more of the name"
        )
    return found[0].agency_id
