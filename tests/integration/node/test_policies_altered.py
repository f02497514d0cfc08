"""What somebody altered in the store of policies and acknowledgements is flagged, and makes nobody eligible."""

from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from common.access.roles import Role
from common.audit.entry import Entry
from common.errors import WrongState
from node.domain.policy import Policy
from node.opened import OpenNode
from node.operations.answering import answer
from node.persistence import policies
from node.persistence.audit import TRAIL
from node.persistence.supporters import list_supporters
from tests.builders import NOON
from tests.eligible import do, hear_offer, judged, node_in, ready, with_supporters
from tests.people import sign_in_as

CONF = {"policy": "CONF", "title": "Confidentiality", "text": "It stays here."}
POLICY_ALTERED = "the policy was altered: publish it anew"
GIVEN_ALTERED = "the acknowledgement was altered: it counts as not given"


@pytest.fixture
def node(tmp_path: Path) -> Iterator[OpenNode]:
    with node_in("default", tmp_path) as opened:
        with_supporters(opened, ready())
        yield opened


def sql(node: OpenNode, statement: str) -> None:
    node.write("test", lambda connection: connection.execute(text(statement)))


def outstanding(node: OpenNode) -> list[tuple[str, int, str | None]]:
    return [(row["who"], row["version"], row["flag"]) for row in do(node, "policy_outstanding")]


ALTERED = {
    "put off": "UPDATE policy SET effective_on = '2099-01-01' WHERE version = 2",
    "withdrawn": "UPDATE policy SET is_withdrawn = 1 WHERE version = 2",
    "another text": "UPDATE policy SET text = 'Anything goes.' WHERE version = 2",
    "another title": "UPDATE policy SET title = 'Openness' WHERE version = 2",
    "taken away": "DELETE FROM policy WHERE version = 2",
}


@pytest.mark.parametrize("altered", ALTERED)
def test_t03_an_altered_policy_is_flagged_and_acknowledged_by_nobody_until_it_is_published_anew(
    node: OpenNode, altered: str
) -> None:
    offered = hear_offer(node)
    for words in ("It stays here.", "It stays here, always."):
        do(node, "policy_publish", **(CONF | {"text": words}))
        do(node, "policy_acknowledge_for", policy="CONF", supporter="S-01")
    assert (outstanding(node), judged(node, offered)["eligible"]) == ([], ["S-01"])

    sql(node, ALTERED[altered])

    newest = 1 if altered == "taken away" else 2
    states = [row["state"] for row in do(node, "policy_list")]
    assert states == [*["published"] * (newest - 1), "ALTERED: publish it anew"]
    assert outstanding(node) == [("S-01", newest, POLICY_ALTERED)]
    assert judged(node, offered)["eligible"] == []
    with pytest.raises(WrongState, match="is not what was published"):
        do(node, "policy_acknowledge_for", policy="CONF", supporter="S-01", version=newest)

    do(node, "policy_publish", **(CONF | {"text": "It stays here, by law too."}))
    assert [row["state"] for row in do(node, "policy_list")][-1] == "published"
    assert judged(node, offered)["eligible"] == []
    do(node, "policy_acknowledge_for", policy="CONF", supporter="S-01")
    assert (outstanding(node), judged(node, offered)["eligible"]) == ([], ["S-01"])


def test_t03_an_altered_policy_can_be_published_or_withdrawn_as_it_was(node: OpenNode) -> None:
    do(node, "policy_publish", **CONF)
    sql(node, "UPDATE policy SET published_at = published_at + 1")
    assert do(node, "policy_publish", **CONF)["version"] == 2
    do(node, "policy_withdraw", policy="CONF")
    assert outstanding(node) == []

    sql(node, "UPDATE policy SET effective_on = '2099-01-01' WHERE version = 3")
    assert outstanding(node) == [("S-01", 3, POLICY_ALTERED)]
    assert do(node, "policy_withdraw", policy="CONF")["state"] == "withdrawn"
    assert outstanding(node) == []


GIVEN = {
    "taken away": "DELETE FROM policy_acknowledgement WHERE version = 2",
    "moved": "UPDATE policy_acknowledgement SET version = 3 WHERE version = 2",
}


@pytest.mark.parametrize("altered", GIVEN)
def test_t03_an_altered_acknowledgement_counts_as_not_given_and_is_flagged_where_it_is_missing(
    node: OpenNode, altered: str
) -> None:
    for words in ("One.", "Two."):
        do(node, "policy_publish", **(CONF | {"text": words}))
        do(node, "policy_acknowledge_for", policy="CONF", supporter="S-01")

    sql(node, GIVEN[altered])

    assert outstanding(node) == [("S-01", 2, GIVEN_ALTERED)]
    do(node, "policy_acknowledge_for", policy="CONF", supporter="S-01")
    assert outstanding(node) == []


def test_t03_an_acknowledgement_that_nobody_gave_is_flagged_for_its_user_too(node: OpenNode) -> None:
    kim = sign_in_as(node, Role.CLINICIAN, name="kim")
    do(node, "policy_publish", **CONF)
    assert outstanding(node) == [("S-01", 1, None), ("user kim", 1, None)]

    sql(
        node,
        "INSERT INTO policy_acknowledgement SELECT user_account.id, code, version, published_at, published_at "
        "FROM policy, user_account",
    )

    assert outstanding(node) == [("S-01", 1, None), ("user kim", 1, GIVEN_ALTERED)]
    assert [row["flag"] for row in answer(node, "policy_own_outstanding", {"session": kim})] == [GIVEN_ALTERED]


def test_t03_what_a_supporters_user_acknowledged_is_flagged_under_the_supporter(node: OpenNode) -> None:
    do(node, "policy_publish", **CONF)
    [supporter] = node.read(lambda connection: list_supporters(connection, node.vault))
    session = sign_in_as(node, Role.SUPPORTER, name="casey", supporter_id=supporter.id)
    answer(node, "policy_acknowledge", {"session": session, "policy": "CONF"})
    sql(node, f"DELETE FROM policy_acknowledgement WHERE who = x'{supporter.id.hex()}'")  # noqa: S608
    assert outstanding(node) == []  # what they acknowledged as a user stands

    sql(node, "DELETE FROM policy_acknowledgement")

    assert outstanding(node) == [("S-01", 1, GIVEN_ALTERED)]


@pytest.mark.parametrize(("said", "is_altered"), [("It stays here.", False), ("Anything goes.", True)])
def test_a_policy_of_which_the_trail_keeps_the_hash_of_its_text_alone_is_still_good(
    node: OpenNode, said: str, is_altered: bool
) -> None:
    digest = sha256(b"It stays here.").digest()
    old = Policy("CONF", 1, "Confidentiality", date(2026, 11, 3), said, digest, False, NOON)

    def publish(connection: Connection) -> None:
        policies.add_policy(connection, old)
        TRAIL.record(connection, NOON, Entry("user morgan", "publish policy", "policy CONF", version=1, digest=digest))

    node.write("test", publish)
    assert [each.is_altered for each in node.read(policies.list_policies)] == [is_altered]
    node.clock.advance(timedelta(minutes=1))  # type: ignore[attr-defined]
    assert do(node, "policy_publish", **(CONF | {"text": "It stays here, always."}))["version"] == 2
    assert [each.is_altered for each in node.read(policies.list_policies)] == [is_altered, False]
