"""The roster of peer supporters: recorded, trained, paused, capped, ended; and what it adds up to.

Source: DOMAIN.md 3, "Also at the node".
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import Connection

from common.access.roles import Action
from common.errors import AlreadyExists, InvalidRequest, NotFound, WrongState
from common.ids import new_id
from node.domain.name_search import folded
from node.domain.supporter import CODE_DIGITS, PREFIX, Capacity, Supporter, Training, capacity_of, checked, read_code
from node.persistence import members, supporters
from node.persistence.audit import TRAIL
from node.persistence.bodies import Flagged, seal_body, written
from node.persistence.data_keys import KeyKind, get_key, make_keys
from node.persistence.local_codes import give_codes
from node.persistence.supporters import TABLE, StoredSupporter
from node.vault.vault import Vault

_LIST = "`holdfast node supporter list` shows them"


def add_supporters(
    connection: Connection, vault: Vault, actor: str, action: Action, given: Sequence[Supporter], now: datetime
) -> list[StoredSupporter]:
    """Record supporters; each is given its code here.

    Raises:
        InvalidRequest: a date or the cap is wrong.
        NotFound: who it is to be is no member.
        AlreadyExists: that member is a supporter already.
    """
    if not given:
        return []
    _check_members(connection, vault, given)
    ids = sorted(new_id(now) for _ in given)
    codes = give_codes(connection, PREFIX, CODE_DIGITS, len(given))
    coded = [replace(checked(supporter), code=code) for supporter, code in zip(given, codes, strict=True)]
    keys = make_keys(connection, vault, KeyKind.SUPPORTER, ids, now)
    made = [
        (seal_body(keys[id_], TABLE, id_, 1, supporters.content_of(supporter)), supporter)
        for id_, supporter in zip(ids, coded, strict=True)
    ]
    supporters.add_supporters(connection, vault, made, now)
    TRAIL.record_all(connection, now, (written(actor, action, TABLE, sealed) for sealed, _ in made))
    return [StoredSupporter(sealed.id, 1, now, supporter) for sealed, supporter in made]


def change_supporter(
    connection: Connection,
    vault: Vault,
    actor: str,
    supporter_id: bytes,
    changes: Mapping[str, Any],
    now: datetime,
    action: Action = Action.CHANGE_ROSTER,
) -> StoredSupporter:
    """Change some fields of a supporter: a designation, a pause, the cap, the end.

    Raises:
        InvalidRequest: a date or the cap is wrong.
        NotFound: there is no such supporter.
        WrongState: the record is flagged.
    """
    stored = get_supporter(connection, vault, supporter_id)
    changed = checked(replace(intact(stored), **changes))
    key = get_key(connection, vault, supporter_id)
    sealed = seal_body(key, TABLE, supporter_id, stored.version + 1, supporters.content_of(changed))
    supporters.save_supporter(connection, vault, sealed, changed)
    TRAIL.record(connection, now, written(actor, action, TABLE, sealed))
    return StoredSupporter(supporter_id, sealed.version, stored.recorded_at, changed)


def train(
    connection: Connection, vault: Vault, actor: str, supporter_id: bytes, trainings: Sequence[Training], now: datetime
) -> StoredSupporter:
    """Record trainings, all or none; raises as `change_supporter` does.

    Raises:
        AlreadyExists: one of them is recorded already, or is given twice.
    """
    held = intact(get_supporter(connection, vault, supporter_id)).trainings
    for number, training in enumerate(trainings):
        if training in (*held, *trainings[:number]):
            raise AlreadyExists(f"this very training is recorded already: {training.topic.value}")
    in_order = tuple(sorted((*held, *trainings), key=lambda each: (each.completed_on, each.topic.value)))
    return change_supporter(connection, vault, actor, supporter_id, {"trainings": in_order}, now)


def pause(
    connection: Connection,
    vault: Vault,
    actor: str,
    action: Action,
    supporter_id: bytes,
    until: datetime | None,
    now: datetime,
) -> StoredSupporter:
    """Pause a supporter's availability: nobody asks why; raises as `change_supporter` does."""
    if until is not None and until <= now:
        raise InvalidRequest("until: lies in the past")
    changes = {"paused_since": now, "paused_until": until}
    return change_supporter(connection, vault, actor, supporter_id, changes, now, action)


def resume(
    connection: Connection, vault: Vault, actor: str, action: Action, supporter_id: bytes, now: datetime
) -> StoredSupporter:
    """End a supporter's pause; raises as `change_supporter` does."""
    changes = {"paused_since": None, "paused_until": None}
    return change_supporter(connection, vault, actor, supporter_id, changes, now, action)


def roster(connection: Connection, vault: Vault) -> dict[bytes, Supporter]:
    """Give every supporter that can be believed, by id."""
    found = supporters.list_supporters(connection, vault)
    return {each.id: each.supporter for each in found if not isinstance(each.supporter, Flagged)}


def capacity(connection: Connection, vault: Vault, zone: tzinfo, now: datetime) -> Capacity:
    """Count the roster as a SupporterCapacity report does."""
    return capacity_of(roster(connection, vault).values(), now, now.astimezone(zone).date())


def get_supporter(connection: Connection, vault: Vault, supporter_id: bytes) -> StoredSupporter:
    """Fetch a supporter by id; raises NotFound. It may be flagged."""
    found = supporters.find_supporter(connection, vault, supporter_id)
    if found is None:
        raise NotFound(f"there is no such supporter: {_LIST}")
    return found


def get_by_name(connection: Connection, vault: Vault, said: str) -> StoredSupporter:
    """Fetch a supporter by code, or by the whole name however it is written.

    Raises:
        NotFound: none is meant.
        InvalidRequest: more than one has the name.
    """
    code = read_code(said)
    found = None if code is None else supporters.find_by_code(connection, vault, code)
    if found is not None:
        return found
    wanted = folded(said)
    named = [id_ for id_, each in roster(connection, vault).items() if wanted and folded(each.name) == wanted]
    if len(named) > 1:
        raise InvalidRequest(f"supporter: {len(named)} have this name: give the code; {_LIST}")
    if not named:
        raise NotFound(f"there is no supporter of this code or name: {_LIST}")
    return get_supporter(connection, vault, named[0])


def intact(stored: StoredSupporter) -> Supporter:
    """Give a supporter that can be believed; raises WrongState where it is flagged."""
    if isinstance(stored.supporter, Flagged):
        raise WrongState(f"supporter {stored.id.hex()[:8]}: {stored.supporter.because}")
    return stored.supporter


def _check_members(connection: Connection, vault: Vault, given: Sequence[Supporter]) -> None:
    named = [supporter.member_id for supporter in given if supporter.member_id is not None]
    if not named:
        return
    if set(named) - set(members.find_members(connection, vault, named)):
        raise NotFound("member: is no member of this node")
    taken = {supporter.member_id for supporter in roster(connection, vault).values()}
    if len(set(named)) < len(named) or taken & set(named):
        raise AlreadyExists(f"member: is a supporter already; {_LIST}")
