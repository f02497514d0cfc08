"""Tokens of the JSON interface: made by an operator, shown once, hashed, narrow, ended at once.

Source: node/domain/api_token.py.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from common.access.roles import Role
from common.access.sessions import token_hash
from common.errors import AlreadyExists, InvalidRequest, NotAllowed, NotAuthenticated, NotFound, WrongState
from node.cli import app
from node.cli.session import token_file
from node.domain.api_token import PREFIX, api_token_hash
from node.founding import found
from node.opened import STORE_NAME, OpenNode
from node.operations.answering import answer
from tests.care import add_incident
from tests.fakes import SetClock
from tests.local_node import local_node
from tests.nodes import INCIDENT_ID
from tests.pages import decrypted_pages
from tests.people import audited, sign_in_as

INCIDENT = INCIDENT_ID.hex()


def make(node: OpenNode, session: str, name: str = "cad", **more: Any) -> str:
    """Make a token that may read incidents, unless said otherwise."""
    said = {"name": name, "may": ["read_incidents"], "session": session} | more
    return str(answer(node, "api_token_add", said)["token"])


def pass_time(node: OpenNode, by: timedelta) -> None:
    assert isinstance(node.clock, SetClock)
    node.clock.advance(by)


def test_an_operator_makes_a_token_that_is_told_once_and_found_by_its_hash_alone(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        add_incident(node)
        robin = sign_in_as(node, Role.OPERATOR, name="robin")
        token = make(node, robin)
        assert answer(node, "api_incidents", {"token": token})["incidents"][0]["id"] == INCIDENT
        [row] = answer(node, "api_token_list", {"session": robin})
        assert (row["name"], row["may"], row["state"], row["made_by"]) == (
            "cad", ["read_incidents"], "active", "user robin",
        )  # fmt: skip
        assert row["used_at"] is not None
        assert (row["until"][:10], "token" in row) == ("2027-11-03", False)
        secret = token.removeprefix(PREFIX)
        assert api_token_hash(token) != token_hash(secret), "a session's hash finds no token, nor the other way round"
        pages = decrypted_pages(node.data / STORE_NAME, node.keys.database_key)
        assert b"cad" in pages
        assert (secret.encode() in pages, bytes.fromhex(secret) in pages) == (False, False)
        assert ("user robin", "api-token add", "api cad", "done: read_incidents") in audited(node)


def test_an_auditor_sees_in_the_review_who_made_and_removed_a_token_and_what_it_did(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        robin, auditor = (sign_in_as(node, role, name=role.value) for role in (Role.OPERATOR, Role.AUDITOR))
        token = make(node, robin)
        answer(node, "api_incidents", {"token": token})
        answer(node, "api_token_remove", {"session": robin, "name": "cad"})
        pass_time(node, timedelta(seconds=1))
        told = answer(node, "audit_review", {"session": auditor})
        changes = [(each["by"], each["what"], each["subject"]) for each in told["changes"]]
        assert ("user operator", "api-token add", "api cad") in changes
        assert ("user operator", "api-token remove", "api cad") in changes
        assert ("api cad", "api incidents", 1) in [(each["who"], each["what"], each["times"]) for each in told["acts"]]


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.SUPPORTER, Role.AUDITOR])
def test_nobody_but_an_operator_makes_sees_or_removes_one(tmp_path: Path, role: Role) -> None:
    with local_node(tmp_path) as node:
        session = sign_in_as(node, role)
        for name in ("api_token_add", "api_token_list", "api_token_remove"):
            with pytest.raises(NotAllowed):
                answer(node, name, {"session": session, "name": "cad", "may": ["read_incidents"]})


def test_a_token_does_what_its_permissions_say_and_never_more(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        add_incident(node)
        robin = sign_in_as(node, Role.OPERATOR, name="robin")
        reads = make(node, robin)
        with pytest.raises(NotAllowed, match="lacks the permission link_incidents"):
            answer(node, "api_incident_numbers", {"token": reads, "incident": INCIDENT, "system": "cad", "numbers": []})
        assert audited(node)[-1] == ("api cad", "api incident numbers", "", "refused: the token lacks the permission")
        links = make(node, robin, "rms", may=["link_incidents"])
        with pytest.raises(NotAllowed, match="lacks the permission read_incidents"):
            answer(node, "api_incidents", {"token": links})


def test_a_token_ends_by_itself_after_a_year(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        robin = sign_in_as(node, Role.OPERATOR, name="robin")
        token = make(node, robin)
        pass_time(node, timedelta(days=364, hours=23))
        answer(node, "api_incidents", {"token": token})
        pass_time(node, timedelta(hours=1))
        with pytest.raises(NotAuthenticated, match="this token is expired"):
            answer(node, "api_incidents", {"token": token})
        assert audited(node)[-1] == ("api cad", "api incidents", "", "refused: no token that stands")


def test_a_token_that_is_removed_does_nothing_more_and_its_name_stays_taken(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        robin = sign_in_as(node, Role.OPERATOR, name="robin")
        token = make(node, robin)
        answer(node, "api_incidents", {"token": token})
        answer(node, "api_token_remove", {"session": robin, "name": "CAD"})
        with pytest.raises(NotAuthenticated, match="this token is removed"):
            answer(node, "api_incidents", {"token": token})
        with pytest.raises(NotAuthenticated):
            answer(node, "api_caller", {"token": token})
        with pytest.raises(WrongState):
            answer(node, "api_token_remove", {"session": robin, "name": "cad"})
        with pytest.raises(AlreadyExists):
            make(node, robin)
        assert [each["state"] for each in answer(node, "api_token_list", {"session": robin})] == ["removed"]


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"may": []}, InvalidRequest),
        ({"may": ["read_members"]}, InvalidRequest),
        ({"may": "read_incidents"}, InvalidRequest),
        ({"name": "a b"}, InvalidRequest),
        ({"name": "\0"}, InvalidRequest),
        ({"name": None}, InvalidRequest),
        ({"until": "2026-11-02"}, InvalidRequest),
        ({"until": "2029-01-01"}, InvalidRequest),
        ({"until": "'; DROP TABLE api_token"}, InvalidRequest),
    ],
)
def test_a_token_that_would_be_wrong_is_not_made(tmp_path: Path, said: dict[str, Any], error: type[Exception]) -> None:
    with local_node(tmp_path) as node:
        robin = sign_in_as(node, Role.OPERATOR, name="robin")
        with pytest.raises(error):
            make(node, robin, **({"name": "cad"} | said))
        assert answer(node, "api_token_list", {"session": robin}) == []


@pytest.mark.parametrize(
    "said", [None, "", 7, [], "holdfast-api-", "holdfast-api-zz", "ab" * 32, f"holdfast-api-{'ab' * 32}"]
)
def test_what_is_no_token_of_this_node_is_refused_and_recorded(tmp_path: Path, said: object) -> None:
    with local_node(tmp_path) as node:
        add_incident(node)
        make(node, sign_in_as(node, Role.OPERATOR, name="robin"))
        with pytest.raises(NotAuthenticated):
            answer(node, "api_incidents", {"token": said})
        assert audited(node)[-1] == ("unknown", "api incidents", "", "refused: no token that stands")


def test_e02_a_sessions_token_calls_nothing_and_an_api_token_is_no_session(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        robin = sign_in_as(node, Role.OPERATOR, name="robin")
        token = make(node, robin)
        for said in (robin, PREFIX + robin, token.removeprefix(PREFIX)):
            with pytest.raises(NotAuthenticated):
                answer(node, "api_incidents", {"token": said, "session": robin})
        for said in (token, token.removeprefix(PREFIX)):
            with pytest.raises(NotAuthenticated):
                answer(node, "user_list", {"session": said})


def test_an_operator_makes_lists_and_removes_tokens_on_the_command_line(tmp_path: Path) -> None:
    data = tmp_path / "node"
    found(data, "Ridgeline Fire District", "UTC", "default")
    with OpenNode(data) as node:
        token_file(data).keep(sign_in_as(node, Role.OPERATOR, name="robin"))

    def run(*words: str) -> str:
        ended = CliRunner().invoke(app, ["api-token", *words, "--data", str(data)])
        assert ended.exit_code == 0, ended.output
        return " ".join(ended.stdout.split())

    made = run("add", "cad", "--may", "link_incidents", "--may", "read_incidents")
    assert "cad may link_incidents, read_incidents, until" in made
    assert PREFIX in made
    assert PREFIX not in run("list")
    assert "active" in run("list")
    assert run("remove", "cad", "--yes") == "cad is removed"
    assert "active" not in run("list")


def test_what_is_not_there_cannot_be_removed(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        robin = sign_in_as(node, Role.OPERATOR, name="robin")
        with pytest.raises(NotFound):
            answer(node, "api_token_remove", {"session": robin, "name": "cad"})
