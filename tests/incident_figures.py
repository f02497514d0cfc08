"""An incident that is over, for tests of what is counted of it and of what its board sees."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from common.wire.v1.codes_pb2 import ActivationStatus, FollowUpOutcome, IncidentStatus, IncidentType
from hub.domain.activation import Activation, requested
from hub.domain.board_figures import BoardFigures, make_board_figures
from hub.domain.incident import Incident
from hub.domain.incident_counts import FollowUpFacts
from tests.builders import NOON

FIRE, EMS, JAIL = b"f" * 16, b"e" * 16, b"j" * 16
OUTCOMES = [number for number in FollowUpOutcome.values() if number]
COMPLETED, UNABLE = FollowUpOutcome.FOLLOW_UP_OUTCOME_COMPLETED, FollowUpOutcome.FOLLOW_UP_OUTCOME_UNABLE_TO_REACH
HOUR = timedelta(hours=1)
INCIDENT = Incident(
    id=b"i" * 16,
    type=IncidentType.INCIDENT_TYPE_STRUCTURE_FIRE,
    title="Stonegate Mill fire",
    status=IncidentStatus.INCIDENT_STATUS_CLOSED,
    jurisdictions=(),
    started_at=NOON - HOUR,
    opened_at=NOON,
    version=4,
    agency_ids=(FIRE, EMS, JAIL),
    closed_at=NOON + 90 * HOUR,
)
LINES = [
    Activation(FIRE, FIRE, ActivationStatus.ACTIVATION_STATUS_STOOD_DOWN, NOON, 5, first_active_at=NOON + 2 * HOUR),
    Activation(FIRE, EMS, ActivationStatus.ACTIVATION_STATUS_ACTIVE, NOON, 2, first_active_at=NOON + HOUR),
    requested(FIRE, JAIL, NOON),
]


def fact(outcome: int | None = COMPLETED, **changes: object) -> FollowUpFacts:
    """A follow-up of fire's, with a first contact a day after the incident was opened."""
    closed_at = None if outcome is None else NOON + 50 * HOUR
    made = FollowUpFacts(FIRE, FIRE, NOON + HOUR, NOON + 24 * HOUR, closed_at, outcome, 0, 0)
    return replace(made, **changes)  # type: ignore[arg-type]


def board_figures(
    *facts: FollowUpFacts,
    k: int = 11,
    lines: list[Activation] = LINES,
    outcomes: Sequence[int] = OUTCOMES,
    secret: bytes = bytes(16),
) -> BoardFigures:
    """Make the board's figures of this incident."""
    return make_board_figures(
        INCIDENT, lines, facts, outcomes=outcomes, k=k, secret=secret, now=NOON + 100 * HOUR, with_open=True
    )
