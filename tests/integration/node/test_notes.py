"""A note is read by its author and the clinical leads with their own keys, and by nobody with anything else."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import Connection, text

from common.access import managing
from common.access.person import Person
from common.access.roles import Role
from common.errors import InvalidRequest, NotAllowed, WrongState
from node.opened import OpenNode
from node.operations import GUARDED
from node.persistence import note_keys
from node.persistence.access import ACCESS
from node.persistence.audit import TRAIL
from node.persistence.data_keys import Erased, destroy_keys
from node.persistence.note_keys import NoteKey
from node.vault.fields import Altered
from tests.builders import NOON
from tests.local_node import local_node, person
from tests.records import Somebody, added, encounter, listed, supporter

MONTANAS = r"Montana \(MCA 7-32-602\): No recording of a session: an encounter has no note"
CANARY = "Zanzibar at dawn"


def keyed(who: Person) -> tuple[Person, bytes]:
    key = X25519PrivateKey.generate()
    return replace(who, note_key=key.private_bytes_raw()), key.public_key().public_bytes_raw()


class Notes:
    """A node that allows notes, an author with an encounter, and a clinical lead, both users with keys in its store."""

    def __init__(self, node: OpenNode) -> None:
        self.node = node
        made = supporter(node)
        self.author = self._user(made.person)
        self.lead = self._user(person(Role.CLINICIAN, name="lee"))
        self.switch("on")
        (self.id,) = added(node, Somebody(self.author, made.supporter_id), encounter(made.supporter_id))

    def _user(self, who: Person) -> Person:
        """Add a user of the node who is this person, with a key for notes."""
        keyed_person, public = keyed(who)

        def write(connection: Connection) -> bytes:
            user, _ = managing.add_user(ACCESS, connection, NOON, "operator", who.name, who.roles, who.supporter_id)
            note_keys.put(connection, NoteKey(user.id, public, None, b"", NOON))
            return user.id

        return replace(keyed_person, user_id=self.node.write("users", write))

    def switch(self, notes: str, **settings: str) -> None:
        self.node.settings = self.node.settings.model_copy(update={"notes": notes} | settings)

    def write(self, said: Any = CANARY, who: Person | None = None) -> Any:
        return GUARDED["note_write"].do(self.node, who or self.author, {"encounter": self.id.hex(), "text": said})

    def read(self, who: Person) -> Any:
        return GUARDED["note_read"].do(self.node, who, {"encounter": self.id.hex()})["text"]

    def run(self, sql: str, **values: Any) -> Any:
        with self.node.store.begin() as c:
            return c.execute(text(sql), values)


@pytest.fixture
def notes(tmp_path: Path) -> Iterator[Notes]:
    with local_node(tmp_path) as node:
        yield Notes(node)


def test_author_and_clinical_lead_read_it_and_each_reading_stands_in_the_trail(notes: Notes) -> None:
    notes.write()
    assert (notes.read(notes.author), notes.read(notes.lead)) == (CANARY, CANARY)
    entries = notes.node.read(lambda c: [entry for _, _, entry in TRAIL.read(c)])
    assert [e.actor for e in entries if e.action == "read note"] == ["user casey", "user lee"]


def test_a_contact_tells_its_author_whether_it_has_a_note_also_when_somebody_took_it_away(notes: Notes) -> None:
    def has_note() -> bool:
        told = GUARDED["own_encounter"].do(notes.node, notes.author, {"encounter": notes.id.hex()})
        return bool(told["has_note"])

    assert not has_note()
    notes.write()
    assert has_note()
    notes.run("DELETE FROM note")
    assert has_note()
    with pytest.raises(Altered):
        notes.read(notes.author)


def test_i03_nobody_else_reads_it_whatever_key_they_hold(notes: Notes) -> None:
    notes.write()
    operator, _ = keyed(person(Role.OPERATOR, Role.CLINICIAN, name="oz"))
    as_the_lead = replace(operator, user_id=notes.lead.user_id)

    with pytest.raises(NotAllowed, match="no note there that is sealed to you"):
        notes.read(operator)
    with pytest.raises(Altered, match="does not open with your key"):
        notes.read(as_the_lead)
    with pytest.raises(WrongState, match="your key for notes is not open"):
        notes.read(replace(notes.author, note_key=None))
    entries = notes.node.read(lambda c: [entry for _, _, entry in TRAIL.read(c)])
    assert [e.subject for e in entries if e.outcome.startswith("refused")] == [f"note {notes.id.hex()}"]


def test_i03_nobody_writes_about_anothers_encounter(notes: Notes) -> None:
    robin, _ = keyed(supporter(notes.node, "robin").person)
    with pytest.raises(NotAllowed, match="no such encounter of yours"):
        notes.write(who=robin)


@pytest.mark.parametrize(
    ("switch", "pack", "why"),
    [
        ("off", "default", "keeps no notes"),
        ("on", "mt", MONTANAS),
    ],
)
def test_none_is_written_where_the_agency_or_the_law_says_no(notes: Notes, switch: str, pack: str, why: str) -> None:
    notes.switch(switch, jurisdiction=pack)
    with pytest.raises(WrongState, match=why):
        notes.write()
    with pytest.raises(WrongState, match=why):
        GUARDED["encounter_log"].do(notes.node, notes.author, {"note": CANARY})
    assert [row.id for row in listed(notes.node)] == [notes.id]
    assert notes.run("SELECT count(*) FROM note").scalar_one() == 0


def test_an_encounter_is_logged_with_its_note_or_not_at_all(notes: Notes) -> None:
    made = GUARDED["encounter_log"].do(notes.node, notes.author, {"note": CANARY, "incident_related": True})
    assert made["incident_related"] is True
    assert GUARDED["note_read"].do(notes.node, notes.lead, {"encounter": made["id"]})["text"] == CANARY

    keyless = person(Role.SUPPORTER, supporter_id=notes.author.supporter_id)
    with pytest.raises(WrongState, match="you have no key for notes yet"):
        GUARDED["encounter_log"].do(notes.node, keyless, {"note": CANARY})
    assert len(listed(notes.node)) == 2


@pytest.mark.parametrize("said", ["", " \n", "a\0b", "\ud800", "\u202ea", "x" * 4_001, "x" * 1_000_000, None, 7])
def test_t07_a_note_that_cannot_be_shown_or_has_no_end_is_refused(notes: Notes, said: object) -> None:
    with pytest.raises(InvalidRequest, match="^note: "):
        notes.write(said)


def test_a_later_note_stands_beside_the_one_before(notes: Notes) -> None:
    notes.write("first")
    assert notes.write("second")["version"] == 2
    assert notes.read(notes.lead) == "second"
    assert notes.run("SELECT count(*) FROM note").scalar_one() == 4


@pytest.mark.parametrize(
    "forged",
    [
        "DELETE FROM note WHERE version = 2",
        "DELETE FROM note WHERE version = 2 AND recipient != :lead",
        "UPDATE note SET sealed = (SELECT sealed FROM note o WHERE o.version = 1 AND o.recipient = note.recipient)",
        "UPDATE note SET sealed = (SELECT sealed FROM note o WHERE o.version = 2 AND o.recipient != note.recipient)",
    ],
)
def test_t03_a_note_that_was_altered_or_put_back_is_flagged(notes: Notes, forged: str) -> None:
    notes.write("first")
    notes.write("second")
    notes.run(forged, **({"lead": notes.lead.user_id} if ":lead" in forged else {}))
    with pytest.raises(Altered):
        notes.read(notes.lead)


def test_i04_an_erased_encounter_has_no_note_for_anybody(notes: Notes) -> None:
    notes.write()
    notes.node.write("erase", lambda c: destroy_keys(c, [notes.id], NOON))
    for who in (notes.author, notes.lead):
        with pytest.raises(Erased):
            notes.read(who)


def test_i01_the_store_holds_nothing_readable_of_it(notes: Notes) -> None:
    notes.write()
    rows = notes.run("SELECT * FROM note").all()
    assert CANARY not in repr(rows)
