"""The agency's policies and who acknowledged them.

A policy is the agency's own paper and an acknowledgement holds ids, versions and times alone: nothing here is sealed.
So an acknowledgement counts only as the audit trail tells of it (TRUST.md t03): one that somebody put into the store,
or that is of another text than the policy's now, counts for nobody.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Connection, Date, Integer, LargeBinary, String, Text, insert, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from node.domain.policy import Acknowledgement, Policy
from node.persistence.audit import TRAIL
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
    connection.execute(insert(_POLICY), vars(policy))


def list_policies(connection: Connection) -> list[Policy]:
    """List every version, by code and number."""
    query = select(_POLICY).order_by(_POLICY.c.code, _POLICY.c.version)
    return [Policy(**(dict(row._mapping) | {"text_hash": bytes(row.text_hash)})) for row in connection.execute(query)]


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


def acknowledgement_subject(who: bytes, code: str) -> str:
    """Name an acknowledgement as the trail does."""
    return f"{_ACKNOWLEDGED.name} {bytes(who).hex()} {code}"
