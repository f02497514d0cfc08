"""A follow-up as its hub told of it, and what this agency's own commands would make of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from common.followup.ownership import decide
from common.followup.refusal import Refused
from common.followup.state import CLOSED, Circumstances, FollowUp
from common.wire.v1.report_pb2 import FollowUpCommand


@dataclass(frozen=True)
class KnownFollowUp:
    """What the hub told last. Version 0: opened here, and not told by the hub yet."""

    state: FollowUp
    queue: str  # the named coordinator's queue it waits on; empty while it waits on none
    duty_contact: str  # of the accountable agency, as the hub has recorded it
    hub_epoch: int  # in which it was told

    @property
    def is_told(self) -> bool:
        """Tell whether the hub has it."""
        return self.state.version > 0

    @property
    def due(self) -> datetime | None:
        """The next moment by which somebody should have done something; None when it is closed."""
        state = self.state
        if state.work == CLOSED:
            return None
        return state.accept_by or state.next_check_in or (None if state.first_contact_at else state.contact_by)


@dataclass(frozen=True)
class OwnCommand:
    """A command of this agency about a follow-up, and what became of it."""

    told: FollowUpCommand
    written_at: datetime
    outcome: int | None  # wire Outcome; None while it waits for the hub
    is_refused: bool
    reason: str  # the hub's sentence, when it refused


def expected(
    known: KnownFollowUp | None, commands: Iterable[OwnCommand], own: bytes, given: Circumstances
) -> FollowUp | None:
    """Give the follow-up as it will be when the hub takes every command that it has not told the result of.

    So a second command can be decided on the first one's result while the hub is out of reach. The hub decides what
    becomes of them; deadlines are left to its clock altogether.

    Args:
        commands: this agency's, in order.
    """
    state = known.state if known is not None and known.is_told else None
    for command in commands:
        is_open = command.outcome is None or (not command.is_refused and command.told.version >= _version(state))
        if not is_open:
            continue
        try:
            state = decide(state, command.told, own, given)
        except Refused:
            continue  # something came between: the hub will say what
    return state


def _version(state: FollowUp | None) -> int:
    return 0 if state is None else state.version
