"""Notes: written by the supporter whose encounter it is, read by them and the clinical leads, by nobody else."""

from typing import Any

from sqlalchemy import Connection

from common.access.person import Person
from common.access.roles import Action
from common.errors import InvalidRequest
from common.text import clean_text
from node.opened import OpenNode
from node.operations.encounter_words import REFERENCE
from node.operations.guarded import Guarded
from node.operations.own_encounters import meant, only, own_id
from node.operations.refusing import refuse
from node.operations.typed import iso
from node.operations.typed_times import moment_said
from node.persistence import notes as rows
from node.persistence.bodies import subject_of
from node.persistence.data_keys import find_wrapped
from node.use_cases import notes
from node.use_cases.notes import LONGEST_NOTE, check_allowed
from node.vault.notes import TABLE

_MOST = 200
_NONE_FOR_YOU = "there is no note there that is sealed to you"


def write(node: OpenNode, person: Person, said: dict[str, Any]) -> Any:
    """Write a note about an own encounter."""
    text = read_text(node, said.get("text"))
    id_, now = own_id(node, person, Action.CORRECT_OWN_ENCOUNTER, said.get("encounter")), node.clock.now()
    version = node.write("note", lambda c: notes.write_note(c, node.vault, person, id_, text, now))
    return {"encounter": id_.hex(), "version": version}


def read(node: OpenNode, person: Person, said: dict[str, Any]) -> Any:
    """Read the newest note about an encounter, where it is sealed to who asks."""
    now = node.clock.now()

    def opened(connection: Connection) -> Any:
        own = person.supporter_id if said.get("encounter") == "last" else None
        found = meant(connection, said.get("encounter"), own)
        return (found, notes.read_note(connection, node.vault, person, only(found), now) if found else None)

    found, note = node.write("note", opened)
    if note is None:
        refuse(node, person, Action.READ_NOTE, subject_of(TABLE, found[0]) if found else TABLE, _NONE_FOR_YOU)
    return {"encounter": found[0].hex(), "version": note.version, "text": note.text}


def list_(node: OpenNode, person: Person, said: dict[str, Any]) -> Any:
    """List the notes that are sealed to who asks, the newest first: when, and about which encounter; none is opened."""
    before, limit = said.get("before"), int(said.get("limit", 50))
    if not 1 <= limit <= _MOST:
        raise InvalidRequest(f"limit: 1 to {_MOST}")
    until = None if before is None else moment_said(before, "before", node.settings.zone)

    def listed(connection: Connection) -> list[dict[str, Any]]:
        found = rows.list_sealed_to(connection, person.user_id, until, limit)
        alive = find_wrapped(connection, [id_ for id_, _, _ in found])  # of an erased one nothing is left to read
        return [
            {
                "encounter": id_.hex(),
                "reference": id_.hex()[-REFERENCE:],
                "version": version,
                "written_at": iso(node, at),
                "is_erased": id_ not in alive,
            }
            for id_, version, at in found
        ]

    return node.read(listed)


def read_text(node: OpenNode, said: object) -> str:
    """Read the text of a note, where one may be written at all."""
    check_allowed(node.settings.pack, node.settings.notes == "on")
    return clean_text(said, "note", LONGEST_NOTE, 1)


OPERATIONS: dict[str, Guarded] = {
    "note_list": Guarded(Action.READ_NOTE, list_),
    "note_write": Guarded(Action.CORRECT_OWN_ENCOUNTER, write),
    "note_read": Guarded(Action.READ_NOTE, read),
}
