"""What an agency does with follow-ups: checked here first, offline included, then written as a report to the hub.

1. A command is decided on what the hub told last, and on this agency's own commands whose result it has not told yet:
   so one can follow another while the hub is out of reach.
2. What cannot be by what is known here is refused at once, with the reason. What passes here is still the hub's to
   decide: until its answer comes, the command waits; when the hub refuses, its reason stands beside what is true now.
3. Deadlines are the hub's clock's alone: nothing is refused here for being late. Nor for an agreement that begins, or
   ends, so near to now that this machine's clock may be wrong about it.

Source: DOMAIN.md 4; DESIGN.md 3.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from common.errors import InvalidRequest, NotFound, WrongState
from common.followup.ownership import decide
from common.followup.reference import LENGTH, is_reference, read_reference
from common.followup.refusal import Refused
from common.followup.state import Circumstances, FollowUp
from common.identity.keys import Ed25519PrivateKey
from common.ids import new_id
from common.short_ids import ID_DIGITS, span
from common.wire.times import timestamp
from common.wire.v1.codes_pb2 import DeclineReason, FollowUpOutcome, FollowUpVerb
from common.wire.v1.report_pb2 import FollowUpCommand, Report
from node.domain.follow_up import KnownFollowUp, OwnCommand, expected
from node.persistence import follow_ups, incidents, ledger, outbox
from node.persistence.membership import get_membership
from node.persistence.outbox import OutboxEntry
from node.use_cases.agreements import agreement_in_force, check_signed, terms_of
from node.use_cases.outbox import append

MOST_OPENED = 64  # at once
SHORTEST_PREFIX = 4  # hex digits of an id that a person may type
_OPEN = FollowUpVerb.FOLLOW_UP_VERB_OPEN
_TRIED: dict[int, dict[str, Any]] = {  # verbs, each with the least that it needs
    FollowUpVerb.FOLLOW_UP_VERB_ACKNOWLEDGE: {},
    FollowUpVerb.FOLLOW_UP_VERB_ACCEPT: {},
    FollowUpVerb.FOLLOW_UP_VERB_DECLINE: {"decline_reason": DeclineReason.DECLINE_REASON_OTHER},
    FollowUpVerb.FOLLOW_UP_VERB_FIRST_CONTACT: {},
    FollowUpVerb.FOLLOW_UP_VERB_CHECK_IN: {},
    FollowUpVerb.FOLLOW_UP_VERB_OFFER: {"offered_to": [bytes(16)]},
    FollowUpVerb.FOLLOW_UP_VERB_ASK_HUB_TO_OFFER: {},
    FollowUpVerb.FOLLOW_UP_VERB_WITHDRAW: {},
    FollowUpVerb.FOLLOW_UP_VERB_HOLD: {},
    FollowUpVerb.FOLLOW_UP_VERB_RESUME: {},
    FollowUpVerb.FOLLOW_UP_VERB_CLOSE: {"outcome": FollowUpOutcome.FOLLOW_UP_OUTCOME_NOT_NEEDED},
    FollowUpVerb.FOLLOW_UP_VERB_REOPEN: {},
    FollowUpVerb.FOLLOW_UP_VERB_RECLAIM: {},
}
_OFFERS = {FollowUpVerb.FOLLOW_UP_VERB_OFFER, FollowUpVerb.FOLLOW_UP_VERB_ACCEPT}


def open_follow_ups(
    connection: Connection, key: Ed25519PrivateKey, incident_id: bytes | None, cohorts: Sequence[int], now: datetime
) -> list[KnownFollowUp]:
    """Open follow-ups, all or none; this agency is accountable for each from now on.

    Args:
        incident_id: which they belong to; None for none.
        cohorts: wire CohortBand of each.

    Raises:
        NotFound: the hub told of no such incident.
        WrongState: the incident is closed.
        InvalidRequest: none, or too many at once.
    """
    if not 1 <= len(cohorts) <= MOST_OPENED:
        raise InvalidRequest(f"count: 1 to {MOST_OPENED} may be opened at once")
    if incident_id is not None:
        _check_open(connection, incident_id)
    commands = [FollowUpCommand(verb=_OPEN, follow_up_id=secrets.token_bytes(16), cohort=cohort) for cohort in cohorts]  # type: ignore[arg-type]
    if incident_id is not None:
        for command in commands:
            command.incident_id = incident_id
    own = get_membership(connection)
    agreement = agreement_in_force(connection, now)
    version = 0 if agreement is None else agreement.version
    given = Circumstances(now, terms_of(connection, version), version, own.hub_epoch)
    opened = [_opened(decide(None, command, own.agency_id, given)) for command in commands]
    for known in opened:
        follow_ups.save_follow_up(connection, known)
    append(connection, [_report(command, now) for command in commands], key, now)
    return opened


def command(
    connection: Connection,
    key: Ed25519PrivateKey,
    follow_up_id: bytes,
    verb: int,
    now: datetime,
    fields: dict[str, Any] | None = None,
) -> OutboxEntry:
    """Write a command about a follow-up; it leaves as soon as the hub can be reached.

    Args:
        verb: wire FollowUpVerb.
        fields: what the verb needs, as the contract's FollowUpCommand has it.

    Raises:
        NotFound: nothing is known of it here.
        WrongState: it cannot be, by what is known here (1, 2).
        InvalidRequest: names the field that is out of its range.
    """
    state = expected_state(connection, follow_up_id)
    if state is None:
        raise WrongState("the hub did not take its opening: what it said stands with the follow-up")
    own = get_membership(connection)
    if own.agency_id not in state.concerned:  # it was offered to this agency once
        raise WrongState("no offer of it is open to this agency any more, and it is not this agency's")
    told = FollowUpCommand(verb=verb, follow_up_id=follow_up_id, version=state.version, **(fields or {}))  # type: ignore[arg-type]
    if verb in _OFFERS:
        check_signed(connection, now)
    decide(state, told, own.agency_id, _given(connection, state))
    return append(connection, [_report(told, now)], key, now)[0]


def possible(connection: Connection, follow_up_id: bytes) -> list[int]:
    """Give the verbs that may be said of a follow-up now, by what is known here; none when the hub refused its opening.

    Whether another agency may be offered it, or an outcome fits, is decided when it is said.
    """
    state = expected_state(connection, follow_up_id)
    own = get_membership(connection).agency_id
    if state is None or own not in state.concerned:
        return []
    given = _given(connection, state)
    return [verb for verb, fields in _TRIED.items() if _changes(state, verb, fields, own, given)]


def expected_state(connection: Connection, follow_up_id: bytes) -> FollowUp | None:
    """Give a follow-up as it will be when the hub takes every command that waits; None when it refused the opening.

    Raises:
        NotFound: nothing is known of it here.
    """
    known = get_known(connection, follow_up_id)
    own = get_membership(connection).agency_id
    return expected(known, own_commands(connection, follow_up_id), own, _given(connection, known.state))


def get_known(connection: Connection, follow_up_id: bytes) -> KnownFollowUp:
    """Fetch a follow-up as the hub told it last; raises NotFound when nothing is known of it here."""
    known = follow_ups.find_follow_up(connection, follow_up_id)
    if known is None:
        raise NotFound("nothing is known of such a follow-up here: the list has every one that is")
    return known


def own_commands(connection: Connection, follow_up_id: bytes) -> list[OwnCommand]:
    """List this agency's commands about a follow-up, in order; one that went along into a new stream is one command."""
    entries = reversed(outbox.list_about(connection, "follow_up", follow_up_id))
    newest = {entry.command_id: entry for entry in entries}
    return [_own(connection, entry) for entry in newest.values()]


def get_by_name(connection: Connection, said: str) -> KnownFollowUp:
    """Fetch a follow-up by its reference, or by the first hex digits of its id.

    Raises:
        InvalidRequest: neither, or more than one is meant.
        NotFound: none is known here.
    """
    plain = said.replace("-", "").replace(" ", "")
    is_hex = len(plain) >= SHORTEST_PREFIX and not set(plain.lower()) - set("0123456789abcdef")
    is_id = is_hex and (len(plain) != LENGTH or not is_reference(plain))
    if is_id:
        found = follow_ups.list_between(connection, *span(plain.lower())) if len(plain) <= ID_DIGITS else []
    else:
        found = follow_ups.list_by_reference(connection, read_reference(said))
    if not found:
        raise NotFound(f"nothing is known of a follow-up {said} here: the list has every one that is")
    if len(found) > 1:
        ids = ", ".join(known.state.id.hex() for known in found)
        raise InvalidRequest(f"follow-up: {said} names {len(found)}, give more of the id: {ids}")
    return found[0]


def _changes(state: FollowUp, verb: int, fields: dict[str, Any], own: bytes, given: Circumstances) -> bool:
    told = FollowUpCommand(verb=verb, follow_up_id=state.id, version=state.version, **fields)  # type: ignore[arg-type]
    try:
        return decide(state, told, own, given) is not state
    except Refused:
        return False


def _check_open(connection: Connection, incident_id: bytes) -> None:
    incident = incidents.find_incident(connection, incident_id)
    if incident is None:
        raise NotFound("this node was told of no such incident: the list has every one")
    if incident.is_closed:
        raise WrongState("the incident is closed: no follow-up is opened for it any more")


def _given(connection: Connection, state: FollowUp) -> Circumstances:
    """Give what a command is decided under here: the hub's last word is the only time that counts (3).

    Of an agreement that this agency was never told, nothing is held against a command: the hub knows it.
    """
    terms = terms_of(connection, state.agreement_version)
    return Circumstances(state.changed_at, terms, state.agreement_version, get_membership(connection).hub_epoch)


def _opened(state: FollowUp) -> KnownFollowUp:
    return KnownFollowUp(replace(state, version=0), "", "", 0)


def _report(told: FollowUpCommand, now: datetime) -> Report:
    return Report(command_id=new_id(now), occurred_at=timestamp(now), follow_up=told)


def _own(connection: Connection, entry: OutboxEntry) -> OwnCommand:
    leaf = next(ledger.read_leaves(connection, entry.stream_id, entry.sequence, 1))
    told = Report.FromString(leaf.body).follow_up
    return OwnCommand(told, entry.created_at, entry.outcome, entry.is_refused, entry.reason)
