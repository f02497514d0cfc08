"""Who has still to acknowledge which policy: supporters by code, everybody else by user name."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from common.access import users
from common.access.roles import Role
from common.audit.entry import Entry
from common.errors import InvalidRequest, NotAllowed, NotFound
from node.opened import OpenNode
from node.operations.answering import answer
from node.persistence.access import ACCESS
from node.persistence.audit import TRAIL
from tests.eligible import do, hear_offer, judged, node_in, ready, with_supporters
from tests.people import sign_in_as

CONF = {"policy": "CONF", "title": "Confidentiality", "text": "It stays here."}


@pytest.fixture
def node(tmp_path: Path) -> Iterator[OpenNode]:
    with node_in("default", tmp_path) as opened:
        yield opened


def outstanding(node: OpenNode) -> set[tuple[str, str, int]]:
    return {(row["who"], row["policy"], row["version"]) for row in do(node, "policy_outstanding")}


def test_supporters_in_office_and_every_other_user_are_asked_each_once(node: OpenNode) -> None:
    in_office, ended, _ = with_supporters(
        node, ready(), ready(ended_on=date(2026, 11, 3)), ready(designated_on=date(2026, 11, 4))
    )
    sign_in_as(node, Role.SUPPORTER, name="casey", supporter_id=in_office)
    sign_in_as(node, Role.SUPPORTER, name="robin", supporter_id=ended)
    sign_in_as(node, Role.CLINICIAN, name="kim")
    assert outstanding(node) == set()

    do(node, "policy_publish", **CONF)

    assert outstanding(node) == {("S-01", "CONF", 1), ("user kim", "CONF", 1), ("user robin", "CONF", 1)}
    node.clock.advance(timedelta(days=1))  # type: ignore[attr-defined]
    assert ("S-03", "CONF", 1) in outstanding(node)


def test_what_a_supporter_signed_on_paper_is_recorded_with_its_day_and_who_recorded_it(node: OpenNode) -> None:
    (supporter_id,) = with_supporters(node, ready())
    do(node, "policy_publish", **CONF)

    told = do(node, "policy_acknowledge_for", policy="conf", supporter="s1", on="2026-11-02")

    assert (told["supporter"], told["version"], outstanding(node)) == ("S-01", 1, set())
    last: Entry = node.read(lambda connection: [entry for _, _, entry in TRAIL.read(connection)])[-1]
    subject = f"policy_acknowledgement {supporter_id.hex()} CONF"
    assert (last.actor, last.action, last.subject, last.version) == ("user morgan", "change roster", subject, 1)
    do(node, "policy_publish", **(CONF | {"text": "It stays here, always."}))
    assert outstanding(node) == {("S-01", "CONF", 2)}


def test_what_a_user_acknowledged_counts_for_the_supporter_that_they_turn_out_to_be(node: OpenNode) -> None:
    offered = hear_offer(node)
    (supporter_id,) = with_supporters(node, ready())
    do(node, "policy_publish", **CONF)
    answer(node, "policy_acknowledge", {"policy": "CONF", "session": sign_in_as(node, Role.SUPPORTER)})
    assert judged(node, offered)["eligible"] == []

    def link(connection: Connection) -> None:
        user = users.get(ACCESS, connection, "casey")
        users.change(ACCESS, connection, user.id, supporter_id=supporter_id)

    node.write("test", link)
    assert judged(node, offered)["eligible"] == ["S-01"]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"on": "2026-11-04"}, "on: lies in the future"),
        ({"on": "yesterday"}, "on: a day is needed"),
        ({"on": 5}, "on: a day is needed"),
        ({"supporter": "S-09"}, "there is no supporter of this code or name"),
        ({"policy": "NONE"}, "there is no policy NONE"),
        ({"version": 2}, "there is no version 2 of CONF"),
    ],
)
def test_a_signature_that_cannot_be_is_refused(node: OpenNode, said: dict[str, Any], wrong: str) -> None:
    with_supporters(node, ready())
    do(node, "policy_publish", **CONF)

    with pytest.raises((InvalidRequest, NotFound), match=wrong):
        do(node, "policy_acknowledge_for", **({"policy": "CONF", "supporter": "S-01"} | said))
    assert outstanding(node) == {("S-01", "CONF", 1)}


@pytest.mark.parametrize("operation", ["policy_outstanding", "policy_acknowledge_for", "policy_publish"])
@pytest.mark.parametrize("role", [Role.SUPPORTER, Role.CLINICIAN, Role.LEADER, Role.AUDITOR, Role.OPERATOR])
def test_i03_only_a_coordinator_sees_who_has_not_or_records_for_others(
    node: OpenNode, role: Role, operation: str
) -> None:
    with pytest.raises(NotAllowed):
        answer(node, operation, {"session": sign_in_as(node, role)} | CONF | {"supporter": "S-01"})
