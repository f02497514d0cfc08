"""Who of the supporters was at an incident: every version kept, sealed, in the audit trail; tampering is seen."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from common.audit.entry import Entry
from common.errors import InvalidRequest, NotFound, WrongState
from node.domain.incident_roster import Presence
from node.opened import OpenNode
from node.persistence.audit import TRAIL
from node.persistence.data_keys import Erased, KeyKind, destroy_keys, make_keys
from node.persistence.incident_rosters import Recorded
from node.use_cases.incident_rosters import presence_of, read_roster, set_roster
from tests.builders import NOON
from tests.eligible import do, hear_offer, judged, node_in, ready, with_supporters
from tests.local_node import local_node
from tests.nodes import INCIDENT_ID

ANNA, BEN = b"a" * 16, b"b" * 16
WITNESS, PARTY = Presence.WITNESS, Presence.PARTY


@pytest.fixture
def node(tmp_path: Path) -> Iterator[OpenNode]:
    with local_node(tmp_path) as opened:
        opened.write("test", lambda c: make_keys(c, opened.vault, KeyKind.SUPPORTER, [ANNA, BEN], NOON))
        yield opened


def set_(node: OpenNode, present: dict[bytes, Presence], incident_id: bytes = INCIDENT_ID) -> list[Recorded]:
    return node.write("test", lambda c: set_roster(c, node.vault, "user morgan", incident_id, present, NOON))


def recorded(node: OpenNode, incident_id: bytes = INCIDENT_ID) -> dict[bytes, object]:
    found = node.read(lambda c: read_roster(c, node.vault, incident_id, [ANNA, BEN]))
    return {each.supporter_id: "altered" if each.is_altered else each.presence for each in found}


def was(node: OpenNode, supporter_id: bytes) -> Presence | None:
    return node.read(lambda c: presence_of(c, node.vault, INCIDENT_ID, supporter_id))


def sql(node: OpenNode, statement: str) -> None:
    node.write("test", lambda c: c.execute(text(statement)))


def test_what_is_recorded_replaces_what_was_before_and_every_version_is_kept(node: OpenNode) -> None:
    set_(node, {ANNA: WITNESS, BEN: PARTY})
    assert recorded(node) == {ANNA: WITNESS, BEN: PARTY}

    set_(node, {ANNA: PARTY})
    assert recorded(node) == {ANNA: PARTY, BEN: None}  # it was said of him, and taken back
    assert recorded(node, b"z" * 16) == {}
    kept = node.read(lambda c: c.execute(text("SELECT supporter_id, version FROM incident_roster ORDER BY 1, 2")).all())
    assert [tuple(row) for row in kept] == [(ANNA, 1), (ANNA, 2), (BEN, 1), (BEN, 2)]


def test_what_does_not_change_is_not_written_again_and_each_version_is_in_the_trail(node: OpenNode) -> None:
    set_(node, {ANNA: WITNESS})
    first, *_ = set_(node, {ANNA: WITNESS})

    entries = [entry for _, _, entry in node.read(lambda c: list(TRAIL.read(c)))]
    subject = f"incident_roster {(INCIDENT_ID + ANNA).hex()}"
    assert entries == [Entry("user morgan", "change roster", subject, version=1, digest=first.digest)]


def test_what_somebody_was_at_an_incident_is_not_readable_in_the_store(node: OpenNode) -> None:
    set_(node, {ANNA: WITNESS})

    (body,) = node.read(lambda c: c.execute(text("SELECT body FROM incident_roster")).one())
    assert b"witness" not in body


def test_t03_a_record_that_was_altered_moved_put_back_or_deleted_is_seen_and_others_stay_readable(
    node: OpenNode,
) -> None:
    set_(node, {ANNA: WITNESS, BEN: PARTY})
    set_(node, {ANNA: PARTY, BEN: PARTY})

    changes = {
        "altered": "UPDATE incident_roster SET body = zeroblob(60) WHERE supporter_id = x'{anna}' AND version = 2",
        "moved": "UPDATE incident_roster SET body = (SELECT body FROM incident_roster WHERE supporter_id = x'{ben}') "
        "WHERE supporter_id = x'{anna}' AND version = 2",
        "put back": "DELETE FROM incident_roster WHERE supporter_id = x'{anna}' AND version = 2",
        "deleted": "DELETE FROM incident_roster WHERE supporter_id = x'{anna}'",
    }
    for change in changes.values():
        sql(node, change.format(anna=ANNA.hex(), ben=BEN.hex()))
        assert recorded(node) == {ANNA: "altered", BEN: PARTY}, change
        assert (was(node, ANNA), was(node, BEN)) == (WITNESS, PARTY), (
            change
        )  # what was altered counts as having been there


def test_who_is_erased_is_on_no_roster_any_more_and_cannot_be_put_on_one(node: OpenNode) -> None:
    set_(node, {ANNA: WITNESS, BEN: PARTY})
    node.write("test", lambda c: destroy_keys(c, [ANNA], NOON))

    found = node.read(lambda c: read_roster(c, node.vault, INCIDENT_ID))
    assert [each.supporter_id for each in found] == [BEN]
    with pytest.raises(Erased):
        set_(node, {ANNA: WITNESS})


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"witness": ["S-09"]}, "there is no supporter of this code or name"),
        ({"witness": ["S-01"], "party": ["S-01"]}, "party: S-01 is named twice: witness, party or responder?"),
        ({"incident": "ffff"}, "told of no incident"),
    ],
)
def test_an_incident_roster_that_cannot_be_is_refused_and_changes_nothing(
    tmp_path: Path, said: dict[str, Any], wrong: str
) -> None:
    with node_in("co", tmp_path) as node:
        hear_offer(node)
        with_supporters(node, ready())
        do(node, "incident_roster_set", incident=INCIDENT_ID.hex(), responder=["S-01"])

        with pytest.raises((InvalidRequest, NotFound), match=wrong):
            do(node, "incident_roster_set", **({"incident": INCIDENT_ID.hex()} | said))

        listed = do(node, "incident_roster_list", incident=INCIDENT_ID.hex())["supporters"]
        assert listed == [{"supporter": "S-01", "presence": "responder", "altered": False}]


def test_that_nobody_was_there_can_be_said_and_then_the_roster_is_not_missing(tmp_path: Path) -> None:
    with node_in("co", tmp_path) as node:
        incident, offered = INCIDENT_ID.hex(), hear_offer(node)
        with pytest.raises(WrongState, match="keeps no roster of supporters yet"):
            do(node, "incident_roster_set", incident=incident, nobody=True)
        _, _, gone = with_supporters(node, ready(), ready(), ready())
        node.write("test", lambda c: destroy_keys(c, [gone], NOON))
        assert do(node, "incident_roster_list", incident=incident)["is_recorded"] is False
        assert any("nobody recorded which supporters" in note for note in judged(node, offered)["notes"])

        told = do(node, "incident_roster_set", incident=incident, nobody=True)

        assert (told["is_recorded"], told["supporters"]) == (True, [])
        assert not any("nobody recorded which supporters" in note for note in judged(node, offered)["notes"])
        assert judged(node, offered)["eligible"] == ["S-01", "S-02"]
        sql(node, "DELETE FROM incident_roster")
        listed = do(node, "incident_roster_list", incident=incident)["supporters"]
        assert [row["altered"] for row in listed] == [True, True]
        assert judged(node, offered)["eligible"] == []


def test_that_nobody_was_there_takes_back_what_was_said_of_some_and_is_not_said_with_names(tmp_path: Path) -> None:
    with node_in("co", tmp_path) as node:
        incident, offered = INCIDENT_ID.hex(), hear_offer(node)
        with_supporters(node, ready(), ready())
        do(node, "incident_roster_set", incident=incident, witness=["S-01"])
        assert judged(node, offered)["eligible"] == ["S-02"]
        with pytest.raises(InvalidRequest, match="nobody: name supporters, or say that nobody was there; not both"):
            do(node, "incident_roster_set", incident=incident, witness=["S-01"], nobody=True)

        do(node, "incident_roster_set", incident=incident, nobody=True)

        assert judged(node, offered)["eligible"] == ["S-01", "S-02"]
