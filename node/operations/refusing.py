"""How an operation refuses: the refusal stands in the audit trail, whatever becomes of the rest (TRUST.md i03)."""

from typing import NoReturn

from common.access.person import Person
from common.access.roles import Action
from common.audit.entry import Entry
from common.errors import NotAllowed
from node.opened import OpenNode
from node.persistence.audit import TRAIL


def refuse(node: OpenNode, person: Person, action: Action, subject: str, reason: str) -> NoReturn:
    """Record a refusal in a transaction of its own, then raise NotAllowed.

    Args:
        subject: what it was tried on, as in the trail: an id, or empty.
        reason: why, in a few words; the person reads it, and so does the auditor.
    """
    entry = Entry(f"user {person.name}", action.value, subject, f"refused: {reason}")
    now = node.clock.now()
    node.write("audit", lambda connection: TRAIL.record(connection, now, entry))
    raise NotAllowed(f"{action.value}: {reason}")
