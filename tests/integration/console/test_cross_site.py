"""What another site, another tab or yesterday's cookie can have a console do: nothing (TRUST.md e02)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from common.access.roles import Role
from common.web.tickets import SESSION_COOKIE
from node.operations import WRITING
from tests.console_client import OWN, Client
from tests.console_routes import addresses, rows
from tests.consoles import ServedNode, served_node, served_region
from tests.signing_in import PASSWORD, set_up

EVERY_ROLE = (Role.SUPPORTER, Role.COORDINATOR, Role.CLINICIAN, Role.LEADER, Role.AUDITOR, Role.OPERATOR)
EVERY_HUB_ROLE = (Role.REGIONAL_COORDINATOR, Role.BOARD, Role.AUDITOR, Role.OPERATOR)
FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "{own}"},
    {"Origin": "https://localhost.example"},
    {"Origin": "null"},
    {},
]


def test_e02_a_form_from_elsewhere_is_refused_at_every_address(served: ServedNode, client: Client) -> None:
    before = served.stored(rows)
    ticket = client.get("/account").ticket
    for path in addresses("node", "POST"):
        for headers in FOREIGN:
            said = {name: value.replace("{own}", served.origin) for name, value in headers.items()}
            assert client.send("POST", path, {"ticket": ticket}, said).status == 403, (path, headers)
    assert served.stored(rows) == before
    client.get("/account")  # the session stands


def test_e02_an_old_browser_that_says_its_origin_is_let_in(served: ServedNode) -> None:
    ann = Client(served.origin, served.certificate)
    ticket = ann.get("/rate").ticket
    answer = ann.send("POST", "/rate", {"ticket": ticket, "rating": "5", "code": "x"}, {"Origin": served.origin})
    assert answer.status == 422


def test_e02_a_form_without_a_ticket_or_with_anothers_is_refused_at_every_address(
    served: ServedNode, client: Client
) -> None:
    other = Client(served.origin, served.certificate, served.sign_in_as(Role.COORDINATOR, name="dana"))
    tickets = ["", "x", other.get("/account").ticket, Client(served.origin, served.certificate).get("/rate").ticket]
    before = served.stored(rows)
    for path in addresses("node", "POST"):
        for ticket in tickets:
            assert client.send("POST", path, {"ticket": ticket}).status == 403, (path, ticket)
    assert served.stored(rows) == before


@pytest.mark.parametrize("side", ["node", "hub"])
def test_e02_no_address_changes_anything_by_being_asked_for(tmp_path: Path, side: str) -> None:
    with _served_side(tmp_path, side) as served:
        if side == "node":
            client = Client(served.origin, token=served.sign_in_as(*EVERY_ROLE))
            client.get("/contacts")
            served.do("resource_list", session=client.cookies[SESSION_COOKIE])
            asked = _listen(served)
        else:
            client = Client(served.origin, token=served.sign_in_as(*EVERY_HUB_ROLE))
            asked = []
        before = served.stored(rows)
        paths = addresses(side, "GET")
        assert len(paths) >= 6

        answers = {path: client.get(path).status for path in paths}

        assert {path: status for path, status in answers.items() if status >= 500} == {}
        assert served.stored(rows) == before
        assert set(asked) & set(WRITING) == set()


def test_e02_a_session_that_was_chosen_for_somebody_is_not_the_one_they_get(served: ServedNode) -> None:
    set_up(served, "casey", Role.LEADER)
    chosen = "ab" * 32
    casey = Client(served.origin, served.certificate, chosen)
    answer = casey.post("/sign-in", name="casey", password=PASSWORD)
    assert answer.status == 303
    assert casey.cookies[SESSION_COOKIE] != chosen
    assert _is_in(Client(served.origin, served.certificate, casey.cookies[SESSION_COOKIE]))
    assert not _is_in(Client(served.origin, served.certificate, chosen))


def test_e02_signing_in_ends_the_session_that_the_browser_had_before(served: ServedNode) -> None:
    set_up(served, "casey", Role.LEADER)
    before = served.sign_in_as(Role.COORDINATOR, name="dana")
    browser = Client(served.origin, served.certificate, before)
    ticket = browser.get("/account").ticket
    browser.send("POST", "/sign-in", {"name": "casey", "password": PASSWORD, "ticket": ticket})
    assert browser.cookies[SESSION_COOKIE] != before
    assert not _is_in(Client(served.origin, served.certificate, before))


def test_e02_a_session_is_worth_nothing_after_signing_out(served: ServedNode, client: Client) -> None:
    kept = client.cookies[SESSION_COOKIE]
    assert client.post("/sign-out", page="/account").status == 303
    assert SESSION_COOKIE not in client.cookies
    assert not _is_in(Client(served.origin, served.certificate, kept))


@pytest.mark.parametrize("change", ["user_roles", "user_disable", "user_reset"])
def test_e02_a_change_of_roles_and_an_end_of_access_hold_at_once(served: ServedNode, change: str) -> None:
    olga = served.sign_in_as(Role.OPERATOR, name="olga")
    dana = Client(served.origin, served.certificate, served.sign_in_as(Role.COORDINATOR, name="dana"))
    ticket = dana.get("/account").ticket
    assert _is_in(dana)

    served.do(change, session=olga, name="dana", roles=["leader"])

    assert dana.get("/account").status == 303
    assert dana.send("POST", "/account/recovery-codes", {"ticket": ticket, "password": "x"}, OWN).status == 401


def test_e02_a_request_that_names_another_host_is_answered_nothing(served: ServedNode, client: Client) -> None:
    port = client.where.port
    for host in ("evil.example", f"localhost.evil.example:{port}", f"127.0.0.1:{port}", "localhost", ""):
        answer = client.get("/account", {"Host": host})
        assert (answer.status, "dana" in answer.text, "Account" in answer.text) == (421, False, False), host


@contextmanager
def _served_side(directory: Path, side: str) -> Iterator[Any]:
    if side == "node":
        with served_node(directory) as node:
            yield node
    else:
        with served_region(directory, agreed=False) as region:
            yield region.hub


def _is_in(client: Client) -> bool:
    return client.get("/account").status == 200


def _listen(served: ServedNode) -> list[str]:
    """Note every operation that pages ask for."""
    asked: list[str] = []
    do = served.node.do

    async def noted(name: str, *told: Any) -> Any:
        asked.append(name)
        return await do(name, *told)

    served.node.do = noted  # type: ignore[method-assign, assignment]
    return asked
