"""Encounters: logged, corrected and voided by the supporter whose they are."""

from typing import Any

from sqlalchemy import Connection

from common.access.person import Person
from common.access.roles import Action
from common.errors import InvalidRequest
from node.domain.encounter import ActivationType, Duration, Encounter, Mode, RecipientClass
from node.opened import OpenNode
from node.operations.encounter_words import (
    codes_shown,
    read_at,
    read_fields,
    shown,
)
from node.operations.guarded import Guarded
from node.operations.notes import read_text
from node.operations.own_encounters import own_id, own_supporter
from node.persistence import encounter_ids
from node.persistence.encounters import Span
from node.use_cases import encounters, members, notes


def log(node: OpenNode, person: Person, said: dict[str, Any]) -> Any:
    """Log an encounter, with a note or without; what is left out is taken as it usually is."""
    supporter_id, now, zone = own_supporter(node, person, Action.LOG_ENCOUNTER), node.clock.now(), node.settings.zone
    at = read_at(node, said.get("at"))
    note = None if said.get("note") is None else read_text(node, said["note"])

    def write(connection: Connection) -> Any:
        usual: dict[str, Any] = {
            "activation_type": ActivationType.SELF_REFERRAL,
            "mode": Mode.IN_PERSON,
            "duration": Duration.UNDER_15,
        }
        fields = usual | read_fields(node, connection, said, at)
        if "recipient_class" not in fields:
            fields["recipient_class"] = _usual_recipient(node, connection, supporter_id, fields.get("member_id"))
        if fields["mode"] is Mode.GROUP_SESSION and "participants" not in fields:
            raise InvalidRequest("participants: say how many took part in the group session")
        told = Encounter(occurred_at=at, supporter_id=supporter_id, **fields)
        made = encounters.log_encounter(connection, node.vault, person, told, node.settings.pack, zone, now)
        if note is not None:
            notes.write_note(connection, node.vault, person, made.id, note, now)
        return shown(node, made, codes_shown(node, connection, [made]))

    return node.write("encounter", write)


def edit(node: OpenNode, person: Person, said: dict[str, Any]) -> Any:
    """Correct fields of an own encounter."""
    id_, now, zone = _own_to_correct(node, person, said), node.clock.now(), node.settings.zone

    def write(connection: Connection) -> Any:
        changes: dict[str, Any] = {}
        at = encounter_ids.find_occurred_at(connection, id_) or now
        if said.get("at") is not None:
            changes["occurred_at"] = at = read_at(node, said["at"])
        changes |= read_fields(node, connection, said, at)
        if "mode" in changes and changes["mode"] is not Mode.GROUP_SESSION:
            changes.setdefault("participants", 1)
        if not changes:
            raise InvalidRequest("say what is to be corrected, such as --kind or --at")
        changed = encounters.change_encounter(
            connection, node.vault, person, id_, changes, node.settings.pack, zone, now
        )
        return shown(node, changed, codes_shown(node, connection, [changed]))

    return node.write("encounter", write)


def void(node: OpenNode, person: Person, said: dict[str, Any]) -> Any:
    """Void an own encounter that is wrong."""
    id_, now = _own_to_correct(node, person, said), node.clock.now()

    def write(connection: Connection) -> Any:
        voided = encounters.void_encounter(connection, node.vault, person, id_, now)
        return shown(node, voided, codes_shown(node, connection, [voided]))

    return node.write("encounter", write)


OPERATIONS: dict[str, Guarded] = {
    "encounter_log": Guarded(Action.LOG_ENCOUNTER, log),
    "encounter_edit": Guarded(Action.CORRECT_OWN_ENCOUNTER, edit),
    "encounter_void": Guarded(Action.CORRECT_OWN_ENCOUNTER, void),
}


def _own_to_correct(node: OpenNode, person: Person, said: dict[str, Any]) -> bytes:
    return own_id(node, person, Action.CORRECT_OWN_ENCOUNTER, said.get("encounter"))


def _usual_recipient(
    node: OpenNode, connection: Connection, supporter_id: bytes, member_id: bytes | None
) -> RecipientClass:
    """Give the class of the member, or of whom the supporter spoke with last."""
    if member_id is not None:
        member = members.intact(members.get_member(connection, node.vault, member_id))
        if member.recipient_class is not None:
            return member.recipient_class
    last = encounters.list_page(connection, node.vault, Span(supporter_id=supporter_id), {}, 1).rows
    told = last[0].encounter if last else None
    said = told.recipient_class if isinstance(told, Encounter) else None
    return said or RecipientClass.SWORN_OR_UNIFORMED
