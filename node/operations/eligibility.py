"""Who may own a follow-up here, and which rule fails for everybody else."""

from typing import Any

from sqlalchemy import Connection

from common.access.person import Person
from common.access.roles import Action
from common.followup.reference import reference_of, spaced
from node.domain.eligibility import Eligibility, Failure
from node.opened import OpenNode
from node.operations.guarded import Guarded
from node.operations.plain import here
from node.use_cases.eligibility import judge_follow_up
from node.use_cases.follow_ups import get_by_name


def of_follow_up(node: OpenNode, _: Person, arguments: dict[str, Any]) -> Any:
    """Judge this agency and each of its supporters for one follow-up."""
    now = node.clock.now()

    def read(connection: Connection) -> Any:
        state = get_by_name(connection, arguments["follow_up"]).state
        found = judge_follow_up(connection, state, here(node), now)
        return {"id": state.id.hex(), "reference": spaced(reference_of(state.id))} | _shown(found)

    return node.read(read) | {"jurisdiction": node.settings.pack.name, "disclaimer": node.settings.pack.disclaimer}


OPERATIONS: dict[str, Guarded] = {"followup_eligibility": Guarded(Action.SEE_ROSTER, of_follow_up)}


def _shown(found: Eligibility) -> dict[str, Any]:
    return {
        "may_own": found.may_own,
        "refusal": found.refusal,
        "failing": [_failing(each) for each in found.agency],
        "eligible": list(found.eligible),
        "not_eligible": [
            {"supporter": each.code, "failing": [_failing(failure) for failure in each.failures]}
            for each in found.supporters
            if each.failures
        ],
        "notes": list(found.notes),
    }


def _failing(failure: Failure) -> dict[str, str]:
    return {"rule": failure.rule.value, "sentence": failure.sentence}
