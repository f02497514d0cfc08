"""What the hub itself does with follow-ups: deadlines by its clock, offers on an owner's request, agencies that left.

It never makes an agency accountable that did not accept.

Source: DOMAIN.md 2 ("may not: force ownership on an agency") and 4, rules 2 and 4; DESIGN.md 3, "Restores".
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta

from common.errors import InvalidRequest, WrongState
from common.followup.deadlines import passed
from common.followup.offers import agency_left, offer_by_hub
from common.followup.recovery import begun_anew
from common.followup.state import Circumstances, FollowUp
from hub.domain.agency import Agency, Membership
from hub.persistence import agencies, audit, follow_ups, incidents
from hub.persistence.transaction import Transaction
from hub.use_cases.agreements import agreement_in_force, terms_of
from hub.use_cases.follow_up_notices import Told, tell
from hub.use_cases.follow_ups import change_of

MOST_AT_ONCE = 500  # follow-ups whose deadline passed, in one transaction
Step = Callable[[FollowUp, Circumstances], FollowUp | None]


def run_deadlines(tx: Transaction, now: datetime) -> int:
    """Do what the clock does to the follow-ups whose deadline has passed; tell how many there were.

    Safe to run at any time, in any process, any number of times: what has been done is not due any more.
    """
    due = follow_ups.list_due(tx.connection, now, MOST_AT_ONCE)
    _change(due, passed, tx, now)
    return len(due)


def offer_on_request(
    named: str, to: Sequence[str], within: timedelta | None, tx: Transaction, now: datetime
) -> FollowUp:
    """Offer a follow-up whose owner asked for it to other agencies.

    Args:
        named: its reference, or its id in hex.
        to: agencies, by the names that operators type.

    Raises:
        NotFound: there is no such follow-up, or agency.
        WrongState: its owner did not ask, an offer is open, or somebody has not signed the agreement in force.
        InvalidRequest: an agency takes no part in its incident, or is its owner.
    """
    held = follow_ups.get_by_name(tx.connection, named)
    asked = agencies.get_agencies_by_slugs(tx.connection, to)
    _check_may_be_offered(held, asked, tx, now)
    ids = [agency.id for agency in asked]
    (after,) = _change([held], lambda each, given: offer_by_hub(each, ids, within, given), tx, now)
    audit.record(tx.connection, now, tx.actor, "follow-up offer", held.id.hex(), "done")
    return after


def leave_follow_ups(agency_id: bytes, tx: Transaction, now: datetime) -> None:
    """Bring what a removed agency owns before the regional coordinator, and end what was offered to it."""
    _change(follow_ups.list_not_closed(tx.connection), lambda each, given: agency_left(each, agency_id, given), tx, now)


def begin_follow_ups_anew(hub_epoch: int, tx: Transaction, now: datetime) -> None:
    """Tell every agency concerned how each follow-up stands by the backup; who knows better claims it."""
    _change(follow_ups.list_not_closed(tx.connection), begun_anew, tx, now, hub_epoch)


def _change(
    held: Iterable[FollowUp], step: Step, tx: Transaction, now: datetime, hub_epoch: int | None = None
) -> list[FollowUp]:
    """Take a step with each, write those that it changes, and tell whom it concerns."""
    told = []
    for before in held:
        terms = terms_of(tx, before.agreement_version)
        given = Circumstances(now, terms, before.agreement_version, hub_epoch or tx.hub_epoch)
        after = step(before, given)
        if after is not None and after is not before:
            told.append(Told(before, after))
    follow_ups.save_follow_ups(tx.connection, [each.now for each in told])
    follow_ups.add_changes(tx.connection, [change_of(each.now, 0, None) for each in told])
    known = agencies.load_agencies(tx.connection, {id_ for each in told for id_ in each.now.concerned})
    for each in told:
        tell(each, terms_of(tx, each.now.agreement_version), known, tx)
    return [each.now for each in told]


def _check_may_be_offered(held: FollowUp, asked: Sequence[Agency], tx: Transaction, now: datetime) -> None:
    agreement = agreement_in_force(tx, now)
    signed_by = frozenset[bytes]() if agreement is None else agreement.signed_by
    participants = (
        None if held.incident_id is None else incidents.get_board(tx.connection, held.incident_id)[0].agency_ids
    )
    for agency in asked:
        why = why_not(agency, participants, signed_by)
        if why.startswith("has not signed"):
            raise WrongState(f"{agency.slug} {why}: it neither makes nor receives offers")
        if why:
            raise InvalidRequest(f"to: {agency.slug!r} {why}")


def why_not(agency: Agency, participants: Collection[bytes] | None, signed_by: Collection[bytes]) -> str:
    """Say why a follow-up cannot be offered to an agency; empty where it can.

    Args:
        participants: of the follow-up's incident; None where it belongs to none.
        signed_by: who signed the agreement in force.
    """
    if agency.membership is not Membership.JOINED:
        return "is not a member of this region now"
    if participants is not None and agency.id not in participants:
        return "takes no part in the incident: add it first"
    return "" if agency.id in signed_by else "has not signed the agreement in force"
