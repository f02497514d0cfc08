"""An agency publishes policies, and its people acknowledge them.

Source: DOMAIN.md 3, "Also at the node".
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import Connection

from common.access.roles import Action
from common.audit.entry import Entry
from common.errors import AlreadyExists, InvalidRequest, NotFound, WrongState
from node.domain.policy import Acknowledgement, Policy, in_force
from node.persistence import policies
from node.persistence.audit import TRAIL

ALTERED = "is not what was published: somebody altered it in the store; a coordinator publishes it anew"


@dataclass(frozen=True)
class Document:
    """What a policy says, as its author gave it; the texts were checked.

    Args:
        text: empty when people read the document elsewhere.
        text_hash: SHA-256 of the document's bytes.
    """

    title: str
    text: str
    text_hash: bytes


def publish(
    connection: Connection, actor: str, code: str, document: Document, effective_on: date, now: datetime
) -> Policy:
    """Publish a policy, or a new version of it: everybody acknowledges it anew.

    Raises:
        AlreadyExists: the newest version is that document, from the same day on.
    """
    newest = _newest(connection, code)
    if newest is not None and _is_same(newest, document, effective_on):
        raise AlreadyExists(f"{newest.name} is this very document, from {effective_on} on: nothing was published")
    version = 1 if newest is None else newest.version + 1
    policy = Policy(code, version, document.title, effective_on, document.text, document.text_hash, False, now)
    _store(connection, actor, policy, now)
    return policy


def withdraw(connection: Connection, actor: str, code: str, effective_on: date, now: datetime) -> Policy:
    """Withdraw a policy from a day on: nobody need acknowledge it any more.

    Raises:
        NotFound: there is none of this code.
        WrongState: it is withdrawn already.
    """
    newest = _newest(connection, code)
    if newest is None:
        raise _unknown(code)
    if newest.is_withdrawn and not newest.is_altered:
        raise WrongState(f"{code} is withdrawn already, from {newest.effective_on} on")
    nothing = sha256(b"").digest()
    policy = Policy(code, newest.version + 1, newest.title, effective_on, "", nothing, True, now)
    _store(connection, actor, policy, now)
    return policy


def get_policy(connection: Connection, code: str, version: int | None, today: date) -> Policy:
    """Fetch a version: the one asked for; else the one in force, or the newest when none is yet.

    Raises:
        NotFound: there is none.
    """
    versions = policies.list_versions(connection, code)
    if not versions:
        raise _unknown(code)
    if version is None:
        return next(iter(in_force(versions, today)), versions[-1])
    found = [policy for policy in versions if policy.version == version]
    if not found:
        raise NotFound(f"there is no version {version} of {code}: there are 1 to {versions[-1].version}")
    return found[0]


def acknowledge(
    connection: Connection,
    actor: str,
    action: Action,
    who: Collection[bytes],
    policy: Policy,
    at: datetime,
    now: datetime,
) -> None:
    """Record that somebody has read and accepted a version; once is enough.

    Args:
        who: the ids under which they are known: the user's, and the supporter's when the user is one.
        at: when they did so; not later than now.

    Raises:
        WrongState: the policy is withdrawn, or was altered.
        InvalidRequest: the time lies in the future.
    """
    if policy.is_altered:
        raise WrongState(f"{policy.name} {ALTERED}")
    if policy.is_withdrawn:
        raise WrongState(f"{policy.code} is withdrawn: there is nothing to acknowledge")
    if at > now:
        raise InvalidRequest("on: lies in the future: record it once it is signed")
    had = policies.acknowledged_by(connection, who)
    new = [each for each in sorted(who) if (policy.code, policy.version) not in had.get(each, {})]
    policies.add_acknowledgements(connection, [Acknowledgement(e, policy.code, policy.version, at, now) for e in new])
    written = Entry(actor, action.value, version=policy.version, digest=policy.text_hash)
    subjects = [policies.acknowledgement_subject(each, policy.code) for each in new]
    TRAIL.record_all(connection, now, [replace(written, subject=subject) for subject in subjects])


def _store(connection: Connection, actor: str, policy: Policy, now: datetime) -> None:
    policies.add_policy(connection, policy)
    subject, digest = policies.policy_subject(policy.code), policies.policy_digest(policy)
    TRAIL.record(
        connection, now, Entry(actor, Action.PUBLISH_POLICY.value, subject, version=policy.version, digest=digest)
    )


def _newest(connection: Connection, code: str) -> Policy | None:
    versions = policies.list_versions(connection, code)
    return versions[-1] if versions else None


def _is_same(policy: Policy, document: Document, effective_on: date) -> bool:
    if policy.is_withdrawn or policy.is_altered:
        return False
    return (policy.title, policy.text_hash, policy.effective_on) == (document.title, document.text_hash, effective_on)


def _unknown(code: str) -> NotFound:
    return NotFound(f"there is no policy {code}: `holdfast node policy list` shows them")
