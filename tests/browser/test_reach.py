"""What an operator, a leader and an auditor reach of a node's pages: no record, whatever is added later."""

import re
from typing import get_args

import pytest
from fastapi.routing import APIRoute

from common.access.roles import Role
from common.web.desking import SignedIn
from node.console.site import ROUTERS
from tests.browser.conftest import Visit
from tests.consoles import ServedNode

signed_in = get_args(SignedIn)[1].dependency

# What each may open beside what is open to everybody. Whoever adds a page decides here whether it belongs to these:
# nothing of it may show a record of a person.
OPEN_TO_ALL = re.compile(r"/(((my-policies|account)(/.*)?)|(program/policies/{code}/{version}))?\Z")
# These ask for nothing that is stored: forms, whose sending is refused, and what a node without a hub says of it.
BLANK_FORMS = {"/follow-ups/new", "/incident-requests/new", "/left/hub"}
OWN: dict[Role, set[str]] = {
    Role.OPERATOR: {
        "/health", "/health/live", "/certificate", "/updates", "/backups", "/ledger", "/users", "/users/new",
        "/users/{name}", "/api-tokens", "/api-tokens/openapi.json",
    },
    Role.LEADER: {"/report", "/report.csv", "/report.json"},
    Role.AUDITOR: {"/trail", "/access-review", "/ledger"},
}  # fmt: skip


def pages() -> list[str]:
    """Every page for somebody who is signed in."""
    routes = [each for router in ROUTERS for each in router.routes if isinstance(each, APIRoute)]
    return sorted(each.path for each in routes if "GET" in (each.methods or ()) and is_for_accounts(each))


def is_for_accounts(route: APIRoute) -> bool:
    return any(each.call is signed_in for each in route.dependant.dependencies)


@pytest.mark.parametrize("role", OWN)
def test_i03_a_role_without_records_is_refused_every_page_with_one_and_each_refusal_is_audited(
    console: ServedNode, at: Visit, role: Role
) -> None:
    nosy = at(console, role, name="nosy")
    others = [each for each in pages() if not OPEN_TO_ALL.match(each) and each not in BLANK_FORMS | OWN[role]]
    others = [each for each in others if role is not Role.AUDITOR or not each.startswith("/left")]  # what left
    auditor = console.sign_in_as(Role.AUDITOR, name="anna")

    def refusals() -> int:
        return len(console.do("audit_show", session=auditor, user="nosy", refused=True))

    def is_refused(path: str) -> bool:
        before = refusals()
        answer = nosy.context.request.get(console.origin + re.sub(r"\{[^}]*\}", "12345678", path), max_redirects=0)
        return refusals() > before and (answer.status == 403 or path.endswith("/live"))  # a stream ends with it

    assert others
    assert [path for path in others if not is_refused(path)] == []


@pytest.mark.parametrize("role", OWN)
def test_a_role_without_records_opens_its_own_pages(console: ServedNode, at: Visit, role: Role) -> None:
    visitor = at(console, role, name="nosy")
    for path in sorted(OWN[role] - {"/health/live"}):
        answer = visitor.context.request.get(console.origin + path.replace("{name}", "nosy"))
        assert (path, answer.status) in {(path, 200), ("/report.csv", 404), ("/report.json", 404)}
