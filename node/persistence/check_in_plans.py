"""The exposure list of each incident: who is checked in with, each line sealed under a key of its own.

Source: DESIGN.md 6, "At rest"; DOMAIN.md 3.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Connection,
    Integer,
    LargeBinary,
    Row,
    Select,
    UniqueConstraint,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from node.domain.check_in_plan import Plan
from node.persistence.bodies import Flagged, Opened, Sealed, differs, open_bodies
from node.persistence.schema import Base, table_of
from node.vault.vault import Vault

TABLE = "check_in_plan"
_IDS = ("incident_id", "member_id", "supporter_id")
_MOMENTS = ("started_at", "planned_at", "ended_at")


class CheckInPlanRow(Base):
    __tablename__ = TABLE
    __table_args__ = (
        CheckConstraint("length(id) = 16", name="id_length"),
        CheckConstraint("version >= 1", name="version"),
        UniqueConstraint("incident_id", "member_index"),
    )

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    incident_id: Mapped[bytes] = mapped_column(LargeBinary)
    member_index: Mapped[bytes | None] = mapped_column(LargeBinary)  # None: erased
    planned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    version: Mapped[int] = mapped_column(Integer)
    body: Mapped[bytes] = mapped_column(LargeBinary)


_TABLE = table_of(CheckInPlanRow)


def content_of(plan: Plan) -> dict[str, Any]:
    """Give a plan's body."""
    plain = {name: _plain(value) for name, value in vars(plan).items() if name not in ("id", "version")}
    return {name: value for name, value in plain.items() if value is not None}


def save_plan(connection: Connection, vault: Vault, sealed: Sealed, plan: Plan) -> None:
    """Store a new plan, or its next version in place of the last one."""
    if plan.version == 1:
        connection.execute(insert(_TABLE), _columns(vault, plan) | {"id": plan.id, "body": sealed.body})
    else:
        changed = update(_TABLE).where(_TABLE.c.id == plan.id)
        connection.execute(changed, _columns(vault, plan) | {"body": sealed.body})


def find_plan(connection: Connection, vault: Vault, incident_id: bytes, member_id: bytes) -> Plan | Flagged | None:
    """Find the plan of a member for an incident."""
    index = member_index(vault, member_id)
    query = select(_TABLE).where(_TABLE.c.incident_id == incident_id, _TABLE.c.member_index == index)
    return next((plan for _, plan in _opened(connection, vault, query)), None)


def list_plans(
    connection: Connection, vault: Vault, incident_id: bytes | None = None, *, has_ended: bool = False
) -> list[tuple[bytes, Plan | Flagged]]:
    """List plans by id, those of one incident or all; with `has_ended`, the ended ones too."""
    query = select(_TABLE).order_by(_TABLE.c.id)
    if incident_id is not None:
        query = query.where(_TABLE.c.incident_id == incident_id)
    if not has_ended:
        query = query.where(_TABLE.c.ended_at.is_(None))
    return _opened(connection, vault, query)


def list_ids_of_member(connection: Connection, vault: Vault, member_id: bytes) -> list[bytes]:
    """List the ids of a member's plans: what is erased with them."""
    query = select(_TABLE.c.id).where(_TABLE.c.member_index == member_index(vault, member_id))
    return [bytes(id_) for id_ in connection.execute(query).scalars()]


def member_index(vault: Vault, member_id: bytes) -> bytes:
    """Give what a member's plans are found by."""
    return vault.blind("check_in_plan.member", member_id.hex())


def _columns(vault: Vault, plan: Plan) -> dict[str, Any]:
    return {
        "incident_id": plan.incident_id,
        "member_index": member_index(vault, plan.member_id),
        "planned_at": plan.planned_at,
        "ended_at": plan.ended_at,
        "version": plan.version,
    }


def _opened(connection: Connection, vault: Vault, query: Select[Any]) -> list[tuple[bytes, Plan | Flagged]]:
    rows = connection.execute(query).all()
    sealed = [Sealed(bytes(row.id), row.version, bytes(row.body)) for row in rows]
    bodies = open_bodies(connection, vault, TABLE, sealed)
    return [(each.id, _plan(vault, row, each, body)) for row, each, body in zip(rows, sealed, bodies, strict=True)]


def _plan(vault: Vault, row: Row[Any], sealed: Sealed, body: Opened) -> Plan | Flagged:
    if isinstance(body, Flagged):
        return body
    values: dict[str, Any] = (
        {"supporter_id": None} | body | {name: bytes.fromhex(body[name]) for name in _IDS if name in body}
    )
    values |= {name: datetime.fromisoformat(body[name]) for name in _MOMENTS if name in body}
    plan = Plan(id=sealed.id, version=sealed.version, **values)
    is_same = all(row._mapping[name] == value for name, value in _columns(vault, plan).items())
    return plan if is_same else differs()


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if isinstance(value, datetime) else value
