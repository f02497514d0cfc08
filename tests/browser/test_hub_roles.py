"""i03 at a hub's console: who has no role for a page is refused it, with the refusal in the trail."""

import pytest

from common.access.roles import Role
from hub.persistence import audit
from tests.browser.conftest import Visit
from tests.consoles import ServedHub

COORDINATOR, BOARD, AUDITOR, OPERATOR = Role.REGIONAL_COORDINATOR, Role.BOARD, Role.AUDITOR, Role.OPERATOR
EVERY = (COORDINATOR, BOARD, AUDITOR, OPERATOR)
# Each page with who may open it, then each form with who may send it.
PAGES = {
    "/nodes": (OPERATOR,),
    "/nodes/live": (OPERATOR,),
    "/nodes/ridgeline-fire": (OPERATOR,),
    "/invitations": (OPERATOR,),
    "/invitations/new": (OPERATOR,),
    "/certificates": (OPERATOR,),
    "/hub": (OPERATOR,),
    "/users": (OPERATOR,),
    "/users/new": (OPERATOR,),
    "/users/kim": (OPERATOR,),
    "/ledgers": (OPERATOR, AUDITOR),
    "/updates": (OPERATOR,),
    "/trail": (AUDITOR,),
    "/access-review": (AUDITOR,),
    "/report": (COORDINATOR, BOARD),
    "/report.csv": (COORDINATOR, BOARD),
    "/report.json": (COORDINATOR, BOARD),
    "/after-action": (COORDINATOR, BOARD),
    "/after-action/00": (COORDINATOR, BOARD),
}
FORMS: dict[str, dict[str, str]] = {
    "/nodes/ridgeline-fire/evict": {},
    "/nodes/ridgeline-fire/ban": {},
    "/nodes/ridgeline-fire/lift-quarantine": {},
    "/invitations/new": {"agency": "cedar-valley", "discipline": "ems"},
    "/invitations/withdraw": {"agency": "ridgeline-fire"},
    "/certificates/activate": {},
    "/certificates/retire": {},
    "/certificates/rollback": {},
    "/users/new": {"name": "eve", "role": "operator"},
    "/users/kim/roles": {"role": "board"},
    "/users/kim/reset": {},
    "/users/kim/disable": {},
}


@pytest.fixture
def hub(hub_console: ServedHub) -> ServedHub:
    hub_console.ask("invite", agency="ridgeline-fire", discipline="fire")
    return hub_console


def refusals(hub: ServedHub, name: str) -> int:
    with hub.running.process.store.read() as connection:
        lines = audit.list_entries(connection)
    return sum(each["actor"] == f"user {name}" and str(each["outcome"]).startswith("refused") for each in lines)


@pytest.mark.parametrize("role", EVERY)
def test_i03_a_page_is_refused_to_every_role_that_it_is_not_for_and_the_refusal_is_audited(
    hub: ServedHub, at: Visit, role: Role
) -> None:
    someone = at(hub, role, name="someone")
    barred = [path for path, roles in PAGES.items() if role not in roles]
    for number, path in enumerate(barred, 1):
        answer = someone.context.request.get(hub.origin + path)
        assert answer.status == 403, path
        assert refusals(hub, "someone") == number, path
    someone.go(barred[0]).get_by_role("heading", name="Not for you").wait_for()
    someone.check()


@pytest.mark.parametrize("role", [COORDINATOR, BOARD, AUDITOR])
def test_i03_what_an_operator_may_do_is_refused_to_every_other_role_and_changes_nothing(
    hub: ServedHub, at: Visit, role: Role
) -> None:
    hub.sign_in_as(OPERATOR, name="kim")
    someone = at(hub, role, name="someone")
    ticket = someone.go("/account").locator("input[name=ticket]").first.input_value()
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": hub.origin}
    for number, (path, said) in enumerate(FORMS.items(), 1):
        answer = someone.context.request.post(
            hub.origin + path, form={**said, "ticket": ticket}, headers=headers, max_redirects=0
        )
        assert answer.status == 403, path
        assert refusals(hub, "someone") >= number, path
    assert [each["membership"] for each in hub.ask("agencies")] == ["invited"]


@pytest.mark.parametrize("role", EVERY)
def test_the_navigation_of_a_role_leads_only_to_pages_that_open(hub: ServedHub, at: Visit, role: Role) -> None:
    someone = at(hub, role, name="kim")
    someone.go("/account")
    places = someone.page.locator("nav a").evaluate_all("all => all.map(each => each.getAttribute('href'))")
    assert places
    for path in places:
        if path in PAGES:
            assert someone.context.request.get(hub.origin + path).status == 200, path
