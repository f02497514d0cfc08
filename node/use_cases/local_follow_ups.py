"""Local follow-ups: opened, changed, ended, each version kept; nothing of them leaves the node.

1. What is opened is owned by somebody who may own it, or stands on the coordinator's list: it is never lost.
2. A change is stored on the version that was seen, or refused.
3. What an encounter says of its follow-up holds: logged, corrected or voided, there is one check-in for it, or none.

Source: DOMAIN.md 3, 4; TRUST.md t03, i03.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import Connection

from common.agreement.terms import DEFAULT_TERMS
from common.errors import NotFound, WrongState
from common.ids import new_id
from node.domain.encounter import Encounter
from node.domain.jurisdiction import Pack
from node.domain.local_follow_up import LocalFollowUp, Outcome, State, check_seen, closed, corrected, end_of_day
from node.domain.local_number import CHECK_IN, code_of
from node.persistence import local_follow_ups
from node.persistence.audit import TRAIL
from node.persistence.bodies import Flagged, seal_body, written
from node.persistence.data_keys import KeyKind, get_key, make_keys
from node.persistence.local_follow_up_tables import TABLE
from node.persistence.local_follow_ups import StoredFollowUp, content_of
from node.use_cases.agreements import agreement_in_force
from node.use_cases.doing import Doing
from node.use_cases.local_owners import owner_allowed
from node.vault.vault import Vault

LOOK_AGAIN_AFTER = timedelta(days=7)  # where the cadence has come to its end


@dataclass(frozen=True)
class NewFollowUp:
    """One that is to be opened."""

    due_at: datetime
    supporter_id: bytes | None = None
    member_id: bytes | None = None
    encounter_id: bytes | None = None
    incident_id: bytes | None = None
    step: int | None = None
    made: int = 0
    hub_reference: str | None = None


Change = Callable[[LocalFollowUp], LocalFollowUp]


def open_follow_ups(
    connection: Connection, vault: Vault, doing: Doing, given: Sequence[NewFollowUp], pack: Pack, zone: tzinfo
) -> list[LocalFollowUp]:
    """Open check-ins; one whose owner may not own it goes on the coordinator's list (1)."""
    if not given:
        return []
    ids, first = sorted(new_id(doing.now) for _ in given), local_follow_ups.last_number(connection) + 1
    keys = make_keys(connection, vault, KeyKind.FOLLOW_UP, ids, doing.now)
    made = []
    for number, (id_, new) in enumerate(zip(ids, given, strict=True), first):
        told = LocalFollowUp(id_, 1, number, state=State.OPEN, opened_at=doing.now, **vars(new))
        owner = owner_allowed(connection, vault, new.supporter_id, told, pack, zone, doing.now)
        opened = replace(told, supporter_id=owner)
        made.append((seal_body(keys[id_], TABLE, id_, 1, content_of(opened)), opened))
    local_follow_ups.add_follow_ups(connection, vault, made, doing.user_id, doing.now)
    TRAIL.record_all(connection, doing.now, (written(doing.actor, doing.action, TABLE, sealed) for sealed, _ in made))
    return [opened for _, opened in made]


def keep_for_encounter(
    connection: Connection, vault: Vault, doing: Doing, encounter_id: bytes, told: Encounter, pack: Pack,
    zone: tzinfo,
) -> LocalFollowUp | None:  # fmt: skip
    """Have the check-in that an encounter asks for, in the transaction of the encounter (3).

    Args:
        told: the encounter as it now is.
        pack: whose rules decide whether the supporter may own it.

    Returns:
        The check-in when one is open now.
    """
    if told.follow_up_due is None:
        end_for_encounter(connection, vault, doing, encounter_id)
        return None
    every, held = _of_encounter(connection, vault, encounter_id)
    due_at, about = end_of_day(told.follow_up_due, zone), told.member_id
    if held:
        before, after = intact(held[0]), corrected(intact(held[0]), due_at, about)
        if (before.due_at, before.member_id) == (due_at, about):
            return before
        if before.member_id != about:  # another's: whoever had it may not be allowed to own this one
            owner = owner_allowed(connection, vault, after.supporter_id, after, pack, zone, doing.now)
            after = replace(after, supporter_id=owner)
        return _write(connection, vault, doing, held[0], lambda _: after)
    if every:  # it was made, or closed: correcting its encounter opens nothing
        return None
    new = NewFollowUp(due_at, told.supporter_id, about, encounter_id, told.incident_id)
    return open_follow_ups(connection, vault, doing, [new], pack, zone)[0]


def end_for_encounter(connection: Connection, vault: Vault, doing: Doing, encounter_id: bytes) -> None:
    """Close the check-in of an encounter that asks for none any more, or is void."""
    for stored in _of_encounter(connection, vault, encounter_id)[1]:
        _write(connection, vault, doing, stored, lambda it: closed(it, Outcome.NOT_NEEDED, doing.now))


def change(
    connection: Connection, vault: Vault, doing: Doing, follow_up_id: bytes, seen_version: int | None, step: Change
) -> LocalFollowUp:
    """Change one by a rule of `node.domain.local_follow_up`.

    Args:
        seen_version: the version that whoever decides saw; None: the newest.

    Raises:
        NotFound: there is none.
        Stale: it was changed since it was seen (2).
        WrongState: the rule does not allow it, or the record is flagged.
    """
    stored = get_follow_up(connection, vault, follow_up_id)
    check_seen(intact(stored), seen_version)
    return _write(connection, vault, doing, stored, step)


def open_next(
    connection: Connection,
    vault: Vault,
    doing: Doing,
    ended: LocalFollowUp,
    due_at: datetime | None,
    pack: Pack,
    zone: tzinfo,
) -> LocalFollowUp:
    """Open the check-in after one that was made: on a day, or by the agreement's cadence; the same owner has it."""
    made = ended.made + 1
    due_at = due_at or due_by_cadence(connection, made, zone, doing.now)
    new = NewFollowUp(
        due_at, ended.supporter_id, ended.member_id, incident_id=ended.incident_id, made=made,
        hub_reference=ended.hub_reference,
    )  # fmt: skip
    return open_follow_ups(connection, vault, doing, [new], pack, zone)[0]


def due_by_cadence(connection: Connection, made: int, zone: tzinfo, now: datetime) -> datetime:
    """Give until when the next check-in is due by the agreement in force, when `made` were made."""
    agreement = agreement_in_force(connection, now)
    terms = DEFAULT_TERMS if agreement is None else agreement.terms
    after = terms.check_in_after(made) or LOOK_AGAIN_AFTER
    return end_of_day((now.astimezone(zone).replace(tzinfo=None) + after).date(), zone)


def get_follow_up(connection: Connection, vault: Vault, follow_up_id: bytes) -> StoredFollowUp:
    """Fetch one by id; raises NotFound. It may be flagged."""
    found = local_follow_ups.find_follow_up(connection, vault, follow_up_id)
    if found is None:
        raise NotFound("there is no such check-in: `holdfast node check-in list` shows yours")
    return found


def get_by_number(connection: Connection, vault: Vault, number: int) -> StoredFollowUp:
    """Fetch one by what people call it; raises NotFound. It may be flagged."""
    found = local_follow_ups.find_id(connection, number)
    if found is None:
        raise NotFound(f"there is no check-in {code_of(CHECK_IN, number)}: `holdfast node check-in list` shows yours")
    return get_follow_up(connection, vault, found)


def intact(stored: StoredFollowUp) -> LocalFollowUp:
    """Give one that can be believed; raises WrongState where it is flagged."""
    if isinstance(stored.follow_up, Flagged):
        raise WrongState(f"check-in {stored.id.hex()[:8]}: {stored.follow_up.because}")
    return stored.follow_up


def believed(stored: Iterable[StoredFollowUp]) -> list[LocalFollowUp]:
    """Give those that can be believed."""
    return [each.follow_up for each in stored if not isinstance(each.follow_up, Flagged)]


def _write(connection: Connection, vault: Vault, doing: Doing, stored: StoredFollowUp, step: Change) -> LocalFollowUp:
    changed = step(intact(stored))
    sealed = seal_body(get_key(connection, vault, stored.id), TABLE, stored.id, changed.version, content_of(changed))
    local_follow_ups.save_follow_up(connection, vault, sealed, changed, doing.user_id, doing.now)
    TRAIL.record(connection, doing.now, written(doing.actor, doing.action, TABLE, sealed))
    return changed


def _of_encounter(
    connection: Connection, vault: Vault, encounter_id: bytes
) -> tuple[list[StoredFollowUp], list[StoredFollowUp]]:
    """Give every check-in of an encounter, and those that are open."""
    every = local_follow_ups.list_follow_ups(connection, vault, encounter_id=encounter_id, has_ended=True)
    return every, [each for each in every if isinstance(each.follow_up, Flagged) or each.follow_up.is_open]
