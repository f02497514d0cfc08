"""A note about an encounter: where the law and the agency allow one at all, read by its author and the clinical leads.

1. The jurisdiction's pack decides first, then the agency's setting `notes`, which is off unless it was switched on.
2. A version is written once; a later one stands beside it.
3. Only who has the key of a copy reads it; each reading stands in the audit trail. Nobody else has anything to read.

Source: DOMAIN.md 3; DESIGN.md 6, "At rest".
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from common.access.person import Person
from common.access.roles import Action
from common.audit.entry import Entry
from common.errors import WrongState
from node.domain.jurisdiction import Pack
from node.domain.jurisdiction_words import rules_in_words
from node.persistence import note_keys, notes
from node.persistence.audit import TRAIL
from node.persistence.bodies import subject_of
from node.persistence.data_keys import find_wrapped, get_key
from node.vault.fields import Altered
from node.vault.notes import TABLE, open_note, seal_note
from node.vault.vault import Vault

LONGEST_NOTE = 4_000  # characters


@dataclass(frozen=True)
class Note:
    """A note that was opened."""

    version: int
    text: str


def check_allowed(pack: Pack, is_on: bool) -> None:
    """Check that notes may be written here (1); raises WrongState."""
    if not pack.notes_allowed:
        law = f"{pack.title} ({', '.join(pack.sources)})" if pack.sources else pack.title
        raise WrongState(f"note: {law}: {rules_in_words(pack)['notes_allowed']} Nothing was written")
    if not is_on:
        raise WrongState("note: this agency keeps no notes (setting `notes` is off). Nothing was written")


def write_note(
    connection: Connection, vault: Vault, person: Person, encounter_id: bytes, text: str, now: datetime
) -> int:
    """Seal a note to its author and the clinical leads, and give its version; the text was checked.

    Raises:
        WrongState: the author has no key yet.
    """
    own = note_keys.find_public(connection, person.user_id)
    if own is None:
        raise WrongState("note: you have no key for notes yet: sign out and sign in with your password, which makes it")
    readers = dict(note_keys.list_clinical_leads(connection)) | {person.user_id: own}
    version = notes.last_version(connection, encounter_id) + 1
    copies = seal_note(get_key(connection, vault, encounter_id), encounter_id, version, readers.items(), text)
    notes.add_note(connection, encounter_id, version, copies, now)
    written = Entry(
        f"user {person.name}",
        Action.CORRECT_OWN_ENCOUNTER.value,
        subject_of(TABLE, encounter_id),
        version=version,
        digest=notes.digest_of(copies),
    )
    TRAIL.record(connection, now, written)
    return version


def is_written(connection: Connection, encounter_id: bytes) -> bool:
    """Tell whether an encounter has a note, or had one by the trail: reading it then says what became of it."""
    if notes.last_version(connection, encounter_id):
        return True
    return TRAIL.last_written(connection, subject_of(TABLE, encounter_id)) is not None


def read_note(connection: Connection, vault: Vault, person: Person, encounter_id: bytes, now: datetime) -> Note | None:
    """Open the newest note with the reader's own key; None: there is none for this reader.

    Raises:
        Altered: it is not what was written; the trail says who wrote it last.
        WrongState: the reader's key is not open in this session.
    """
    version = notes.last_version(connection, encounter_id)
    copies = notes.find_copies(connection, encounter_id, version)
    last = TRAIL.last_written(connection, subject_of(TABLE, encounter_id))
    is_as_written = last is None or last.version == version
    if person.user_id not in copies and (is_as_written or not find_wrapped(connection, [encounter_id])):  # erased
        return None
    if last is None or (last.version, last.digest) != (version, notes.digest_of(copies)):
        raise Altered("this note is not what was written: the audit trail says who wrote it last, a backup has it")
    if person.note_key is None:
        raise WrongState("your key for notes is not open: sign in with your password, or use your recovery code")
    key = get_key(connection, vault, encounter_id)
    text = open_note(key, encounter_id, version, person.user_id, person.note_key, copies[person.user_id])
    TRAIL.record(connection, now, Entry(f"user {person.name}", Action.READ_NOTE.value, subject_of(TABLE, encounter_id)))
    return Note(version, text)
