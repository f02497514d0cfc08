"""Who is on duty now, by the rota and the users' roles; and who is asked next when somebody cannot be reached.

Source: DOMAIN.md 2.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from common.access import users
from common.access.roles import Role
from common.access.users import User
from common.notify.catalogue import Kind
from node.domain.rota import Duty, Shift, on_call, shifts_between
from node.persistence import note_keys
from node.persistence.access import ACCESS
from node.persistence.rota import load_rota

_BACK = timedelta(days=8)  # a shift that began longer ago than this is over
OPERATORS_KINDS = frozenset({Kind.NODE_TROUBLE, Kind.BACKUP_OVERDUE})


def list_active(connection: Connection, role: Role) -> list[User]:
    """List the active users who have a role."""
    return [user for user in users.list_users(ACCESS, connection) if user.is_active and role in user.roles]


def on_call_now(connection: Connection, now: datetime, zone: ZoneInfo) -> list[Shift]:
    """Give who is on call now, the first before the backup."""
    return on_call(load_rota(connection, now - _BACK), now, zone)


def ladder(
    connection: Connection, kind: Kind, now: datetime, zone: ZoneInfo, to: Sequence[bytes] = ()
) -> list[list[bytes]]:
    """Give who is told of something, in steps: a step is taken when nobody of the one before could be reached.

    First whoever it is for, then the first on call, the one on backup, all coordinators. What concerns the machine goes
    to the operators.
    """
    if kind in OPERATORS_KINDS:
        return [list(to), [user.id for user in list_active(connection, Role.OPERATOR)]]
    coordinators = [user.id for user in list_active(connection, Role.COORDINATOR)]
    shifts = on_call_now(connection, now, zone)
    asked = {duty: [shift.user_id for shift in shifts if shift.duty is duty] for duty in Duty}
    on_duty = [[user_id for user_id in asked[duty] if user_id in coordinators] for duty in (Duty.FIRST, Duty.BACKUP)]
    return [list(to), *on_duty, coordinators]


def recipients_for(
    connection: Connection, now: datetime, zone: ZoneInfo, within: timedelta
) -> list[tuple[bytes, bytes]]:
    """Give the coordinators to whom something is sealed, each as (user id, public key).

    Those on duty now, and whoever comes on duty soon: what waits must not wait for somebody who has gone home. When
    none of them has a key, all active coordinators who have one.
    """
    coordinators = [user.id for user in list_active(connection, Role.COORDINATOR)]
    rota = load_rota(connection, now - _BACK)
    now_on = {shift.user_id for shift in on_call(rota, now, zone)}
    soon = {shift.user_id for shift in shifts_between(rota, now, now + within, zone)}
    for wanted in ((now_on | soon).intersection(coordinators), coordinators):
        keys = [(user_id, note_keys.find_public(connection, user_id)) for user_id in sorted(wanted)]
        found = [(user_id, bytes(public)) for user_id, public in keys if public is not None]
        if found:
            return found
    return []
