"""What an operator, a leader and an auditor reach of a node's pages: no record, whatever is added later."""

import re

import pytest
from fastapi.routing import APIRoute

from common.access.roles import Role
from node.console.site import ROUTERS
from tests.browser.conftest import Visit
from tests.consoles import ServedNode

# What each may open beside what is open to everybody. Whoever adds a page decides here whether it belongs to these:
# nothing of it may show a record of a person.
OPEN_TO_ALL = re.compile(r"/((my-policies(/.*)?)|(program/policies/{code}/{version}))?\Z")
# These ask for nothing that is stored: forms, whose sending is refused, and what a node without a hub says of it.
BLANK_FORMS = {"/follow-ups/new", "/incident-requests/new", "/left/hub"}
OWN: dict[Role, set[str]] = {
    Role.OPERATOR: {
        "/health", "/health/live", "/certificate", "/updates", "/backups", "/ledger", "/users", "/users/new",
        "/users/{name}",
    },
    Role.LEADER: {"/report", "/report.csv", "/report.json"},
    Role.AUDITOR: {"/trail", "/access-review", "/ledger"},
}  # fmt: skip


def pages() -> list[str]:
    routes = [route for router in ROUTERS for route in router.routes]
    return sorted(route.path for route in routes if isinstance(route, APIRoute) and "GET" in (route.methods or ()))


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
