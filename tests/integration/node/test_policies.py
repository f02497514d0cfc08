"""Policies at a node: published, read, acknowledged by the people who sign in, each in the audit trail."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from common.access.roles import Role
from common.audit.entry import Entry
from common.errors import AlreadyExists, InvalidRequest, NotFound, WrongState
from node.opened import OpenNode
from node.operations import GUARDED
from node.persistence.audit import TRAIL
from node.persistence.policies import list_policies, policy_digest
from tests.local_node import local_node, person

COORDINATOR = person(Role.COORDINATOR, name="morgan")
SUPPORTER = person(Role.SUPPORTER, name="casey", supporter_id=b"s" * 16)
OPERATOR = person(Role.OPERATOR, name="op")
CONF = {"policy": "conf", "title": "Confidentiality", "text": "What is said stays here.\nAlways."}


@pytest.fixture
def node(tmp_path: Path) -> Any:
    with local_node(tmp_path, time_zone="America/Denver") as opened:
        yield opened


def do(node: OpenNode, name: str, who: Any = COORDINATOR, **arguments: Any) -> Any:
    return GUARDED[name].do(node, who, arguments)


def trail(node: OpenNode) -> list[Entry]:
    return [entry for _, _, entry in node.read(lambda connection: list(TRAIL.read(connection)))]


def outstanding(node: OpenNode, who: Any) -> list[tuple[str, int]]:
    return [(each["policy"], each["version"]) for each in do(node, "policy_own_outstanding", who)]


def test_a_policy_is_published_and_everybody_is_asked_to_acknowledge_it(node: OpenNode) -> None:
    found = do(node, "policy_publish", **CONF)
    assert (found["policy"], found["version"], found["state"], found["effective_on"]) == (
        "CONF",
        1,
        "published",
        "2026-11-03",
    )

    for who in (SUPPORTER, OPERATOR, COORDINATOR):
        assert outstanding(node, who) == [("CONF", 1)]
    shown = do(node, "policy_show", SUPPORTER, policy="CONF")
    assert shown["text"] == CONF["text"]
    assert shown["text_hash"] == sha256(str(CONF["text"]).encode()).hexdigest()
    do(node, "policy_acknowledge", SUPPORTER, policy="conf", version=1)

    assert outstanding(node, SUPPORTER) == []
    assert outstanding(node, OPERATOR) == [("CONF", 1)]
    assert do(node, "policy_list", SUPPORTER)[0]["acknowledged_at"] == "2026-11-03T12:00:00+00:00"


def test_a_new_version_needs_a_new_acknowledgement_from_its_day_on(node: OpenNode) -> None:
    do(node, "policy_publish", **CONF)
    do(node, "policy_acknowledge", SUPPORTER, policy="CONF")
    do(
        node,
        "policy_publish",
        **(CONF | {"text": "What is said stays here, but for the law.", "effective_on": "2026-11-05"}),
    )

    assert outstanding(node, SUPPORTER) == []
    assert do(node, "policy_show", SUPPORTER, policy="CONF")["version"] == 1
    node.clock.advance(timedelta(days=1, hours=12))  # type: ignore[attr-defined]  # it is still the 4th in Denver
    assert outstanding(node, SUPPORTER) == []
    node.clock.advance(timedelta(hours=7))  # type: ignore[attr-defined]
    assert outstanding(node, SUPPORTER) == [("CONF", 2)]
    do(node, "policy_acknowledge", SUPPORTER, policy="CONF")
    assert outstanding(node, SUPPORTER) == []


def test_a_withdrawn_policy_asks_nothing_and_cannot_be_acknowledged(node: OpenNode) -> None:
    do(node, "policy_publish", **CONF)
    do(node, "policy_withdraw", policy="CONF")

    assert outstanding(node, SUPPORTER) == []
    with pytest.raises(WrongState, match="CONF is withdrawn: there is nothing to acknowledge"):
        do(node, "policy_acknowledge", SUPPORTER, policy="CONF")
    with pytest.raises(WrongState, match="CONF is withdrawn already, from 2026-11-03 on"):
        do(node, "policy_withdraw", policy="CONF")
    assert do(node, "policy_publish", **CONF)["version"] == 3
    assert outstanding(node, SUPPORTER) == [("CONF", 3)]


def test_the_same_document_is_not_published_twice(node: OpenNode) -> None:
    do(node, "policy_publish", **CONF)

    with pytest.raises(AlreadyExists, match="CONF version 1 is this very document, from 2026-11-03 on"):
        do(node, "policy_publish", **CONF)
    assert len(do(node, "policy_list")) == 1


def test_of_a_document_that_is_no_text_its_hash_is_kept(node: OpenNode) -> None:
    told = sha256(b"%PDF").hexdigest()

    do(node, "policy_publish", policy="PDF", title="Bounds", text_hash=told)

    shown = do(node, "policy_show", policy="PDF")
    assert (shown["text"], shown["text_hash"]) == ("", told)


def test_who_published_and_who_acknowledged_stands_in_the_audit_trail(node: OpenNode) -> None:
    do(node, "policy_publish", **CONF)
    for _ in range(2):  # once is enough
        do(node, "policy_acknowledge", SUPPORTER, policy="CONF")

    digest = sha256(str(CONF["text"]).encode()).digest()
    published = policy_digest(node.read(list_policies)[0])
    who = sorted([SUPPORTER.user_id, b"s" * 16])
    assert trail(node) == [
        Entry("user morgan", "publish policy", "policy_version CONF", version=1, digest=published),
        *(
            Entry(
                "user casey",
                "acknowledge policy",
                f"policy_acknowledgement {each.hex()} CONF",
                version=1,
                digest=digest,
            )
            for each in who
        ),
    ]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"policy": ""}, "policy: a code"),
        ({"policy": "x' OR 1=1"}, "policy: a code"),
        ({"title": ""}, "title: say something here"),
        ({"title": "a\0b"}, "title: "),
        ({"title": "abc\u202edef"}, "title: "),
        ({"title": "a\ud800"}, "title: "),
        ({"title": "x" * 201}, "title: "),
        ({"title": None}, "title: "),
        ({"text": "a\0b"}, "text: "),
        ({"text": "ok\nabc\u2066def"}, "text: "),
        ({"text": "x" * 20_001}, "text: "),
        ({"text": "line\n" * 5000}, "text: "),
        ({"text": ""}, "text: give the document"),
        ({"text": 3}, "text: "),
        ({"text_hash": "ab" * 32}, "text: give the document, or the hash"),
        ({"text": "", "text_hash": "ab"}, "text_hash: a SHA-256"),
        ({"text": "", "text_hash": "zz" * 32}, "text_hash: a SHA-256"),
        ({"effective_on": "tomorrow"}, "effective_on: a day"),
        ({"effective_on": 3}, "effective_on: a day"),
    ],
)
def test_t07_what_cannot_be_a_policy_is_refused_naming_the_field(
    node: OpenNode, changes: dict[str, Any], wrong: str
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        do(node, "policy_publish", **(CONF | changes))

    assert str(refused.value).startswith(wrong)
    assert (do(node, "policy_list"), trail(node)) == ([], [])


def test_what_there_is_not_is_said(node: OpenNode) -> None:
    with pytest.raises(NotFound, match="there is no policy CONF: `holdfast node policy list` shows them"):
        do(node, "policy_show", policy="CONF")
    do(node, "policy_publish", **CONF)
    with pytest.raises(NotFound, match="there is no version 9 of CONF: there are 1 to 1"):
        do(node, "policy_acknowledge", policy="CONF", version=9)
    with pytest.raises(InvalidRequest, match="version: a whole number"):
        do(node, "policy_show", policy="CONF", version="1")


FORGED = {
    "one that nobody gave": "INSERT INTO policy_acknowledgement SELECT :who, code, version, published_at, published_at "
    "FROM policy",
    "another's": "INSERT INTO policy_acknowledgement SELECT :who, code, version, at, recorded_at FROM "
    "policy_acknowledgement LIMIT 1",
    "of an older version": "INSERT INTO policy_acknowledgement SELECT who, code, 2, at, recorded_at FROM "
    "policy_acknowledgement",
    "of another text": "UPDATE policy SET text_hash = zeroblob(32)",
}


@pytest.mark.parametrize("forged", FORGED)
def test_t03_an_acknowledgement_that_the_trail_does_not_tell_of_counts_for_nobody(node: OpenNode, forged: str) -> None:
    do(node, "policy_publish", **CONF)
    do(node, "policy_acknowledge", SUPPORTER, policy="conf", version=1)
    if forged == "of an older version":
        do(node, "policy_publish", **(CONF | {"text": "Another."}))
    with node.store.begin() as connection:
        connection.execute(text(FORGED[forged]), {"who": OPERATOR.user_id} if ":who" in FORGED[forged] else {})

    version = 2 if forged == "of an older version" else 1
    assert outstanding(node, OPERATOR) == [("CONF", version)]
    is_supporters = forged in ("of an older version", "of another text")
    assert outstanding(node, SUPPORTER) == ([("CONF", version)] if is_supporters else [])
    if forged == "of an older version":
        do(node, "policy_acknowledge", SUPPORTER, policy="conf", version=version)
        assert outstanding(node, SUPPORTER) == []
