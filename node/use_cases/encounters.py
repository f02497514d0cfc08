"""Encounters are logged, listed, corrected and voided; nothing of one is ever taken away.

Source: DOMAIN.md 3; TRUST.md t03, i03.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import Connection

from common.access.person import Person
from common.access.roles import Action
from common.audit.entry import Entry
from common.errors import NotFound, WrongState
from common.ids import new_ids
from node.domain.encounter import Encounter, EncounterState, checked
from node.domain.jurisdiction import Pack
from node.persistence import encounters, members, supporters
from node.persistence.audit import TRAIL
from node.persistence.bodies import Flagged, Sealed, seal_body, subject_of, written
from node.persistence.data_keys import KeyKind, get_key, make_keys
from node.persistence.encounter_bodies import content_of
from node.persistence.encounter_matches import find_matches
from node.persistence.encounter_tables import TABLE
from node.persistence.encounters import Span, StoredEncounter, Written
from node.use_cases.doing import Doing
from node.use_cases.local_follow_ups import end_for_encounter, keep_for_encounter
from node.vault.fields import DataKey
from node.vault.vault import Vault

PAGE = 50
MOST_OPENED = 1_500  # records opened for one page, where it is narrowed by what stands in their bodies


@dataclass(frozen=True)
class NewEncounter:
    """One that is to be stored.

    Args:
        import_key: what an imported row is known by when it comes again.
    """

    encounter: Encounter
    import_key: bytes | None = None


@dataclass(frozen=True)
class Page:
    """One page of a list, the newest first.

    Args:
        after: goes on from here; None at the end.
        is_whole: so many were opened that the page ends early.
    """

    rows: Sequence[StoredEncounter]
    after: bytes | None
    is_whole: bool = True


def log_encounter(
    connection: Connection, vault: Vault, person: Person, told: Encounter, pack: Pack, zone: tzinfo, now: datetime
) -> StoredEncounter:
    """Log one encounter, and open the check-in that it asks for.

    Args:
        pack: whose rules decide whether the supporter may own the check-in.

    Raises:
        InvalidRequest: a field breaks a rule; it is named.
        NotFound: there is no such supporter or member.
    """
    told = checked(told, now, zone)
    check_known(connection, vault, told)
    id_ = add_encounters(connection, vault, [NewEncounter(told)], person, now)[0]
    if told.follow_up_due is not None:
        doing = Doing.of(person, Action.LOG_ENCOUNTER, now)
        keep_for_encounter(connection, vault, doing, id_, told, pack, zone)
    return StoredEncounter(
        id_, 1, EncounterState.CURRENT, now, now, person.user_id, told.occurred_at, told.supporter_id, told
    )


def add_encounters(
    connection: Connection,
    vault: Vault,
    rows: Sequence[NewEncounter],
    person: Person,
    now: datetime,
    action: Action = Action.LOG_ENCOUNTER,
) -> list[bytes]:
    """Store many new encounters at once, and give their ids in the same order. They were checked, and are all new."""
    if not rows:
        return []
    ids = new_ids(now, len(rows))
    keys = make_keys(connection, vault, KeyKind.ENCOUNTER, ids, now)
    made = [
        Written(_sealed(keys[id_], id_, 1, row.encounter), row.encounter, import_key=row.import_key)
        for id_, row in zip(ids, rows, strict=True)
    ]
    encounters.add_encounters(connection, vault, made, person.user_id, now)
    actor = f"user {person.name}"
    TRAIL.record_all(connection, now, (written(actor, action, TABLE, each.sealed) for each in made))
    return ids


def change_encounter(
    connection: Connection, vault: Vault, person: Person, encounter_id: bytes, changes: Mapping[str, Any],
    pack: Pack, zone: tzinfo, now: datetime,
) -> StoredEncounter:  # fmt: skip
    """Correct some fields: a new version, the ones before it stay.

    Raises:
        InvalidRequest: a field breaks a rule; it is named.
        NotFound: there is no such encounter.
        WrongState: it is void, or flagged.
    """
    stored = get_encounter(connection, vault, encounter_id)
    told = _current(stored)
    changed = checked(replace(told, **changes), now, zone, is_complete=not lacks_something(told))
    check_known(connection, vault, changed)
    doing = Doing.of(person, Action.CORRECT_OWN_ENCOUNTER, now)
    keep_for_encounter(connection, vault, doing, encounter_id, changed, pack, zone)
    return _write(connection, vault, person, stored, changed, EncounterState.CURRENT, now)


def void_encounter(
    connection: Connection, vault: Vault, person: Person, encounter_id: bytes, now: datetime
) -> StoredEncounter:
    """Void a wrong entry: it stays, and counts no more; raises as `change_encounter` does."""
    stored = get_encounter(connection, vault, encounter_id)
    told, doing = _current(stored), Doing.of(person, Action.CORRECT_OWN_ENCOUNTER, now)
    end_for_encounter(connection, vault, doing, encounter_id)
    return _write(connection, vault, person, stored, told, EncounterState.VOID, now)


def list_page(
    connection: Connection,
    vault: Vault,
    span: Span,
    wanted: Mapping[str, frozenset[Any]],
    limit: int = PAGE,
) -> Page:
    """List a page of encounters.

    Args:
        wanted: what a field of the body may be, by the field's name; of `referrals`, that one of them is among these.
    """
    if not wanted:
        rows = encounters.rows_of_page(connection, vault, span, limit + 1)
        return _page(connection, vault, rows[:limit], is_last=len(rows) <= limit)
    found = find_matches(connection, vault, span, wanted, limit + 1, MOST_OPENED)
    ends_early = found.opened_last is not None
    rows = encounters.rows_of(connection, found.ids[:limit])
    page = _page(connection, vault, rows, is_last=len(found.ids) <= limit and not ends_early)
    return page if len(rows) == limit or not ends_early else replace(page, after=found.opened_last, is_whole=False)


def get_encounter(connection: Connection, vault: Vault, encounter_id: bytes) -> StoredEncounter:
    """Fetch an encounter in its newest version; raises NotFound. It may be flagged."""
    found = encounters.find_encounter(connection, vault, encounter_id)
    if found is None:
        raise NotFound("there is no such encounter")
    return found


def record_reads(
    connection: Connection, person: Person, action: Action, shown: Iterable[StoredEncounter], now: datetime
) -> None:
    """Record that encounters were read: each that is about a member, and that member."""
    told = [each.encounter for each in shown]
    about = {each.member_id for each in told if not isinstance(each, Flagged) and each.member_id is not None}
    subjects = (subject_of(members.TABLE, member_id) for member_id in sorted(about))
    TRAIL.record_all(connection, now, (Entry(f"user {person.name}", action.value, subject) for subject in subjects))


def lacks_something(told: Encounter) -> bool:
    """Tell whether an encounter came from a log that leaves fields out."""
    return None in (told.activation_type, told.recipient_class, told.mode, told.duration, told.participants)


def check_known(connection: Connection, vault: Vault, told: Encounter) -> None:
    """Check that the supporter and the member are of this node; raises NotFound naming the field."""
    if supporters.find_supporter(connection, vault, told.supporter_id) is None:
        raise NotFound("supporter: is none of this node")
    if told.member_id is not None and not members.find_members(connection, vault, [told.member_id]):
        raise NotFound("member: is none of this node")


def _write(
    connection: Connection,
    vault: Vault,
    person: Person,
    stored: StoredEncounter,
    told: Encounter,
    state: EncounterState,
    now: datetime,
) -> StoredEncounter:
    sealed = _sealed(get_key(connection, vault, stored.id), stored.id, stored.version + 1, told, state)
    encounters.add_version(connection, vault, Written(sealed, told, state), person.user_id, now)
    TRAIL.record(connection, now, written(f"user {person.name}", Action.CORRECT_OWN_ENCOUNTER, TABLE, sealed))
    return replace(
        stored,
        version=sealed.version,
        state=state,
        written_at=now,
        author=person.user_id,
        occurred_at=told.occurred_at,
        encounter=told,
    )


def _sealed(
    key: DataKey, id_: bytes, version: int, told: Encounter, state: EncounterState = EncounterState.CURRENT
) -> Sealed:
    return seal_body(key, TABLE, id_, version, content_of(told, state))


def _current(stored: StoredEncounter) -> Encounter:
    if isinstance(stored.encounter, Flagged):
        raise WrongState(f"this encounter cannot be changed: {stored.encounter.because}")
    if stored.state is EncounterState.VOID:
        raise WrongState("this encounter is void: log it again, if it took place")
    return stored.encounter


def _page(connection: Connection, vault: Vault, rows: Sequence[Any], *, is_last: bool) -> Page:
    shown = encounters.open_page(connection, vault, rows)
    return Page(shown, None if is_last or not shown else shown[-1].id)
