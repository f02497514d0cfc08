"""Encounters that were altered in the store behind the node's back are flagged, with the others readable."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from common.errors import WrongState
from node.domain.encounter import Duration, SupportKind
from node.opened import OpenNode
from node.persistence.bodies import Flagged
from tests.local_node import local_node
from tests.records import Somebody, change, encounter, listed, log, page


@pytest.fixture
def node(tmp_path: Path) -> Iterator[OpenNode]:
    with local_node(tmp_path) as opened:
        yield opened


FORGED = {
    "the first version put back": "UPDATE encounter SET version = 1 WHERE id = :id",
    "the newest version removed": "DELETE FROM encounter_version WHERE encounter_id = :id AND version = 2; "
    "UPDATE encounter SET version = 1 WHERE id = :id",
    "an old body under the new number": "UPDATE encounter_version SET body = (SELECT body FROM encounter_version "
    "WHERE encounter_id = :id AND version = 1) WHERE encounter_id = :id",
    "another's body": "UPDATE encounter_version SET body = (SELECT body FROM encounter_version WHERE "
    "encounter_id = :other) WHERE encounter_id = :id AND version = 2",
    "another time": "UPDATE encounter SET occurred_at = occurred_at - 1 WHERE id = :id",
    "another incident": "UPDATE encounter SET incident_id = zeroblob(16) WHERE id = :id",
    "another member": "UPDATE encounter SET member_index = zeroblob(16) WHERE id = :id",
    "void by nobody": "UPDATE encounter SET state = 'void' WHERE id = :id",
    "another's key": "UPDATE data_key SET wrapped = (SELECT wrapped FROM data_key WHERE subject_id = :other) "
    "WHERE subject_id = :id",
    "a destroyed key": "UPDATE data_key SET wrapped = NULL, destroyed_at = 1 WHERE subject_id = :id",
}


@pytest.mark.parametrize("forged", FORGED)
def test_t03_an_encounter_that_was_altered_in_the_store_is_flagged_and_the_others_are_readable(
    node: OpenNode, here: Somebody, forged: str
) -> None:
    made, other = log(node, here, encounter(here.supporter_id)), log(node, here, encounter(here.supporter_id))
    change(node, here, made, duration=Duration.FROM_60)
    with node.store.begin() as c:
        for statement in FORGED[forged].split(";"):
            said = {"id": made.id} | ({"other": other.id} if ":other" in statement else {})
            c.execute(text(statement), said)

    shown = {each.id: each for each in listed(node, has_void=True)}

    flagged = shown[made.id].encounter
    assert isinstance(flagged, Flagged)
    assert flagged.is_erased == (forged == "a destroyed key")
    assert shown[other.id] == other
    with pytest.raises(WrongState, match="cannot be changed"):
        change(node, here, made, duration=Duration.UNDER_15)


@pytest.mark.parametrize("forged", ["another's body", "another's key", "a destroyed key"])
def test_t03_a_flagged_encounter_is_shown_in_a_narrowed_list_too(node: OpenNode, here: Somebody, forged: str) -> None:
    made, other = log(node, here, encounter(here.supporter_id)), log(node, here, encounter(here.supporter_id))
    change(node, here, made, duration=Duration.FROM_60)
    with node.store.begin() as c:
        said = {"id": made.id} | ({"other": other.id} if ":other" in FORGED[forged] else {})
        c.execute(text(FORGED[forged]), said)

    (shown,) = page(node, kind=[SupportKind.OTHER]).rows

    assert shown.id == made.id
    assert isinstance(shown.encounter, Flagged)


def test_t03_an_encounter_that_still_opens_and_was_put_back_is_flagged_in_a_narrowed_list(
    node: OpenNode, here: Somebody
) -> None:
    made, other = log(node, here, encounter(here.supporter_id)), log(node, here, encounter(here.supporter_id))
    change(node, here, made, duration=Duration.FROM_60)
    with node.store.begin() as c:
        c.execute(text(FORGED["the first version put back"]), {"id": made.id})

    shown = {each.id: each.encounter for each in page(node, kind=[SupportKind.WORK_STRESS]).rows}

    assert isinstance(shown[made.id], Flagged)
    assert shown[other.id] == other.encounter


def test_t03_an_encounter_that_nobody_logged_is_flagged(node: OpenNode, here: Somebody) -> None:
    made = log(node, here, encounter(here.supporter_id))
    forged = os.urandom(16)
    with node.store.begin() as c:
        c.execute(
            text(
                "INSERT INTO encounter SELECT :new, occurred_at, supporter_id, member_index, incident_id, version, "
                "state, recorded_at, NULL FROM encounter WHERE id = :id"
            ),
            {"new": forged, "id": made.id},
        )
        c.execute(
            text("INSERT INTO encounter_version SELECT :new, version, written_at, author, body FROM encounter_version"),
            {"new": forged},
        )

    assert {each.id: isinstance(each.encounter, Flagged) for each in listed(node)} == {made.id: False, forged: True}
