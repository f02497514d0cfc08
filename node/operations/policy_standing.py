"""Who has still to acknowledge which policy, and what a supporter acknowledged on paper."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Connection

from common.access.person import Person
from common.access.roles import Action
from common.access.users import list_users
from common.errors import InvalidRequest
from node.domain.policy import Policy, in_force, lacking, read_code
from node.opened import OpenNode
from node.operations.guarded import Guarded
from node.operations.policies import flag_of_standing, shown, today_at, version_of
from node.persistence import policies
from node.persistence.access import ACCESS
from node.use_cases import policies as use_case
from node.use_cases.candidates import acknowledged_by, known_as
from node.use_cases.supporters import get_by_name, intact, roster


def acknowledge_for(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """Record that a supporter acknowledged a version on paper."""
    code, now = read_code(str(arguments["policy"])), node.clock.now()
    at = _began(node, arguments.get("on")) or now
    actor = f"user {person.name}"

    def write(connection: Connection) -> Any:
        stored = get_by_name(connection, node.vault, str(arguments["supporter"]))
        policy = use_case.get_policy(connection, code, version_of(arguments.get("version")), today_at(node))
        use_case.acknowledge(connection, actor, Action.CHANGE_ROSTER, [stored.id], policy, at, now)
        return shown(policy, today_at(node)) | {"supporter": intact(stored).code}

    return node.write("policies", write)


def outstanding(node: OpenNode, _: Person, __: dict[str, Any]) -> Any:
    """List who has still to acknowledge what: the supporters in office, and every user."""
    today = today_at(node)

    def read(connection: Connection) -> Any:
        required = in_force(policies.list_policies(connection), today)
        in_office = {id_: each for id_, each in roster(connection, node.vault).items() if each.is_in_office(today)}
        had, known = acknowledged_by(connection, in_office), known_as(connection, in_office)
        users = [
            user for user in list_users(ACCESS, connection) if user.is_active and user.supporter_id not in in_office
        ]
        had_users = policies.acknowledged_by(connection, [user.id for user in users])
        told = {each.code: (known[id_], lacking(required, had[id_])) for id_, each in in_office.items()}
        told |= {f"user {user.name}": ({user.id}, lacking(required, had_users.get(user.id, {}))) for user in users}
        altered = policies.altered_acknowledgements(connection, {id_ for ids, _ in told.values() for id_ in ids})
        return [
            _row(who, policy) | flag_of_standing(policy, {key for id_ in ids for key in altered.get(id_, ())})
            for who, (ids, missing) in told.items()
            for policy in missing
        ]

    return node.read(read)


OPERATIONS: dict[str, Guarded] = {
    "policy_acknowledge_for": Guarded(Action.CHANGE_ROSTER, acknowledge_for),
    "policy_outstanding": Guarded(Action.SEE_ROSTER, outstanding),
}


def _row(who: str, policy: Policy) -> dict[str, Any]:
    return {
        "who": who,
        "policy": policy.code,
        "version": policy.version,
        "title": policy.title,
        "in_force_from": policy.effective_on.isoformat(),
    }


def _began(node: OpenNode, said: Any) -> datetime | None:
    """Give the beginning of a day where the agency is."""
    if said is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(said), time(), node.settings.zone)
    except (TypeError, ValueError):
        raise InvalidRequest("on: a day is needed, such as 2026-12-01") from None
