"""Tells people of what has become due while nobody did anything: check-ins, trainings, the rota, the last backup.

Each is announced once for its own time, however often this runs.

Source: DOMAIN.md 2, "Notices to people".
"""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection

from common.access import users
from common.access.roles import Role
from common.notify.catalogue import Kind
from node.domain.rota import gaps, moment_of, shifts_between
from node.domain.supporter import Supporter, Topic
from node.persistence.access import ACCESS
from node.persistence.backups import find_state
from node.persistence.local_follow_ups import list_follow_ups
from node.persistence.rota import load_rota
from node.persistence.supporters import list_supporters
from node.use_cases.on_duty import list_active
from node.use_cases.people_notices import Announcer

CHECK_IN_LATE_AFTER = timedelta(hours=1)
TRAINING_TOLD_BEFORE = timedelta(days=30)
BACKUP_OLD_AFTER = timedelta(days=2)
GAP_TOLD_BEFORE, ROTA_SEEN_FOR = timedelta(days=1), timedelta(days=8)


def announce_due(connection: Connection, announcer: Announcer, now: datetime) -> None:
    """Announce everything that has become due."""
    people = {user.supporter_id: user.id for user in users.list_users(ACCESS, connection) if user.is_active}
    _check_ins(connection, announcer, now, people)
    _trainings(connection, announcer, now, people)
    _gaps(connection, announcer, now)
    made_at = find_state(connection).made_at
    if made_at is not None and now - made_at >= BACKUP_OLD_AFTER:
        announcer.announce(connection, Kind.BACKUP_OVERDUE, [made_at.isoformat()], now, at=made_at)


def _check_ins(connection: Connection, announcer: Announcer, now: datetime, people: dict[bytes | None, bytes]) -> None:
    for each in list_follow_ups(connection, announcer.vault):
        if now - each.due_at < CHECK_IN_LATE_AFTER:
            break  # the first due comes first
        owner = people.get(each.supporter_id) if each.supporter_id else None
        named = [each.id.hex(), each.due_at.isoformat()]
        to = () if owner is None else (owner,)
        announcer.announce(connection, Kind.CHECK_IN_OVERDUE, named, now, at=each.due_at, to=to)


def _trainings(connection: Connection, announcer: Announcer, now: datetime, people: dict[bytes | None, bytes]) -> None:
    today = now.astimezone(announcer.zone).date()
    for stored in list_supporters(connection, announcer.vault):
        if not isinstance(stored.supporter, Supporter) or not stored.supporter.is_in_office(today):
            continue
        for topic, ends in _last_days(stored.supporter).items():
            if today <= ends <= today + TRAINING_TOLD_BEFORE:
                named = [stored.id.hex(), topic.value, ends.isoformat()]
                to = (people[stored.id],) if stored.id in people else ()
                at = moment_of(ends, time(12), announcer.zone).astimezone(UTC)
                announcer.announce(connection, Kind.TRAINING_EXPIRES, named, now, at=at, to=to)


def _gaps(connection: Connection, announcer: Announcer, now: datetime) -> None:
    """Tell every coordinator a day before nobody is on call; never, where the rota has nobody for a week."""
    start, end = now - ROTA_SEEN_FOR, now + GAP_TOLD_BEFORE
    shifts = shifts_between(load_rota(connection, start), start, end, announcer.zone)
    coordinators = [user.id for user in list_active(connection, Role.COORDINATOR)]
    for begins, ends in gaps(shifts, start, end):
        if begins > start and ends > now:
            named = [begins.isoformat()]
            announcer.announce(connection, Kind.ROTA_GAP, named, now, at=begins, expires_at=ends, to=coordinators)


def _last_days(supporter: Supporter) -> dict[Topic, date]:
    """Give each topic's day from which it counts no more; topics that do not end are left out."""
    last: dict[Topic, date] = {}
    for training in supporter.trainings:
        last[training.topic] = max(last.get(training.topic, date.min), training.expires_on or date.max)
    return {topic: ends for topic, ends in last.items() if ends != date.max}
