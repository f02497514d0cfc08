"""The sealed body of a record: written together with the trail's line about it, and opened only as the trail knows it.

1. A body is canonical JSON under its subject's data key, for its place (table, `body`, id, version).
2. Whoever writes a version records its number and the SHA-256 of what is stored, in the same transaction.
3. On reading, a body that does not open, that the trail does not know, or whose newest version is not the trail's last,
   is flagged with what to do. Others of the same page stay readable.
4. A page costs two queries: the keys, where the rows were not read together with them, and the trail's lines.

Source: DESIGN.md 6; TRUST.md t03.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from common.access.roles import Action
from common.audit.entry import Entry
from node.persistence.audit import TRAIL
from node.persistence.data_keys import find_wrapped
from node.vault.fields import Altered, DataKey, Place
from node.vault.vault import Vault

_WHAT_TO_DO = "`holdfast node audit show` says who wrote it last; a backup has it as it was"
_CUT = 500  # ids in one query
_written = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode  # made once, for many


@dataclass(frozen=True)
class Sealed:
    """A version of a record as it is stored."""

    id: bytes
    version: int
    body: bytes


@dataclass(frozen=True)
class Flagged:
    """A record that is listed and not shown: why, and what to do."""

    because: str
    is_erased: bool = False


Opened = dict[str, Any] | Flagged


def to_json(content: Mapping[str, Any] | str) -> bytes:
    """Write a body in its one form, or a word as it stands in one."""
    return _written(content).encode()


def seal_body(key: DataKey, table: str, id_: bytes, version: int, content: Mapping[str, Any]) -> Sealed:
    """Seal a version of a record for its place."""
    return Sealed(id_, version, key.seal(Place(table, "body", id_, version), to_json(content)))


def subject_of(table: str, id_: bytes) -> str:
    """Name a record as the trail does."""
    return f"{table} {id_.hex()}"


def written(actor: str, action: Action, table: str, sealed: Sealed) -> Entry:
    """Give the trail's line about a version that is written (2)."""
    digest = sha256(sealed.body).digest()
    return Entry(actor, action.value, subject_of(table, sealed.id), version=sealed.version, digest=digest)


def open_body(connection: Connection, vault: Vault, table: str, sealed: Sealed, *, is_newest: bool = True) -> Opened:
    """Open one body."""
    return open_bodies(connection, vault, table, [sealed], is_newest=is_newest)[0]


def open_bodies(
    connection: Connection,
    vault: Vault,
    table: str,
    stored: Sequence[Sealed],
    *,
    is_newest: bool = True,
    wrapped: Mapping[bytes, bytes | None] | None = None,
) -> list[Opened]:
    """Open the bodies of a page, each to its content or to why it is flagged (3).

    Args:
        is_newest: these are the records' newest versions; else any.
        wrapped: their wrapped keys, where they were read already; None for a key that is destroyed.
    """
    ids = list(dict.fromkeys(each.id for each in stored))
    wrapped, known = _wrapped(connection, ids) if wrapped is None else wrapped, dict[str, dict[int, bytes]]()
    told = TRAIL.written_of(connection, {subject_of(table, id_) for id_ in ids})
    for (subject, version), digest in told.items():
        known.setdefault(subject, {})[version] = digest
    opened = list[Opened]()
    for each in stored:
        versions = known.get(subject_of(table, each.id), {})
        key = wrapped.get(each.id)
        flag = None if key is None else _flag(each, versions, is_newest)  # erased: its body is empty, and no riddle
        opened.append(flag or decrypted(vault, table, each, key))
    return opened


def decrypted(vault: Vault, table: str, sealed: Sealed, wrapped: bytes | None) -> Opened:
    """Open a body with its wrapped key, without asking the trail."""
    plain = unsealed(vault, table, sealed, wrapped)
    return plain if isinstance(plain, Flagged) else read_content(plain)


def unsealed(vault: Vault, table: str, sealed: Sealed, wrapped: bytes | None) -> bytes | Flagged:
    """Decrypt a body with its wrapped key, and leave its JSON unread."""
    if wrapped is None:
        return Flagged("erased: its key is destroyed, and nobody can read it again", is_erased=True)
    try:
        return vault.unwrap(sealed.id, wrapped).open(Place(table, "body", sealed.id, sealed.version), sealed.body)
    except Altered:
        return _unreadable()


def read_content(plain: bytes) -> Opened:
    """Read the JSON of a decrypted body."""
    try:
        content: dict[str, Any] = json.loads(plain)
    except ValueError:
        return _unreadable()
    return content


def differs() -> Flagged:
    """Flag a record whose columns outside the body say something else than the body."""
    return Flagged(f"altered: what stands beside it in the store is not what was written; {_WHAT_TO_DO}")


def _unreadable() -> Flagged:
    return Flagged(f"altered: it does not open as what was stored there; {_WHAT_TO_DO}")


def _wrapped(connection: Connection, ids: Sequence[bytes]) -> Mapping[bytes, bytes]:
    found = dict[bytes, bytes]()
    for first in range(0, len(ids), _CUT):
        found |= find_wrapped(connection, ids[first : first + _CUT])
    return found


def _flag(sealed: Sealed, versions: Mapping[int, bytes], is_newest: bool) -> Flagged | None:
    last = max(versions, default=0)
    if is_newest and sealed.version < last:
        return Flagged(f"put back: this is version {sealed.version}, the trail knows version {last}; {_WHAT_TO_DO}")
    if versions.get(sealed.version) != sha256(sealed.body).digest():
        return Flagged(f"altered: the trail does not know it like this; {_WHAT_TO_DO}")
    return None
