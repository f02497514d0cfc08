"""How long records are kept, and legal holds, as a coordinator sets them.

Source: DESIGN.md 6, "At rest".
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from common.access.person import Person
from common.access.roles import Action
from common.errors import InvalidRequest
from common.short_ids import one_meant
from node.backups.present_keys import settle_erasures
from node.domain.retention import Hold, HoldReason, HoldScope, RecordClass
from node.opened import OpenNode
from node.operations.guarded import Guarded
from node.operations.typed import iso
from node.persistence import incidents, members
from node.persistence.bodies import Flagged
from node.persistence.retention import list_holds, list_rules
from node.use_cases import retention
from node.use_cases.activations import get_incident
from node.use_cases.members import get_by_code, record_reads

_K = Action.KEEP_RECORD
_NO_HOLD = "no hold starts with {digits}: `holdfast node hold list` shows them"


def show(node: OpenNode, _: Person, __: dict[str, Any]) -> Any:
    """Tell of each class how many days it is kept; None: for ever."""
    rules = node.read(list_rules)
    return [{"class": each.value, "days": rules.get(each)} for each in RecordClass]


def set_(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """Set how long a class is kept."""
    days = arguments.get("days")
    record_class, now = _code(RecordClass, arguments, "record_class"), node.clock.now()
    whole = None if days is None else int(days)
    node.write("retention", lambda c: retention.set_rule(c, _actor(person), record_class, whole, now))
    return {"class": record_class.value, "days": whole}


def preview(node: OpenNode, _: Person, __: dict[str, Any]) -> Any:
    """Tell what a run would erase now."""
    now = node.clock.now()
    found = node.read(lambda connection: retention.find_all_due(connection, node.vault, now))
    return [
        {"class": due.record_class.value, "days": due.days, "due": len(due.ids), "kept_by_hold": due.held}
        for due in found
    ]


def run(node: OpenNode, person: Person, _: dict[str, Any]) -> Any:
    """Erase what is past its time, now."""
    return _erase(node, _actor(person))


def run_by_itself(node: OpenNode) -> None:
    """Erase what is past its time: the daily step of a running node."""
    _erase(node, retention.ITSELF)


def place(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """Place a legal hold on a member, an incident or everything."""
    scope, reason = _code(HoldScope, arguments, "scope"), _code(HoldReason, arguments, "reason")
    said, now = str(arguments.get("subject") or ""), node.clock.now()

    def use_case(connection: Connection) -> Hold:
        subject_id = None
        if scope is HoldScope.MEMBER:
            subject_id = get_by_code(connection, node.vault, said).id
        elif scope is HoldScope.INCIDENT:
            subject_id = get_incident(connection, said).id
        return retention.place_hold(connection, _actor(person), scope, subject_id, reason, now)

    return _plain(node, node.write("hold", use_case))


def lift(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """Lift a legal hold, named by its id or its first digits."""
    typed, now = str(arguments["hold"]), node.clock.now()

    def use_case(connection: Connection) -> Hold:
        ids = [hold.id for hold in list_holds(connection, in_force=True)]
        return retention.lift_hold(connection, _actor(person), one_meant(typed, ids, "hold", _NO_HOLD), now)

    return _plain(node, node.write("hold", use_case))


def list_(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """List the holds in force, or all that ever were, with the member's code or the incident's title."""
    in_force, now = not arguments.get("all"), node.clock.now()

    def read(connection: Connection) -> Any:
        holds = list_holds(connection, in_force=in_force)
        about = {hold.subject_id for hold in holds if hold.scope is HoldScope.MEMBER and hold.subject_id is not None}
        held = members.find_members(connection, node.vault, about)
        record_reads(connection, _actor(person), _K, sorted(held), now)
        codes = {
            id_: id_.hex()[:8] if isinstance(each.member, Flagged) else each.member.code for id_, each in held.items()
        }
        return [_plain(node, hold) | {"named": _named(connection, hold, codes)} for hold in holds]

    return node.write("hold", read)  # a read of members' records is recorded


def _named(connection: Connection, hold: Hold, codes: Mapping[bytes, str]) -> str | None:
    if hold.subject_id is None:
        return None
    if hold.scope is HoldScope.MEMBER:
        return codes.get(hold.subject_id, "erased")
    incident = incidents.find_incident(connection, hold.subject_id)
    return None if incident is None else incident.title


def _erase(node: OpenNode, actor: str) -> dict[str, int]:
    now = node.clock.now()
    erased = node.write("retention", lambda connection: retention.erase_due(connection, node.vault, now, actor))
    settle_erasures(node)
    return {record_class.value: number for record_class, number in erased.items()}


def _actor(person: Person) -> str:
    return f"user {person.name}"


def _plain(node: OpenNode, hold: Hold) -> dict[str, Any]:
    return {
        "id": hold.id.hex(),
        "scope": hold.scope.value,
        "subject": None if hold.subject_id is None else hold.subject_id.hex(),
        "reason": hold.reason.value,
        "placed_at": iso(node, hold.placed_at),
        "placed_by": hold.placed_by,
        "lifted_at": iso(node, hold.lifted_at),
        "lifted_by": hold.lifted_by,
    }


def _code(kind: Any, arguments: dict[str, Any], field: str) -> Any:
    said = str(arguments.get(field, "")).replace("-", "_")
    try:
        return kind(said)
    except ValueError:
        raise InvalidRequest(f"{field}: one of {', '.join(each.value for each in kind)}") from None


OPERATIONS: dict[str, Guarded] = {
    "retention_show": Guarded(_K, show),
    "retention_set": Guarded(_K, set_),
    "retention_preview": Guarded(_K, preview),
    "retention_run": Guarded(_K, run),
    "hold_place": Guarded(_K, place),
    "hold_lift": Guarded(_K, lift),
    "hold_list": Guarded(_K, list_),
}
