"""What people do in a simulated region: coordinators at nodes, operators at the hub, and some who keep to no rule."""

from datetime import timedelta
from functools import partial
from typing import Any

from common.errors import InvalidRequest, WrongState
from common.wire.times import duration
from common.wire.v1.codes_pb2 import ActivationStatus, CohortBand, DeclineReason, FollowUpOutcome, FollowUpVerb
from common.wire.v1.report_pb2 import Report
from hub.persistence import follow_ups
from hub.use_cases import ownership
from hub.use_cases.removal import evict as evict_agency
from node.domain.activation import Counts
from node.persistence import ledger
from node.persistence.streams import get_current_stream
from node.use_cases import activations
from node.use_cases.follow_ups import command as node_command
from node.use_cases.follow_ups import open_follow_ups
from node.use_cases.outbox import append
from tests.coordinating import command as report_of
from tests.simulated_node import SimulatedNode
from tests.simulated_region import SimulatedRegion

_V, _S = FollowUpVerb, ActivationStatus
OFFER, CLAIM, OPEN = _V.FOLLOW_UP_VERB_OFFER, _V.FOLLOW_UP_VERB_CLAIM, _V.FOLLOW_UP_VERB_OPEN
ACCEPT, DECLINE, CLOSE = _V.FOLLOW_UP_VERB_ACCEPT, _V.FOLLOW_UP_VERB_DECLINE, _V.FOLLOW_UP_VERB_CLOSE
ANSWERS = (ACCEPT, ACCEPT, DECLINE, OFFER, OFFER)
REPEATED = 0  # no verb: a report once more
FORGED = (*_V.values(), REPEATED, REPEATED)
VERBS = tuple(verb for verb in _V.values() if verb not in (0, CLAIM))
STATUSES = (_S.ACTIVATION_STATUS_ACTIVE, _S.ACTIVATION_STATUS_STOOD_DOWN, _S.ACTIVATION_STATUS_DECLINED)
_TRIED = 4  # follow-ups that a person tries a step on
_LATER = {_V.FOLLOW_UP_VERB_FIRST_CONTACT, _V.FOLLOW_UP_VERB_CHECK_IN, _V.FOLLOW_UP_VERB_HOLD}
_WITHIN = (None, timedelta(hours=1), timedelta(days=3))
_OUTCOMES = (FollowUpOutcome.FOLLOW_UP_OUTCOME_REFERRED_ON, FollowUpOutcome.FOLLOW_UP_OUTCOME_COMPLETED)


def open_one(region: SimulatedRegion, node: SimulatedNode, *, in_incident: bool, ends: bool = False) -> None:
    """Open a follow-up. No two are opened in one moment: their order is that of the steps, not of random ids."""
    region.now += timedelta(seconds=1)
    incident_id = region.incident_id if in_incident else None
    cohorts = [CohortBand.COHORT_BAND_1]
    now = region.now + node.clock_ahead
    node.attempt(partial(open_follow_ups, key=node.key, incident_id=incident_id, cohorts=cohorts, now=now), ends=ends)


def command(
    region: SimulatedRegion, node: SimulatedNode, verb: int, place: int, choice: int, *, ends: bool = False
) -> None:
    """Command something with the first follow-up, from `place` on, with which the node lets a person do it."""
    known = node.known()
    fields = {name: _on_wire(value) for name, value in _fields(region, node, verb, choice).items()}
    first = place % len(known) if known else 0
    for each in (known[first:] + known[:first])[:_TRIED]:
        told = partial(
            node_command,
            key=node.key,
            follow_up_id=each.state.id,
            verb=verb,
            now=region.now + node.clock_ahead,
            fields=fields,
        )
        if node.attempt(told, ends=ends):
            return


def forge(region: SimulatedRegion, node: SimulatedNode, verb: int, place: int, choice: int, back: int) -> None:
    """Send a command past the node's own checks: about any follow-up there is, on any version near the newest."""
    every = list(dict.fromkeys(id_ for id_, _ in region.referee.given))
    if not every:
        return
    id_ = every[place % len(every)]
    newest = max(version for given, version in region.referee.given if given == id_)
    version = 0 if verb == OPEN else max(newest - back, 0)
    fields = _fields(region, node, verb, choice)
    node.attempt(
        partial(
            append,
            reports=[report_of(_name(verb), id_, version, at=region.now + node.clock_ahead, **fields)],
            key=node.key,
            now=region.now + node.clock_ahead,
        )
    )


def repeat(region: SimulatedRegion, node: SimulatedNode, place: int) -> None:
    """Send one of the node's own last reports once more, under its old command id."""
    leaves = node.read(
        lambda connection: list(ledger.read_leaves(connection, get_current_stream(connection).stream_id))
    )
    if leaves:
        again = [Report.FromString(leaves[-1 - place % len(leaves)].body)]
        node.attempt(partial(append, reports=again, key=node.key, now=region.now + node.clock_ahead))


def claim_what_was(region: SimulatedRegion, node: SimulatedNode, place: int) -> None:
    """Claim a follow-up that this agency owned at some version: a true claim, and perhaps a very late one."""
    owned = [key for key, shown in region.referee.given.items() if shown[0] == node.id]
    if not owned:
        return
    id_, version = owned[place % len(owned)]
    with region.hub.store.read() as connection:
        held = follow_ups.load_follow_ups(connection, [id_]).get(id_)
    if held is None:
        return
    fields: dict[str, Any] = {"origin_agency_id": held.origin, "cohort": held.cohort, "work": 1, "check_ins": 0}
    if held.incident_id is not None:
        fields["incident_id"] = held.incident_id
    report = report_of("claim", id_, version, at=region.now + node.clock_ahead, **fields)
    node.attempt(partial(append, reports=[report], key=node.key, now=region.now + node.clock_ahead))


def activate(region: SimulatedRegion, node: SimulatedNode, status: int) -> None:
    """Report how the team stands on the incident."""
    declined = status == _S.ACTIVATION_STATUS_DECLINED
    node.attempt(
        partial(
            activations.report_status,
            key=node.key,
            incident_id=region.incident_id,
            status=status,
            decline_reason=DeclineReason.DECLINE_REASON_NOT_ELIGIBLE if declined else None,
            counts=Counts(),
            now=region.now + node.clock_ahead,
        )
    )


def offer_on_request(region: SimulatedRegion, choice: int, *, ends: bool = False) -> None:
    """Have the hub's operator offer what owners asked the hub to offer."""
    with region.hub.store.read() as connection:
        asked = [each for each in follow_ups.list_follow_ups(connection) if each.hub_asked_to_offer]
    if not asked:
        return
    to = [region.nodes[place].agency.slug for place in _others(choice)]
    offer = partial(ownership.offer_on_request, asked[choice % len(asked)].id.hex(), to, _WITHIN[choice % 3])
    try:
        region.hub.run(offer, region.now, ends=ends)
    except (WrongState, InvalidRequest):
        return


def run_clock(region: SimulatedRegion, *, ends: bool = False) -> None:
    """Let the hub do what is due."""
    region.hub.run(ownership.run_deadlines, region.now, ends=ends)


def evict(region: SimulatedRegion, node: SimulatedNode) -> None:
    """Have the hub's operator remove an agency."""
    region.hub.run(partial(evict_agency, node.agency.slug), region.now)


def _fields(region: SimulatedRegion, node: SimulatedNode, verb: int, choice: int) -> dict[str, Any]:
    """Choose what a verb needs and may have."""
    within = _WITHIN[choice % len(_WITHIN)]
    if verb == OPEN:
        return {"cohort": CohortBand.COHORT_BAND_1}
    if verb == OFFER:
        to = [region.nodes[place].id for place in _others(choice) if region.nodes[place] is not node]
        return {"offered_to": to} | ({"accept_within": within} if within else {})
    if verb == DECLINE:
        return {"decline_reason": DeclineReason.DECLINE_REASON_NOT_ELIGIBLE}
    if verb == CLOSE:
        return {"outcome": _OUTCOMES[choice % len(_OUTCOMES)]}
    return {"next_check_in_within": within} if verb in _LATER and within else {}


def _others(choice: int) -> tuple[int, ...]:
    """Choose one or two of three agencies."""
    return ((0, 1, 2), (0, 1), (1, 2), (2, 0), (1, 0), (0, 2, 1))[choice % 6]


def _on_wire(value: Any) -> Any:
    return duration(value) if isinstance(value, timedelta) else value


def _name(verb: int) -> str:
    return _V.Name(verb).removeprefix("FOLLOW_UP_VERB_").lower()
