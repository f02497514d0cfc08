"""Anonymous feedback: codes issued, ratings taken with no sign-in, counts for the coordinator."""

from typing import Any

from common.access.person import Person
from common.access.roles import Action
from common.audit.entry import Entry
from common.errors import NotAllowed
from node.domain.one_time_code import grouped, read_code
from node.opened import OpenNode
from node.operations.guarded import Guarded
from node.persistence import feedback
from node.persistence.audit import TRAIL
from node.use_cases.feedback import issue as issue_codes
from node.use_cases.feedback import rate as use_code

Arguments = dict[str, Any]


def issue(node: OpenNode, person: Person, arguments: Arguments) -> Any:
    """Make codes to be handed out; this is the only time they are told."""
    count, now = arguments.get("count", 1), node.clock.now()
    codes = node.write(
        "feedback_codes",
        lambda connection: issue_codes(connection, node.vault, f"user {person.name}", count, now, node.settings.zone),
    )
    return {"codes": [grouped(code) for code in codes]}


def rate(node: OpenNode, arguments: Arguments) -> Any:
    """Count a rating for a code. Nobody signs in for it."""
    code, now = read_code(str(arguments.get("code", ""))), node.clock.now()
    is_counted = node.write(
        "feedback",
        lambda connection: use_code(connection, node.vault, code, arguments.get("rating", 0), now, node.settings.zone),
    )
    if not is_counted:
        raise NotAllowed("this code is not known here, was used, or is too old: ask for another slip")
    return {}


def counts(node: OpenNode, person: Person, _: Arguments) -> Any:
    """Give the counts of each month, as stored, and how many codes are out."""
    entry = Entry(f"user {person.name}", Action.SEE_FEEDBACK.value)
    now = node.clock.now()
    node.write("audit", lambda connection: TRAIL.record(connection, now, entry))
    found = node.read(lambda connection: (feedback.list_counts(connection), feedback.count_unused(connection)))
    months = [
        {"month": month, **{str(rating): count for rating, count in ratings.items()}, "total": sum(ratings.values())}
        for month, ratings in found[0].items()
    ]
    return {"months": months, "codes_out": found[1]}


OPERATIONS: dict[str, Guarded] = {
    "feedback_issue": Guarded(Action.ISSUE_FEEDBACK_CODE, issue),
    "feedback_counts": Guarded(Action.SEE_FEEDBACK, counts),
}
OPEN = {"feedback_rate": rate}
