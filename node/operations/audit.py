"""The audit trail: shown, verified, exported, and the access review."""

from functools import partial
from typing import Any

from common.access.person import Person
from common.access.roles import Action
from common.audit import answers
from common.audit.entry import Entry
from common.audit.review import review_access
from node.opened import OpenNode
from node.operations.guarded import Guarded
from node.operations.outside_files import write_outside
from node.operations.plain import time_of
from node.persistence.access import ACCESS
from node.persistence.audit import TRAIL


def show(node: OpenNode, _: Person, arguments: dict[str, Any]) -> Any:
    """List lines of the trail, some at a time, in order."""
    which = answers.which_lines(arguments, time_of)
    return node.read(lambda connection: answers.page(TRAIL, connection, arguments, which))


def export(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """Write the trail, or a part, to a new file; the last line of the whole tells of the export."""
    which, write = answers.which_lines(arguments, time_of), partial(write_outside, node, str(arguments["file"]))
    _record(node, person, "audit export")
    key = node.bound_key.public_key()
    return node.read(lambda connection: answers.export(TRAIL, connection, key, which, write))


def verify(node: OpenNode, _: Person, arguments: dict[str, Any]) -> Any:
    """Prove the trail from its first line, and against the checkpoint that an auditor kept."""
    key = node.bound_key.public_key()
    return node.read(lambda connection: answers.verify(TRAIL, connection, key, arguments))


def review(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """Sum up who may do what, what changed about it, and what each person did; the last 90 days, if not told."""
    period = answers.reviewed(arguments, node.clock.now(), time_of)
    _record(node, person, Action.REVIEW_ACCESS.value)
    return node.read(lambda connection: review_access(ACCESS, connection, *period))


OPERATIONS: dict[str, Guarded] = {
    "audit_show": Guarded(Action.SEE_AUDIT, show),
    "audit_export": Guarded(Action.SEE_AUDIT, export, is_long=True),
    "audit_verify": Guarded(Action.VERIFY_LEDGER, verify, is_long=True),
    "audit_review": Guarded(Action.REVIEW_ACCESS, review),
}


def _record(node: OpenNode, person: Person, action: str) -> None:
    now, entry = node.clock.now(), Entry(f"user {person.name}", action)
    node.write("audit", lambda connection: TRAIL.record(connection, now, entry))
