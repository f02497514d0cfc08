"""The necessary-disclosure workflow: recorded, the notice given, closed; each version kept.

Source: DOMAIN.md 3, "Disclosure reasons"; TRUST.md t03.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import Connection

from common.errors import AlreadyExists, InvalidRequest, NotFound, WrongState
from common.ids import new_id
from node.domain.disclosure_notice import (
    NO_DANGER,
    Danger,
    Disclosure,
    FirstSessionNotice,
    NoticeWay,
    ToldTo,
    check_disclosure,
    notice_due,
    why_refused,
)
from node.domain.disclosure_reason import DisclosureReason
from node.domain.jurisdiction import Pack
from node.domain.local_number import DISCLOSURE, code_of
from node.persistence import disclosures
from node.persistence.audit import TRAIL
from node.persistence.bodies import Flagged, Sealed, seal_body, written
from node.persistence.data_keys import KeyKind, get_key, make_key
from node.persistence.disclosure_tables import FIRST_NOTICE, TABLE
from node.persistence.disclosures import StoredDisclosure, content_of
from node.use_cases.doing import Doing
from node.vault.vault import Vault


@dataclass(frozen=True)
class Told:
    """What is said of a disclosure when it is recorded."""

    reason: DisclosureReason
    told_to: tuple[ToldTo, ...]
    disclosed_at: datetime
    member_id: bytes | None = None
    encounter_id: bytes | None = None
    danger: Danger = NO_DANGER


def record(
    connection: Connection, vault: Vault, doing: Doing, told: Told, pack: Pack, notice_within: timedelta, zone: tzinfo
) -> Disclosure:
    """Record a disclosure.

    Raises:
        InvalidRequest: a field is wrong; it is named.
        WrongState: the jurisdiction's pack allows nothing to be disclosed for this reason; says why.
    """
    if refusal := why_refused(pack, told.reason):
        raise WrongState(refusal)
    made = Disclosure(
        id=new_id(doing.now),
        version=1,
        number=disclosures.last_number(connection) + 1,
        jurisdiction=pack.name,
        recorded_at=doing.now,
        notice_due_at=notice_due(pack, told.reason, told.disclosed_at, notice_within, zone),
        **vars(told),
    )
    check_disclosure(made, doing.now)
    key = make_key(connection, vault, KeyKind.DISCLOSURE, made.id, doing.now)
    _save(connection, vault, doing, seal_body(key, TABLE, made.id, 1, content_of(made)), made)
    return made


def change(
    connection: Connection, vault: Vault, doing: Doing, number: int, seen_version: int | None,
    step: Callable[[Disclosure], Disclosure],
) -> Disclosure:  # fmt: skip
    """Change a disclosure by a rule of `node.domain.disclosure_notice`.

    Raises:
        NotFound: there is none.
        WrongState: it was changed since it was seen, the rule does not allow it, or the record is flagged.
    """
    held = intact(get_by_number(connection, vault, number))
    if seen_version is not None and seen_version != held.version:
        raise WrongState(f"{held.code} was changed since you saw it: it is at version {held.version}; look again")
    changed = step(held)
    key = get_key(connection, vault, held.id)
    _save(connection, vault, doing, seal_body(key, TABLE, held.id, changed.version, content_of(changed)), changed)
    return changed


def give_first_notice(
    connection: Connection, vault: Vault, doing: Doing, member_id: bytes, given_at: datetime, way: NoticeWay
) -> FirstSessionNotice:
    """Record that a person was told in writing, before the first session, what stays confidential.

    Raises:
        InvalidRequest: the time lies in the future.
        AlreadyExists: it is on record.
    """
    if given_at > doing.now:
        raise InvalidRequest("at: lies in the future: a notice is recorded once it was given")
    if disclosures.has_first_notice(connection, vault, [member_id]):
        raise AlreadyExists("this member has had the notice before the first session already: once is enough")
    notice, id_ = FirstSessionNotice(member_id, given_at, way), new_id(doing.now)
    key = make_key(connection, vault, KeyKind.DISCLOSURE, id_, doing.now)
    sealed = seal_body(key, FIRST_NOTICE, id_, 1, disclosures.first_notice_content(notice))
    disclosures.add_first_notice(connection, vault, sealed, notice, doing.now)
    TRAIL.record(connection, doing.now, written(doing.actor, doing.action, FIRST_NOTICE, sealed))
    return notice


def get_by_number(connection: Connection, vault: Vault, number: int) -> StoredDisclosure:
    """Fetch a disclosure by what people call it; raises NotFound. It may be flagged."""
    id_ = disclosures.find_id(connection, number)
    found = None if id_ is None else disclosures.find_disclosure(connection, vault, id_)
    if found is None:
        code = code_of(DISCLOSURE, number)
        raise NotFound(f"there is no disclosure {code}: the list shows those that are open")
    return found


def intact(stored: StoredDisclosure) -> Disclosure:
    """Give one that can be believed; raises WrongState where it is flagged."""
    if isinstance(stored.disclosure, Flagged):
        raise WrongState(f"disclosure {stored.id.hex()[:8]}: {stored.disclosure.because}")
    return stored.disclosure


def _save(connection: Connection, vault: Vault, doing: Doing, sealed: Sealed, made: Disclosure) -> None:
    disclosures.save_disclosure(connection, vault, sealed, made, doing.user_id, doing.now)
    TRAIL.record(connection, doing.now, written(doing.actor, doing.action, TABLE, sealed))
