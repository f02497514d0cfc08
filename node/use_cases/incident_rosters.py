"""Who of the agency's own supporters was at an incident: recorded by the coordinator, read by the rules.

A record that is not what was stored, or that is older than what the audit trail tells of, counts as having been there:
nobody becomes eligible by altering it.

Source: DOMAIN.md 3; TRUST.md t03.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from common.access.roles import Action
from common.audit.entry import Entry
from node.domain.incident_roster import Presence
from node.persistence.audit import TRAIL
from node.persistence.incident_rosters import Recorded, list_recorded, save_presence
from node.vault.vault import Vault


def set_roster(
    connection: Connection,
    vault: Vault,
    actor: str,
    incident_id: bytes,
    present: Mapping[bytes, Presence],
    now: datetime,
    absent: Iterable[bytes] = (),
) -> list[Recorded]:
    """Record who was at an incident, in place of what was recorded before; every version is kept.

    Args:
        present: by supporter; who was recorded before and is not in it was not there.
        absent: of whom it is said that they were not there, whether anything was recorded of them or not.

    Raises:
        Erased: one of them was erased.
    """
    wanted: dict[bytes, Presence | None] = dict.fromkeys(absent) | dict(present)
    before = {each.supporter_id: each for each in read_roster(connection, vault, incident_id, wanted)}
    wanted = dict.fromkeys(before) | wanted
    changed = [who for who, presence in wanted.items() if _differs(before.get(who), presence)]
    written = [save_presence(connection, vault, incident_id, who, wanted[who], now) for who in changed]
    entries = [
        Entry(actor, Action.CHANGE_ROSTER.value, each.subject(incident_id), version=each.version, digest=each.digest)
        for each in written
    ]
    TRAIL.record_all(connection, now, entries)
    return read_roster(connection, vault, incident_id)


def read_roster(
    connection: Connection, vault: Vault, incident_id: bytes, among: Iterable[bytes] = ()
) -> list[Recorded]:
    """List what is recorded of an incident; what was altered, put back or taken away is marked so.

    Args:
        among: supporters of whom a record that is gone is looked for too.
    """
    found = list_recorded(connection, vault, incident_id)
    listed = {each.supporter_id for each in found}
    gone = [Recorded(who, 0, None, b"", True) for who in sorted(set(among) - listed)]
    return [
        replace(each, is_altered=each.is_altered or not _is_last_written(connection, incident_id, each))
        for each in found
    ] + [each for each in gone if TRAIL.last_written(connection, each.subject(incident_id)) is not None]


def presence_of(connection: Connection, vault: Vault, incident_id: bytes, supporter_id: bytes) -> Presence | None:
    """Tell as what a supporter was at an incident; None: was not there. What was altered counts as a witness."""
    found = {each.supporter_id: each for each in read_roster(connection, vault, incident_id, [supporter_id])}
    recorded = found.get(supporter_id)
    if recorded is None:
        return None
    return Presence.WITNESS if recorded.is_altered else recorded.presence


def _is_last_written(connection: Connection, incident_id: bytes, recorded: Recorded) -> bool:
    told = TRAIL.last_written(connection, recorded.subject(incident_id))
    return told is not None and (told.version, told.digest) == (recorded.version, recorded.digest)


def _differs(before: Recorded | None, presence: Presence | None) -> bool:
    return before is None or before.is_altered or before.presence is not presence
