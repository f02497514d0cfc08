"""The access review: who may do what and since when, what changed about it, and what each person read and was refused.

Source: issue "people and access"; DOMAIN.md 2, auditor.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, distinct, func, select

from common.access import users
from common.access.second_factors import count_passkeys, factors_of
from common.access.tables import Access

CHANGES = (
    "user add",
    "user roles",
    "user link",
    "user disable",
    "user enable",
    "user reset",
    "user reset by machine",
    "user unlock",
    "user set-up",
    "password change",
    "recovery codes",
    "passkey add",
    "passkey remove",
    "one-time codes",
    "note key made",
    "note key closed",
    "api-token add",  # at a node: what another system may do
    "api-token remove",
)


def review_access(access: Access, connection: Connection, since: datetime, until: datetime) -> dict[str, Any]:
    """Sum up a period for the auditor.

    Returns:
        `users` with their roles as they are now, `changes` to users and keys in the period, and `acts`: how often each
        user did what, to how many subjects, done and refused.
    """
    return {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "users": _users(access, connection),
        "changes": _changes(access, connection, since, until),
        "acts": _acts(access, connection, since, until),
    }


def _users(access: Access, connection: Connection) -> list[dict[str, Any]]:
    given: dict[bytes, list[dict[str, Any]]] = {}
    for row in connection.execute(select(access.roles).order_by(access.roles.c.role)):
        role = {"role": row.role, "since": row.given_at.isoformat(), "given_by": row.given_by}
        given.setdefault(bytes(row.user_id), []).append(role)
    passkeys = count_passkeys(access, connection)
    return [
        {
            "name": user.name,
            "state": user.state,
            "roles": [role | {"own_doing": role["given_by"] == f"user {user.name}"} for role in given.get(user.id, [])],
            "made_at": user.made_at.isoformat(),
            "signed_in_at": user.signed_in_at and user.signed_in_at.isoformat(),
            **factors_of(user, passkeys),
        }
        for user in users.list_users(access, connection)
    ]


def _changes(access: Access, connection: Connection, since: datetime, until: datetime) -> Sequence[dict[str, Any]]:
    table = access.trail.entries
    query = select(table).where(table.c.at >= since, table.c.at < until, table.c.action.in_(CHANGES))
    return [
        {"sequence": row.sequence, "at": row.at.isoformat(), "by": row.actor, "what": row.action}
        | {"subject": row.subject, "outcome": row.outcome}
        for row in connection.execute(query.order_by(table.c.sequence))
    ]


def _acts(access: Access, connection: Connection, since: datetime, until: datetime) -> Sequence[dict[str, Any]]:
    table = access.trail.entries
    is_refused = func.sum(case((table.c.outcome.like("refused%"), 1), else_=0))
    counts = (func.count(), func.count(distinct(table.c.subject)), is_refused)
    query = select(table.c.actor, table.c.action, *counts).where(table.c.at >= since, table.c.at < until)
    rows = connection.execute(query.group_by(table.c.actor, table.c.action).order_by(table.c.actor, table.c.action))
    by_person = sorted(rows, key=lambda row: not row.actor.startswith("user "))  # people first, then machines
    return [
        {"who": who, "what": what, "times": times, "subjects": subjects, "refused": int(refused)}
        for who, what, times, subjects, refused in by_person
    ]
