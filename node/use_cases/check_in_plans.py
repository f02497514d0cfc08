"""Check-ins after an incident: who is on its exposure list, and the check-ins that open by themselves.

1. Only for an incident that this agency takes part in, as the hub told.
2. A step that is there, open or ended, is never opened again: the store holds member, incident and step to one.
3. Who gets it: the plan's supporter, while they may own it; else the coordinator's list.
4. A plan that ended may be taken up again: its steps go by the new day.

Source: DOMAIN.md 3, "Post-incident check-ins".
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from sqlalchemy import Connection

from common.access.roles import Action
from common.errors import NotFound, WrongState
from common.ids import new_id
from node.domain.check_in_plan import Plan, Step, steps
from node.domain.incident import Incident
from node.domain.jurisdiction import Pack
from node.domain.local_follow_up import LocalFollowUp
from node.persistence import check_in_plans, local_follow_ups
from node.persistence.audit import TRAIL
from node.persistence.bodies import Flagged, seal_body, written
from node.persistence.check_in_plans import TABLE, content_of
from node.persistence.data_keys import KeyKind, get_key, make_key
from node.persistence.membership import get_membership
from node.use_cases.agreements import agreement_in_force, terms_of
from node.use_cases.doing import Doing
from node.use_cases.local_follow_ups import NewFollowUp, open_follow_ups
from node.vault.vault import Vault


def plan(
    connection: Connection, vault: Vault, doing: Doing, incident: Incident, member_id: bytes,
    supporter_id: bytes | None,
) -> Plan:  # fmt: skip
    """Put a member on an incident's exposure list.

    Raises:
        WrongState: this agency is not on the incident, the member is on its list already, or the line is flagged.
    """
    if get_membership(connection).agency_id not in incident.agency_ids:  # 1
        raise WrongState("this agency is not on that incident: `holdfast node incidents` shows those that it is on")
    held = check_in_plans.find_plan(connection, vault, incident.id, member_id)
    if isinstance(held, Flagged):
        raise WrongState(f"the member's line on this list: {held.because}")
    if held is not None and held.ended_at is None:
        raise WrongState("is on the exposure list of this incident already: nothing was changed")
    agreement = agreement_in_force(connection, doing.now)
    made = Plan(
        id=new_id(doing.now) if held is None else held.id,
        version=1 if held is None else held.version + 1,
        incident_id=incident.id,
        member_id=member_id,
        supporter_id=supporter_id,
        started_at=incident.started_at,
        planned_at=doing.now,
        agreement_version=0 if agreement is None else agreement.version,
    )
    _save(connection, vault, doing, made)
    return made


def end_plan(connection: Connection, vault: Vault, doing: Doing, incident_id: bytes, member_id: bytes) -> Plan:
    """Take a member off an incident's list: nothing more opens; what is open stays open.

    Raises:
        NotFound: the member is not on it.
        WrongState: the line is flagged.
    """
    held = check_in_plans.find_plan(connection, vault, incident_id, member_id)
    if isinstance(held, Flagged):
        raise WrongState(f"the member's line on this list: {held.because}")
    if held is None or held.ended_at is not None:
        raise NotFound("is not on the exposure list of this incident")
    ended = replace(held, version=held.version + 1, ended_at=doing.now)
    _save(connection, vault, doing, ended)
    return ended


def ends_with(connection: Connection, vault: Vault, doing: Doing, ended: LocalFollowUp) -> bool:
    """End the plan that a check-in opened by, with it; tell whether there was one that went on."""
    if ended.incident_id is None or ended.member_id is None:
        return False
    held = check_in_plans.find_plan(connection, vault, ended.incident_id, ended.member_id)
    if held is None or isinstance(held, Flagged) or held.ended_at is not None:
        return False
    _save(connection, vault, doing, replace(held, version=held.version + 1, ended_at=doing.now))
    return True


def open_due(connection: Connection, vault: Vault, pack: Pack, zone: tzinfo, now: datetime) -> list[LocalFollowUp]:
    """Open every check-in whose time has come and that is not there yet (2, 3)."""
    doing, new = Doing.by_schedule(Action.ASSIGN_FOLLOW_UP, now), list[NewFollowUp]()
    for _, held in check_in_plans.list_plans(connection, vault):
        if isinstance(held, Flagged):
            continue
        there = local_follow_ups.steps_there(connection, vault, held.incident_id, held.member_id)
        new += [
            NewFollowUp(
                step.due_at, held.supporter_id, held.member_id, incident_id=held.incident_id, step=step.number,
            )
            for step in steps_of(connection, held, zone)
            if step.opens_at <= now and step.number not in there
        ]  # fmt: skip
    return open_follow_ups(connection, vault, doing, new, pack, zone)


def steps_of(connection: Connection, held: Plan, zone: tzinfo) -> Sequence[Step]:
    """Give the check-ins that a plan owes, in order."""
    return steps(held.started_at, held.planned_at, terms_of(connection, held.agreement_version), zone)


def _save(connection: Connection, vault: Vault, doing: Doing, made: Plan) -> None:
    is_new = made.version == 1
    key = (
        make_key(connection, vault, KeyKind.FOLLOW_UP, made.id, doing.now)
        if is_new
        else get_key(connection, vault, made.id)
    )
    sealed = seal_body(key, TABLE, made.id, made.version, content_of(made))
    check_in_plans.save_plan(connection, vault, sealed, made)
    TRAIL.record(connection, doing.now, written(doing.actor, doing.action, TABLE, sealed))
