"""Who asks a hub's operation: a signed-in user, or whoever holds the machine.

It goes along with the operation (a context variable), so that what the operation writes is recorded under that name.
"""

from contextvars import ContextVar

from common.access.person import Person

MACHINE = "operator"  # whoever holds the machine, as in the audit trail
ASKING: ContextVar[Person | None] = ContextVar("who asks", default=None)
TOKEN: ContextVar[str] = ContextVar("by which session", default="")  # where an answer is bound to it


def actor() -> str:
    """Name who asks, as in the audit trail."""
    person = ASKING.get()
    return MACHINE if person is None else f"user {person.name}"
