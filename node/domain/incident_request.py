"""A request for an incident, as the agency that asked sees it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RequestState(StrEnum):
    """Where a request is."""

    WAITING_TO_LEAVE = "waiting to leave"
    WITH_THE_HUB = "with the hub"
    REFUSED = "refused"  # recorded by the hub as a report that breaks a rule
    OPENED = "opened"
    DECLINED = "declined"


@dataclass(frozen=True)
class Answer:
    """What a hub's coordinator made of a request: an incident, or a coded no."""

    command_id: bytes
    incident_id: bytes | None
    decline_reason: int | None  # wire DeclineReason
    heard_at: datetime


def state_of(is_acknowledged: bool, is_refused: bool, answer: Answer | None) -> RequestState:
    """Tell where a request is, from its report and its answer."""
    if answer is not None:
        return RequestState.DECLINED if answer.incident_id is None else RequestState.OPENED
    if is_refused:
        return RequestState.REFUSED
    return RequestState.WITH_THE_HUB if is_acknowledged else RequestState.WAITING_TO_LEAVE
