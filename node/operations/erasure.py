"""Erasing a member, as a coordinator asks for it: first what would be gone, then the erasure itself.

Source: DESIGN.md 6, "At rest"; TRUST.md i04.
"""

from typing import Any

from common.access.person import Person
from common.access.roles import Action
from node.backups.present_keys import settle_erasures
from node.opened import OpenNode
from node.operations.guarded import Guarded
from node.use_cases import erasure
from node.use_cases.members import get_by_code


def plan(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """Tell what would be gone with a member; refused under a legal hold."""
    code = str(arguments["member"])
    return node.read(
        lambda connection: erasure.plan_member(connection, node.vault, get_by_code(connection, node.vault, code).id)
    )


def member(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """Erase a member with everything about them, here and in the backups of the settings' folder."""
    code, now, actor = str(arguments["member"]), node.clock.now(), f"user {person.name}"
    gone = node.write(
        "erase",
        lambda connection: erasure.erase_member(
            connection, node.vault, actor, get_by_code(connection, node.vault, code).id, now
        ),
    )
    return {"gone": gone, "is_gone_from_backups": settle_erasures(node)}


OPERATIONS: dict[str, Guarded] = {
    "erase_plan": Guarded(Action.ERASE_RECORD, plan),
    "erase_member": Guarded(Action.ERASE_RECORD, member),
}
