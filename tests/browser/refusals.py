"""A page that somebody may not see: refused with 403, said on a page that is as good as any, and in the trail."""

from tests.browser.looking import Visitor
from tests.consoles import ServedNode
from tests.people import audited

NO_ROLE = "refused: none of your roles may do this"


def check_refused(console: ServedNode, visitor: Visitor, name: str, *paths: str) -> None:
    """Check that pages are refused to a user, and that each refusal stands in the audit trail.

    Args:
        name: of the user who is signed in at this browser.
    """
    for path in paths:
        assert visitor.context.request.get(console.origin + path).status == 403, path
        assert len(refusals(console, name)) >= 1, path
    before = len(refusals(console, name))
    visitor.go(paths[0]).get_by_role("alert").wait_for()
    visitor.check()
    assert len(refusals(console, name)) > before


def refusals(console: ServedNode, name: str) -> list[str]:
    """Give what was refused to a user, by the audit trail."""
    return [line[1] for line in console.run(audited) if line[0] == f"user {name}" and line[3].startswith("refused")]
