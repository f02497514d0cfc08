"""Every text of the consoles stands in the one catalogue, which is fresh; and no page says anything besides."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.access.roles import Role
from node.console.site import site_of
from tests import sources
from tests.builders import NOON
from tests.console_client import Client
from tests.consoles import AGENCY, ServedNode, served_node
from tests.fakes import SetClock
from tests.made_up_language import escaped, in_it, made_up

# Each page with the roles of who looks at it; none: nobody is signed in.
PAGES: list[tuple[str, tuple[Role, ...]]] = [
    *((path, ()) for path in ("/", "/ask", "/answer", "/rate", "/resources", "/resources?kind=chaplain", "/kept")),
    *((path, ()) for path in ("/sign-in", "/sign-in?ended=1", "/set-up", "/no-such-page")),
    *((path, (Role.CLINICIAN,)) for path in ("/account", "/account/notices", "/account/notes")),
]


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ServedNode]:
    monkeypatch.setattr("node.console.site_of", lambda node: in_it(site_of(node)))
    with made_up(tmp_path / "locale"), served_node(tmp_path, SetClock(NOON)) as node:
        yield node


def own(served: ServedNode) -> list[str]:
    """Give what pages show that is no text of the catalogue."""
    kept = served.do("what_is_kept")
    [line] = served.do("resources_offered")
    told = [line["name"], line["reach"], line["hours"], *line["languages"]]
    return [AGENCY, "casey", kept["jurisdiction"], kept["disclaimer"], kept["crisis_line"], *kept["rules"], *told]


def test_the_committed_catalogue_is_what_the_pages_say() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deploy.texts", "--check"], cwd=sources.CHECKOUT, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_no_text_of_a_page_escapes_the_catalogue(served: ServedNode) -> None:
    known = own(served)
    tokens = {roles: served.sign_in_as(*roles, name="casey") for roles in {roles for _, roles in PAGES} if roles}
    for path, roles in PAGES:
        page = Client(served.origin, token=tokens.get(roles, "")).get(path).text
        assert "⟦" in page
        assert escaped(page, known) == [], path


def test_what_the_console_itself_refuses_is_in_the_catalogue_too(served: ServedNode) -> None:
    ann = Client(served.origin)
    answers = [
        ann.post("/answer"),
        ann.post("/rate", code="x"),
        ann.post("/sign-in", password="x"),
        ann.post("/set-up", name="kim", password="one", password_again="another"),
        ann.send("POST", "/answer", {"ticket": "x"}),
        ann.send("POST", "/answer", {"ticket": "x", "when": "9999"}),
        Client(served.origin, token=served.sign_in_as(Role.LEADER)).send("POST", "/rate", {"ticket": "x"}),
    ]
    answers += [ann.post("/answer", code="x") for _ in range(25)][-1:]
    assert [answer.status for answer in answers] == [422, 422, 422, 422, 403, 403, 403, 429]
    for answer in answers:
        assert escaped(answer.text, own(served)) == [], answer.text
