"""The people who may receive support: recorded, changed, found. Every member that is shown stands in the audit trail.

Source: DOMAIN.md 2, 3.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from common.access.roles import Action
from common.audit.entry import Entry
from common.errors import InvalidRequest, NotFound, WrongState
from common.ids import new_ids
from node.domain.member import CODE_DIGITS, PREFIX, Member, MemberState, read_code
from node.domain.name_search import wanted_terms
from node.persistence import members
from node.persistence.audit import TRAIL
from node.persistence.bodies import Flagged, seal_body, subject_of, written
from node.persistence.data_keys import KeyKind, get_key, make_keys
from node.persistence.local_codes import give_codes
from node.persistence.members import TABLE, StoredMember
from node.vault.vault import Vault

PAGE = 20  # members shown at once
UNKNOWN = "there is no member {said}: `holdfast node member find` looks for one by name"


@dataclass(frozen=True)
class Found:
    """One page of a search."""

    members: Sequence[StoredMember]
    has_more: bool


def add_members(
    connection: Connection, vault: Vault, actor: str, action: Action, given: Sequence[Member], now: datetime
) -> list[StoredMember]:
    """Record members; each is given its code here.

    Raises:
        NotFound: a supervisor is no member.
    """
    if not given:
        return []
    _check_supervisors(connection, vault, given)
    ids = new_ids(now, len(given))
    codes = give_codes(connection, PREFIX, CODE_DIGITS, len(given))
    coded = [replace(member, code=code) for member, code in zip(given, codes, strict=True)]
    keys = make_keys(connection, vault, KeyKind.MEMBER, ids, now)
    made = [
        (seal_body(keys[id_], TABLE, id_, 1, members.content_of(member)), member)
        for id_, member in zip(ids, coded, strict=True)
    ]
    members.add_members(connection, vault, made, now)
    TRAIL.record_all(connection, now, (written(actor, action, TABLE, sealed) for sealed, _ in made))
    return [StoredMember(sealed.id, 1, now, member) for sealed, member in made]


def change_member(
    connection: Connection, vault: Vault, actor: str, member_id: bytes, changes: Mapping[str, Any], now: datetime
) -> StoredMember:
    """Change some fields of a member.

    Raises:
        NotFound: there is no such member, or the supervisor is none.
        InvalidRequest: a member supervises itself.
        WrongState: the record is flagged.
    """
    stored = get_member(connection, vault, member_id)
    changed = replace(intact(stored), **changes)
    if changed.supervisor_id == member_id:
        raise InvalidRequest("supervisor: nobody supervises themselves")
    _check_supervisors(connection, vault, [changed])
    key = get_key(connection, vault, member_id)
    sealed = seal_body(key, TABLE, member_id, stored.version + 1, members.content_of(changed))
    members.save_member(connection, vault, sealed, changed)
    TRAIL.record(connection, now, written(actor, Action.CHANGE_ROSTER, TABLE, sealed))
    return StoredMember(member_id, sealed.version, stored.recorded_at, changed)


def search(
    connection: Connection,
    vault: Vault,
    actor: str,
    said: str,
    now: datetime,
    *,
    state: MemberState | None = MemberState.CURRENT,
    after: bytes | None = None,
) -> Found:
    """Find members by code, or by the beginnings of the words of their name; each that is shown is recorded."""
    code = read_code(said)
    if code is None:
        terms = wanted_terms(said)
        if said.strip() and not terms:
            return Found([], has_more=False)
        page = members.search_members(connection, vault, terms, state, after, PAGE + 1)
    else:
        one = members.find_by_code(connection, vault, code)
        page = [] if one is None else [one]
    record_reads(connection, actor, Action.FIND_MEMBER, (each.id for each in page[:PAGE]), now)
    return Found(page[:PAGE], len(page) > PAGE)


def record_reads(
    connection: Connection, actor: str, action: Action, member_ids: Iterable[bytes], now: datetime
) -> None:
    """Record that members' records were read, each."""
    TRAIL.record_all(connection, now, (Entry(actor, action.value, subject_of(TABLE, id_)) for id_ in member_ids))


def get_member(connection: Connection, vault: Vault, member_id: bytes) -> StoredMember:
    """Fetch a member by id; raises NotFound. It may be flagged."""
    found = members.find_members(connection, vault, [member_id])
    if member_id not in found:
        raise NotFound(UNKNOWN.format(said=f"with the id {member_id.hex()[:8]}"))
    return found[member_id]


def get_by_code(connection: Connection, vault: Vault, said: str) -> StoredMember:
    """Fetch a member by code, however it is typed.

    Raises:
        InvalidRequest: it is no code.
        NotFound: no member has it.
    """
    code = read_code(said)
    if code is None:
        raise InvalidRequest("member: give a code such as M-0017; `holdfast node member find` looks for a name")
    found = members.find_by_code(connection, vault, code)
    if found is None:
        raise NotFound(UNKNOWN.format(said=code))
    return found


def intact(stored: StoredMember) -> Member:
    """Give a member that can be believed; raises WrongState where it is flagged."""
    if isinstance(stored.member, Flagged):
        raise WrongState(f"member {stored.id.hex()[:8]}: {stored.member.because}")
    return stored.member


def _check_supervisors(connection: Connection, vault: Vault, given: Iterable[Member]) -> None:
    named = {member.supervisor_id for member in given if member.supervisor_id is not None}
    if named - set(members.find_members(connection, vault, named) if named else ()):
        raise NotFound("supervisor: is no member of this node")
