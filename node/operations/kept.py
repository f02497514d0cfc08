"""What a member is told before they ask for anything: what is kept here, for how long, and what leaves.

Source: DOMAIN.md 2, "what is kept about whom"; DESIGN.md 1.
"""

from typing import Any

from common.access import users
from common.access.roles import Role
from node.domain.jurisdiction_words import rules_in_words
from node.domain.release import read_mode
from node.domain.retention import RecordClass
from node.domain.support_request import ANSWERED_FOR, CLOSED_FOR
from node.opened import OpenNode
from node.persistence.access import ACCESS
from node.persistence.retention import list_rules

TOLD_RULES = (  # of a pack: those that somebody who asks for help has a right to know before
    "notes_allowed",
    "notice_before_first_session",
    "ideation_needs_plan_or_means",
    "notice_after_disclosure",
    "own_agency_only",
    "supervisor_may_not_support",
)


def what_is_kept(node: OpenNode, _: dict[str, Any]) -> Any:
    """Tell what is kept about whom here, as the settings and the jurisdiction pack have it."""
    pack, rules = node.settings.pack, node.read(list_rules)
    words = rules_in_words(pack)
    return {
        "jurisdiction": pack.title,
        "rules": [words[rule] for rule in TOLD_RULES],
        "disclaimer": pack.disclaimer,
        "notes_are_on": pack.notes_allowed and node.settings.notes == "on",
        "kept_days": {each.value: rules.get(each) for each in RecordClass},
        "answered_days": ANSWERED_FOR.days,
        "closed_days": CLOSED_FOR.days,
        "has_region": node.has_hub,
        "counts_leave": read_mode(node.settings.release_mode) is not None,
        "crisis_line": node.settings.crisis_line,
    }


def has_operator(node: OpenNode, _: dict[str, Any]) -> Any:
    """Tell whether the node was set up so far that somebody can add users."""
    return {"has_operator": bool(node.read(lambda found: users.count_active(ACCESS, found, Role.OPERATOR)))}


OPEN = {"what_is_kept": what_is_kept, "has_operator": has_operator}
