"""Tokens of the JSON interface, made and removed by an operator in a browser.

Source: node/domain/api_token.py.
"""

import pytest

from common.access.roles import Role
from tests.api_callers import Caller
from tests.browser.conftest import Visit
from tests.browser.looking import DESK, PHONE
from tests.consoles import ServedNode


def test_an_operator_makes_a_token_sees_it_once_and_removes_it(console: ServedNode, at: Visit) -> None:
    robin = at(console, Role.OPERATOR, name="robin")
    page = robin.go("/api-tokens")
    assert page.get_by_text("There is no token.").is_visible()
    robin.check()
    page.get_by_label("Name").fill("cad-2026")
    robin.choose("What it may do", "Read incidents")
    robin.choose("What it may do", "Link incidents to the agency's numbers")
    robin.click("Make it")
    robin.check()
    token = page.locator("code").inner_text()
    assert Caller(console, token).call("GET", "/incidents").status == 200
    robin.click("Back", "link")
    robin.check()
    assert page.get_by_role("cell", name="Read incidents, Link incidents to the agency's numbers").is_visible()
    assert token not in page.content()
    page.locator("summary", has_text="Remove cad-2026").click()
    robin.check()
    robin.click("Yes: Remove cad-2026")
    assert page.get_by_text("cad-2026 is removed: nothing is done with it from now on.").is_visible()
    robin.check()
    assert Caller(console, token).call("GET", "/incidents").status == 401


def test_a_token_that_would_be_wrong_is_not_made_and_the_page_says_why(console: ServedNode, at: Visit) -> None:
    robin = at(console, Role.OPERATOR, name="robin")
    page = robin.go("/api-tokens")
    page.get_by_label("Name").fill("cad-2026")
    robin.click("Make it")
    assert page.get_by_label("Name").input_value() == "cad-2026"
    assert "one permission or more" in page.locator(".complaint").inner_text()
    robin.check()


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.SUPPORTER, Role.AUDITOR])
def test_i03_nobody_but_an_operator_sees_the_page(console: ServedNode, at: Visit, role: Role) -> None:
    visitor = at(console, role)
    page = visitor.go("/api-tokens")
    assert page.get_by_role("heading", name="Tokens").count() == 0
    assert page.get_by_role("link", name="Tokens").count() == 0
    visitor.check()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_is_good_to_read_with_tokens_on_it(
    console: ServedNode, at: Visit, scheme: str, size: dict[str, int]
) -> None:
    robin = at(console, Role.OPERATOR, name="robin", context={"color_scheme": scheme, "viewport": size})
    for name in ("cad-2026", "rms-of-the-north-district"):
        console.do("api_token_add", session=robin.token, name=name, may=["link_incidents", "create_check_ins"])
    page = robin.go("/api-tokens")
    assert page.get_by_text("Remove rms-of-the-north-district").first.is_visible()
    robin.check()
