"""Who does something, by which of their rights, and when: what a record's version and the trail's line about it say."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from common.access.person import Person
from common.access.roles import Action

NOBODY = bytes(16)  # the author of what the node does by itself
SCHEDULER = "scheduler"


@dataclass(frozen=True)
class Doing:
    """One person's doing, at one moment."""

    actor: str
    user_id: bytes
    action: Action
    now: datetime

    @classmethod
    def of(cls, person: Person, action: Action, now: datetime) -> Self:
        """Give what a signed-in person does."""
        return cls(f"user {person.name}", person.user_id, action, now)

    @classmethod
    def by_schedule(cls, action: Action, now: datetime) -> Self:
        """Give what the node does by itself."""
        return cls(SCHEDULER, NOBODY, action, now)
