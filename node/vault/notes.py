"""A note: sealed to its author and the clinical leads, one copy for each, and under the encounter's key besides.

1. Each copy is sealed with HPKE to its reader's own key, bound to the encounter and the version: no key of the machine
   opens it.
2. Each copy is then sealed under the encounter's data key, for its place: erasing the encounter erases its notes.

Source: DESIGN.md 6, "At rest".
"""

from collections.abc import Iterable

from node.vault.fields import DataKey, Place
from node.vault.sealing import open_sealed, seal_to_each

TABLE = "note"


def seal_note(
    key: DataKey, encounter_id: bytes, version: int, recipients: Iterable[tuple[bytes, bytes]], text: str
) -> dict[bytes, bytes]:
    """Seal a note for each reader, given as (user id, public key)."""
    copies = seal_to_each(recipients, text.encode(), _info(encounter_id, version))
    return {user_id: key.seal(_place(encounter_id, version, user_id), copy) for user_id, copy in copies.items()}


def open_note(key: DataKey, encounter_id: bytes, version: int, user_id: bytes, private: bytes, sealed: bytes) -> str:
    """Open a reader's copy with the reader's own key; raises Altered."""
    copy = key.open(_place(encounter_id, version, user_id), sealed)
    return open_sealed(private, copy, _info(encounter_id, version)).decode()


def _info(encounter_id: bytes, version: int) -> bytes:
    return b"holdfast note\0" + encounter_id + version.to_bytes(8, "big")


def _place(encounter_id: bytes, version: int, user_id: bytes) -> Place:
    return Place(TABLE, "sealed", encounter_id + user_id, version)
