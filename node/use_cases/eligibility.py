"""Whether this agency may own a follow-up, decided from what the node holds, before an acceptance leaves it.

Source: DOMAIN.md 3, "Eligibility to own a follow-up".
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from common.errors import WrongState
from common.followup.state import FollowUp
from common.identity.keys import Ed25519PrivateKey
from common.wire.v1.codes_pb2 import FollowUpVerb
from node.domain.directory import DirectoryEntry
from node.domain.eligibility import Eligibility
from node.domain.jurisdiction import Law, Pack
from node.persistence import directory
from node.persistence.membership import get_membership
from node.persistence.outbox import OutboxEntry
from node.use_cases import follow_ups
from node.use_cases.candidates import About, Here, judge_case, own_case


def accept(
    connection: Connection, key: Ed25519PrivateKey, follow_up_id: bytes, here: Here, now: datetime
) -> tuple[OutboxEntry, Eligibility]:
    """Write the acceptance of an offer, when this agency may own the follow-up.

    Raises:
        WrongState: no offer of it is open to this agency, or it is not eligible: says which rule fails.
    """
    entry = follow_ups.command(connection, key, follow_up_id, FollowUpVerb.FOLLOW_UP_VERB_ACCEPT, now)
    state = follow_ups.get_known(connection, follow_up_id).state
    found = judge_follow_up(connection, state, here, now)
    if not found.may_own:  # what was written is not kept: the transaction ends here
        raise WrongState(
            f"this agency is not eligible to own it: {found.refusal}. Its eligibility says it for each supporter; "
            "declined as not eligible, the offer is answered"
        )
    return entry, found


def judge_follow_up(connection: Connection, state: FollowUp, here: Here, now: datetime) -> Eligibility:
    """Judge whether this agency may own a follow-up of the region's, and which of its supporters.

    Whom it is about never passes between agencies, so nobody is judged as that person's supervisor.
    """
    own = get_membership(connection)
    origin, opened_by, notes = here.law.own, "", tuple[str, ...]()
    if state.origin != own.agency_id:
        entry = next((each for each in directory.list_directory(connection) if each.agency_id == state.origin), None)
        opened_by = "another agency" if entry is None else entry.name
        origin, notes = _origin(entry, here.law)
    about = About(state.incident_id, None, state.opened_at)
    case = replace(own_case(connection, about, here), origin=origin, opened_by=opened_by)
    found = judge_case(connection, case, about, here, now)
    return replace(found, notes=(*found.notes, *notes))


def judge_own(connection: Connection, about: About, here: Here, now: datetime) -> Eligibility:
    """Judge who may own a follow-up that stays in this agency."""
    return judge_case(connection, own_case(connection, about, here), about, here, now)


def _origin(entry: DirectoryEntry | None, law: Law) -> tuple[Pack, tuple[str, ...]]:
    if entry is None:
        return law.default, ("the hub has not told which agency opened it: the default pack's rules were taken for it",)
    pack = law.elsewhere(entry.jurisdiction)
    if pack is None:
        said = entry.jurisdiction or "no jurisdiction"
        return law.default, (f"{entry.name} is listed under {said}, for which there is no pack: default was taken",)
    return pack, ()
