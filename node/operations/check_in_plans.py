"""The exposure list of an incident: who is checked in with, and what opens by itself.

Source: DOMAIN.md 3, "Post-incident check-ins".
"""

from typing import Any

from sqlalchemy import Connection

from common.access.person import Person
from common.errors import HoldfastError, InvalidRequest
from node.domain.check_in_plan import Plan, step_name
from node.domain.local_follow_up import LocalFollowUp
from node.opened import OpenNode
from node.operations.check_ins import ASSIGN
from node.operations.guarded import Guarded
from node.operations.typed import iso, list_of
from node.persistence import check_in_plans, local_follow_ups, members
from node.persistence.bodies import Flagged
from node.use_cases import check_in_plans as use_case
from node.use_cases.activations import get_incident
from node.use_cases.doing import Doing
from node.use_cases.members import get_by_code, record_reads
from node.use_cases.supporters import get_by_name

_MOST = 500  # members in one command


def plan(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """Put members on an incident's exposure list, all or none; what is due opens at once."""
    return _each(node, person, arguments, is_ending=False)


def end(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """Take members off an incident's list; what is open stays open."""
    return _each(node, person, arguments, is_ending=True)


def list_(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """List the exposure list of an incident, with what is owed and what was made."""
    now = node.clock.now()

    def read(connection: Connection) -> Any:
        incident = get_incident(connection, str(arguments["incident"]))
        found = check_in_plans.list_plans(connection, node.vault, incident.id, has_ended=True)
        about = [held.member_id for _, held in found if isinstance(held, Plan)]
        record_reads(connection, f"user {person.name}", ASSIGN, about, now)
        return [_row(node, connection, id_, held) for id_, held in found]

    return node.write("check_ins", read)


def create_due_check_ins(node: OpenNode) -> int:
    """Open every check-in whose time has come, and tell how many: what the scheduler does every few minutes."""
    now, pack, zone = node.clock.now(), node.settings.pack, node.settings.zone
    return len(node.write("check_ins", lambda connection: use_case.open_due(connection, node.vault, pack, zone, now)))


OPERATIONS: dict[str, Guarded] = {
    "check_in_plan": Guarded(ASSIGN, plan),
    "check_in_plan_end": Guarded(ASSIGN, end),
    "check_in_plans": Guarded(ASSIGN, list_),
}


def _each(node: OpenNode, person: Person, arguments: dict[str, Any], *, is_ending: bool) -> Any:
    doing = Doing.of(person, ASSIGN, node.clock.now())
    codes = list_of(arguments.get("members"), "member")
    if not 1 <= len(codes) <= _MOST:
        raise InvalidRequest(f"member: 1 to {_MOST} codes")

    def write(connection: Connection) -> Any:
        incident = get_incident(connection, str(arguments["incident"]))
        said = arguments.get("supporter")
        supporter = None if said is None else get_by_name(connection, node.vault, str(said)).id
        rows = []
        for code in codes:
            member_id = get_by_code(connection, node.vault, str(code)).id
            try:
                made = (
                    use_case.end_plan(connection, node.vault, doing, incident.id, member_id)
                    if is_ending
                    else use_case.plan(connection, node.vault, doing, incident, member_id, supporter)
                )
            except HoldfastError as error:
                raise type(error)(f"{code}: {error}") from None
            rows.append(made)
        use_case.open_due(connection, node.vault, node.settings.pack, node.settings.zone, doing.now)
        return [_row(node, connection, made.id, made) for made in rows]

    return node.write("check_ins", write)


def _row(node: OpenNode, connection: Connection, id_: bytes, held: Plan | Flagged) -> dict[str, Any]:
    if isinstance(held, Flagged):
        return {"member": id_.hex()[:8], "planned_at": None, "ended_at": None, "check_ins": [], "flag": held.because}
    stored = members.find_members(connection, node.vault, [held.member_id]).get(held.member_id)
    named = stored is not None and not isinstance(stored.member, Flagged)
    there = local_follow_ups.steps_there(connection, node.vault, held.incident_id, held.member_id)
    found = local_follow_ups.find_follow_ups(connection, node.vault, there.values())
    states = {number: _state(found[id_].follow_up) for number, id_ in there.items()}
    return {
        "member": stored.member.code if named else "erased",  # type: ignore[union-attr]
        "planned_at": iso(node, held.planned_at),
        "ended_at": iso(node, held.ended_at),
        "check_ins": [
            {
                "step": step_name(step.number),
                "opens_at": iso(node, step.opens_at),
                "due_at": iso(node, step.due_at),
                "state": states.get(step.number, "ended with the plan" if held.ended_at else "opens by itself"),
            }
            for step in use_case.steps_of(connection, held, node.settings.zone)
        ],
        "flag": None,
    }


def _state(held: LocalFollowUp | Flagged) -> str:
    return "flagged" if isinstance(held, Flagged) else held.state.value
