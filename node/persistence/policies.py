"""The agency's policies and who acknowledged them.

A policy is the agency's own paper and an acknowledgement holds ids, versions and times alone: nothing here is sealed.
So both count only as the audit trail tells of them (TRUST.md t03): a version that is not what was published, or whose
successor is gone, is altered; an acknowledgement that somebody put into the store, or that is of another text than the
policy's now, counts for nobody.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import Boolean, CheckConstraint, Connection, Date, Integer, LargeBinary, String, Text, insert, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from node.domain.policy import Acknowledgement, Policy
from node.persistence.audit import TRAIL
from node.persistence.bodies import to_json
from node.persistence.schema import Base, table_of


class PolicyRow(Base):
    __tablename__ = "policy"
    __table_args__ = (
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("length(text_hash) = 32", name="text_hash_length"),
    )

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(200))
    effective_on: Mapped[date] = mapped_column(Date)
    text: Mapped[str] = mapped_column(Text)
    text_hash: Mapped[bytes] = mapped_column(LargeBinary)
    is_withdrawn: Mapped[bool] = mapped_column(Boolean)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AcknowledgementRow(Base):
    __tablename__ = "policy_acknowledgement"
    __table_args__ = (CheckConstraint("length(who) = 16", name="who_length"),)

    who: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)  # a supporter's id, or a user's
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


_POLICY, _ACKNOWLEDGED = table_of(PolicyRow), table_of(AcknowledgementRow)


def add_policy(connection: Connection, policy: Policy) -> None:
    """Store one version."""
    connection.execute(insert(_POLICY), {name: value for name, value in vars(policy).items() if name in _POLICY.c})


def list_policies(connection: Connection) -> list[Policy]:
    """List every version, by code and number; what was altered is marked so."""
    query = select(_POLICY).order_by(_POLICY.c.code, _POLICY.c.version)
    every = [Policy(**(dict(row._mapping) | {"text_hash": bytes(row.text_hash)})) for row in connection.execute(query)]
    codes, newest = {each.code for each in every}, {each.code: each.version for each in every}
    known = TRAIL.written_of(connection, {policy_subject(code) for code in codes})
    before = TRAIL.written_of(connection, {_first_subject(code) for code in codes})
    last: dict[str, int] = {}
    for subject, version in [*known, *before]:
        code = subject.split()[-1]
        last[code] = max(version, last.get(code, 0))

    def is_whole(each: Policy) -> bool:
        told = known.get((policy_subject(each.code), each.version))
        if told is not None:
            return told == policy_digest(each)
        is_text = not each.text or sha256(each.text.encode()).digest() == each.text_hash
        return is_text and before.get((_first_subject(each.code), each.version)) == each.text_hash

    gone = {code for code, version in newest.items() if version != last.get(code)}
    return [
        replace(each, is_altered=not is_whole(each) or (each.code in gone and each.version == newest[each.code]))
        for each in every
    ]


def list_versions(connection: Connection, code: str) -> list[Policy]:
    """List the versions of one policy, the newest last."""
    return [policy for policy in list_policies(connection) if policy.code == code]


def add_acknowledgements(connection: Connection, given: Iterable[Acknowledgement]) -> None:
    """Store that somebody acknowledged versions; one that stands already stays as it is."""
    rows = [vars(each) for each in given]
    if rows:
        connection.execute(sqlite.insert(_ACKNOWLEDGED).on_conflict_do_nothing(), rows)


def acknowledged_by(connection: Connection, who: Iterable[bytes]) -> Mapping[bytes, dict[tuple[str, int], datetime]]:
    """Give what each of these people acknowledged: (code, version) and when; who is not in it acknowledged nothing."""
    table, found = _ACKNOWLEDGED, dict[bytes, dict[tuple[str, int], datetime]]()
    policy_of = (_POLICY.c.code == table.c.code) & (_POLICY.c.version == table.c.version)
    query = select(table, _POLICY.c.text_hash).join(_POLICY, policy_of).where(table.c.who.in_(list(who)))
    rows = connection.execute(query).all()
    known = TRAIL.written_of(connection, {acknowledgement_subject(row.who, row.code) for row in rows})
    for row in rows:
        if known.get((acknowledgement_subject(row.who, row.code), row.version)) == bytes(row.text_hash):
            found.setdefault(bytes(row.who), {})[row.code, row.version] = row.at
    return found


def altered_acknowledgements(connection: Connection, who: Iterable[bytes]) -> Mapping[bytes, set[tuple[str, int]]]:
    """Give which acknowledgements of these people are not as the trail tells of them, or are gone, as (code, version).

    They count as not given; whoever lists who lacks what says so.
    """
    people, found = [bytes(each) for each in who], dict[bytes, set[tuple[str, int]]]()
    hashes = {
        (row.code, row.version): bytes(row.text_hash)
        for row in connection.execute(select(_POLICY.c.code, _POLICY.c.version, _POLICY.c.text_hash))
    }
    table = _ACKNOWLEDGED
    query = select(table.c.who, table.c.code, table.c.version).where(table.c.who.in_(people))
    stored = {(bytes(row.who), row.code, row.version) for row in connection.execute(query)}
    named = {acknowledgement_subject(each, code): (each, code) for each in people for code, _ in hashes}
    known = TRAIL.written_of(connection, named)
    told = {(*named[subject], version): digest for (subject, version), digest in known.items()}
    for each, code, version in stored | set(told):
        is_stored, is_told = (each, code, version) in stored, told.get((each, code, version))
        if not is_stored or is_told != hashes.get((code, version)):
            found.setdefault(each, set()).add((code, version))
    return found


def policy_subject(code: str) -> str:
    """Name a policy as the trail does, with all that a version says."""
    return f"policy_version {code}"


def policy_digest(policy: Policy) -> bytes:
    """Give what the trail keeps of a version: SHA-256 over everything that was published."""
    said = {name: str(value) for name, value in vars(policy).items() if name not in ("text_hash", "is_altered")}
    return sha256(to_json(said | {"text_hash": policy.text_hash.hex()})).digest()


def _first_subject(code: str) -> str:
    """Name a policy as the trail first did, with the hash of its text alone; such lines stay good."""
    return f"policy {code}"


def acknowledgement_subject(who: bytes, code: str) -> str:
    """Name an acknowledgement as the trail does."""
    return f"{_ACKNOWLEDGED.name} {bytes(who).hex()} {code}"
