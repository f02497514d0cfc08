"""A local follow-up: one check-in that a supporter of this agency owes somebody. Nothing of it ever leaves the node.

1. It has exactly one owner, a supporter; or none, and then it stands on the coordinator's list. It is never lost: only
   its end takes it off both.
2. Every change is compared with the version that was seen: a stale one is refused, and told who changed it meanwhile.
3. It is open, until it is done (the check-in was made) or closed with an outcome. It may be opened again for 30 days.
4. With the region's follow-up it shares the reference alone.
5. A check-in of an incident is known by its member, its incident and its step: there is never a second one.
6. What belongs to a day is due until the end of that day, where the agency is.

Source: DOMAIN.md 3, 4 rules 6 and 7.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from common.errors import WrongState
from node.domain.local_number import CHECK_IN, code_of

REOPEN_WITHIN = timedelta(days=30)
_END_OF_DAY = time(23, 59)


class State(StrEnum):
    """Whether it is still owed."""

    OPEN = "open"
    DONE = "done"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How it ended: the contract's words for the region's follow-ups."""

    COMPLETED = "completed"
    UNABLE_TO_REACH = "unable_to_reach"
    DECLINED_BY_MEMBER = "declined_by_member"
    REFERRED_ON = "referred_on"
    NOT_NEEDED = "not_needed"


class Stale(WrongState):
    """It was changed since it was seen: nothing was done."""


@dataclass(frozen=True, slots=True)
class LocalFollowUp:
    """One check-in at one version.

    Args:
        number: what people call it by: `C-42`.
        member_id: None when no member's code is on record: the owner knows whom.
        supporter_id: who owns it; None: on the coordinator's list.
        step: of an incident's check-ins (5).
        made: how many check-ins were made before it, by the agreement's cadence.
        hub_reference: of the region's follow-up (4).
    """

    id: bytes
    version: int
    number: int
    member_id: bytes | None
    supporter_id: bytes | None
    due_at: datetime
    state: State
    opened_at: datetime
    encounter_id: bytes | None = None
    incident_id: bytes | None = None
    step: int | None = None
    made: int = 0
    hub_reference: str | None = None
    outcome: Outcome | None = None
    ended_at: datetime | None = None

    @property
    def code(self) -> str:
        """What people call it by."""
        return code_of(CHECK_IN, self.number)

    @property
    def is_open(self) -> bool:
        """Tell whether it is still owed."""
        return self.state is State.OPEN

    def is_overdue(self, now: datetime) -> bool:
        """Tell whether its time has passed."""
        return self.is_open and self.due_at < now


def check_seen(held: LocalFollowUp, seen_version: int | None) -> None:
    """Check that it is what somebody saw before they decided (2); None: they say so by asking now.

    Raises:
        Stale: it was changed since.
    """
    if seen_version is not None and seen_version != held.version:
        raise Stale(
            f"{held.code} was changed since you saw it: it is at version {held.version}, you saw {seen_version}. "
            "Nothing was done: look at it again"
        )


def assigned(held: LocalFollowUp, supporter_id: bytes | None) -> LocalFollowUp:
    """Give it to another owner, or back to the coordinator's list (1)."""
    _check_open(held)
    if supporter_id == held.supporter_id:
        whose = "belongs to that supporter" if supporter_id else "is on the coordinator's list"
        raise WrongState(f"{held.code} {whose} already")
    return _next(held, supporter_id=supporter_id)


def postponed(held: LocalFollowUp, due_at: datetime) -> LocalFollowUp:
    """Give it another day."""
    return corrected(held, due_at, held.member_id)


def corrected(held: LocalFollowUp, due_at: datetime, member_id: bytes | None) -> LocalFollowUp:
    """Give it the day and the member of its encounter, which was corrected."""
    _check_open(held)
    return _next(held, due_at=due_at, member_id=member_id)


def done(held: LocalFollowUp, now: datetime) -> LocalFollowUp:
    """Record that the check-in was made."""
    _check_open(held)
    return _next(held, state=State.DONE, outcome=Outcome.COMPLETED, ended_at=now)


def closed(held: LocalFollowUp, outcome: Outcome, now: datetime) -> LocalFollowUp:
    """End it with its outcome."""
    _check_open(held)
    return _next(held, state=State.CLOSED, outcome=outcome, ended_at=now)


def reopened(held: LocalFollowUp, now: datetime) -> LocalFollowUp:
    """Open it again (3)."""
    if held.is_open:
        raise WrongState(f"{held.code} is open: there is nothing to open again")
    if held.ended_at is None or now > held.ended_at + REOPEN_WITHIN:
        raise WrongState("only a check-in that ended within the last 30 days is opened again: open a new one")
    return _next(held, state=State.OPEN, outcome=None, ended_at=None)


def linked(held: LocalFollowUp, reference: str) -> LocalFollowUp:
    """Name the region's follow-up that it belongs to (4)."""
    if held.hub_reference == reference:
        raise WrongState("it is linked to that reference already")
    return _next(held, hub_reference=reference)


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """Give the moment until which something is due that is due on a day (6)."""
    return datetime.combine(day, _END_OF_DAY, zone)


def _check_open(held: LocalFollowUp) -> None:
    if held.is_open:
        return
    how = "was done" if held.state is State.DONE else f"was closed as {str(held.outcome).replace('_', ' ')}"
    raise WrongState(f"{held.code} {how}: `holdfast node check-in reopen` opens it again")


def _next(held: LocalFollowUp, **changes: object) -> LocalFollowUp:
    return replace(held, version=held.version + 1, **changes)  # type: ignore[arg-type]
