"""Policies: published, read, acknowledged."""

from collections.abc import Collection
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from common.access.person import Person
from common.access.roles import Action
from common.errors import InvalidRequest
from common.text import clean_line, clean_text
from node.domain.policy import LONGEST_TEXT, LONGEST_TITLE, Policy, in_force, lacking, read_code
from node.opened import OpenNode
from node.operations.guarded import Guarded
from node.persistence import policies
from node.use_cases import policies as use_case
from node.use_cases.policies import Document


def publish(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """Publish a policy, or a new version of it."""
    code, effective_on = read_code(str(arguments["policy"])), _day(node, arguments.get("effective_on"))
    document, now = _document(arguments), node.clock.now()
    actor = f"user {person.name}"

    def write(connection: Connection) -> Policy:
        return use_case.publish(connection, actor, code, document, effective_on, now)

    return shown(node.write("policies", write), today_at(node))


def withdraw(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """Withdraw a policy."""
    code, effective_on = read_code(str(arguments["policy"])), _day(node, arguments.get("effective_on"))
    actor, now = f"user {person.name}", node.clock.now()
    withdrawn = node.write("policies", lambda connection: use_case.withdraw(connection, actor, code, effective_on, now))
    return shown(withdrawn, today_at(node))


def list_(node: OpenNode, person: Person, _: dict[str, Any]) -> Any:
    """List every version, with when the person who asks acknowledged it."""

    def read(connection: Connection) -> Any:
        every, had = policies.list_policies(connection), _acknowledged(connection, person)
        held = in_force(every, today_at(node))
        return [
            shown(policy, today_at(node))
            | {"in_force": policy in held, "acknowledged_at": _iso(had.get((policy.code, policy.version)))}
            for policy in every
        ]

    return node.read(read)


def show(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """Give one version with its text."""
    code, today = read_code(str(arguments["policy"])), today_at(node)

    def read(connection: Connection) -> Any:
        policy = use_case.get_policy(connection, code, version_of(arguments.get("version")), today)
        at = _acknowledged(connection, person).get((policy.code, policy.version))
        return shown(policy, today) | {"text": policy.text, "acknowledged_at": _iso(at)}

    return node.read(read)


def acknowledge(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """Record that the person who asks has read and accepted a version."""
    code, now = read_code(str(arguments["policy"])), node.clock.now()
    who = own_ids(person)

    def write(connection: Connection) -> Policy:
        policy = use_case.get_policy(connection, code, version_of(arguments.get("version")), today_at(node))
        actor, action = f"user {person.name}", Action.ACKNOWLEDGE_POLICY
        use_case.acknowledge(connection, actor, action, who, policy, now, now)
        return policy

    return shown(node.write("policies", write), today_at(node))


def own_outstanding(node: OpenNode, person: Person, _: dict[str, Any]) -> Any:
    """List what the person who asks has still to acknowledge."""

    def read(connection: Connection) -> Any:
        held = in_force(policies.list_policies(connection), today_at(node))
        altered = policies.altered_acknowledgements(connection, who := own_ids(person))
        of_mine = {key for each in who for key in altered.get(each, ())}
        missing = lacking(held, _acknowledged(connection, person))
        return [shown(policy, today_at(node)) | flag_of_standing(policy, of_mine) for policy in missing]

    return node.read(read)


OPERATIONS: dict[str, Guarded] = {
    "policy_publish": Guarded(Action.PUBLISH_POLICY, publish),
    "policy_withdraw": Guarded(Action.PUBLISH_POLICY, withdraw),
    "policy_list": Guarded(Action.ACKNOWLEDGE_POLICY, list_),
    "policy_show": Guarded(Action.ACKNOWLEDGE_POLICY, show),
    "policy_acknowledge": Guarded(Action.ACKNOWLEDGE_POLICY, acknowledge),
    "policy_own_outstanding": Guarded(Action.ACKNOWLEDGE_POLICY, own_outstanding),
}


def own_ids(person: Person) -> set[bytes]:
    """Give the ids under which a user is known: their own, and the supporter's when they are one."""
    return {person.user_id, *([person.supporter_id] if person.supporter_id else [])}


def _acknowledged(connection: Connection, person: Person) -> dict[tuple[str, int], datetime]:
    who = own_ids(person)
    had = policies.acknowledged_by(connection, who)
    return {key: at for each in who for key, at in had.get(each, {}).items()}


def _document(arguments: dict[str, Any]) -> Document:
    title = clean_line(arguments.get("title"), "title", LONGEST_TITLE, 1)
    text, told_hash = clean_text(arguments.get("text") or "", "text", LONGEST_TEXT), arguments.get("text_hash") or ""
    if bool(text) == bool(told_hash):
        raise InvalidRequest("text: give the document, or the hash of it")
    return Document(title, text, sha256(text.encode()).digest() if text else _hash(told_hash))


def _hash(said: Any) -> bytes:
    try:
        found = bytes.fromhex(said)
    except (TypeError, ValueError):
        found = b""
    if len(found) != sha256().digest_size:
        raise InvalidRequest("text_hash: a SHA-256 in hex is needed")
    return found


def _day(node: OpenNode, said: Any) -> date:
    if said is None:
        return today_at(node)
    try:
        return date.fromisoformat(said)
    except (TypeError, ValueError):
        raise InvalidRequest("effective_on: a day is needed, such as 2026-12-01") from None


def today_at(node: OpenNode) -> date:
    """Give the day that it is where the agency is."""
    return node.clock.now().astimezone(node.settings.zone).date()


def version_of(said: Any) -> int | None:
    """Read a version's number; raises InvalidRequest."""
    if said is not None and type(said) is not int:
        raise InvalidRequest("version: a whole number is needed")
    return said


def shown(policy: Policy, today: date) -> dict[str, Any]:
    """Say a version, without its text."""
    state = "withdrawn" if policy.is_withdrawn else "published"
    if policy.effective_on > today:
        state += ", not in force yet"
    return {
        "policy": policy.code,
        "version": policy.version,
        "title": policy.title,
        "state": "ALTERED: publish it anew" if policy.is_altered else state,
        "effective_on": policy.effective_on.isoformat(),
        "text_hash": policy.text_hash.hex(),
        "published_at": policy.published_at.isoformat(),
    }


def flag_of_standing(policy: Policy, altered: Collection[tuple[str, int]]) -> dict[str, str | None]:
    """Say when a version is lacking because somebody altered it, or what was recorded of an acknowledgement."""
    if policy.is_altered:
        return {"flag": "the policy was altered: publish it anew"}
    is_altered = (policy.code, policy.version) in altered
    return {"flag": "the acknowledgement was altered: it counts as not given" if is_altered else None}


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
