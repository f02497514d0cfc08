"""The terms of an agreement, as rules use them. A region that has not published one yet goes by the defaults.

Source: DOMAIN.md 4; `agreement.proto`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from common.wire.v1.agreement_pb2 import CountsAudience, DocumentationMinimum, ReportingPeriod

DEFAULT_RELEASE_GRACE = timedelta(days=14)


@dataclass(frozen=True)
class ActivationProtocol:
    """Which disciplines are asked to activate for one type of incident, and how soon."""

    asked: tuple[int, ...]  # wire Discipline
    activate_within: timedelta


@dataclass(frozen=True)
class Terms:
    """What the agencies agreed on."""

    protocols: Mapping[int, ActivationProtocol] = field(default_factory=dict)  # wire IncidentType -> its protocol
    accept_within: timedelta = timedelta(hours=4)  # of an offer, unless its owner names another time
    contact_within: timedelta = timedelta(hours=72)  # of a follow-up's opening
    check_ins: tuple[timedelta, ...] = (timedelta(days=7), timedelta(days=7), timedelta(days=14))  # each since the last
    escalate_every: timedelta = timedelta(hours=4)
    documentation: int = DocumentationMinimum.DOCUMENTATION_MINIMUM_FIRST_CONTACT
    reporting_period: int = ReportingPeriod.REPORTING_PERIOD_QUARTER
    k: int = 11  # counts of 1 to k-1 are withheld
    counts_seen_by: int = CountsAudience.COUNTS_AUDIENCE_PARTICIPANTS
    regional_coordinator: str = ""  # whose queue an escalation reaches: a name and how to reach them
    state_coordinator: str = ""
    anniversary: bool = False  # a check-in a year after the incident
    release_grace: timedelta = DEFAULT_RELEASE_GRACE  # after a period's end, until its counts leave by themselves

    def check_in_after(self, made: int) -> timedelta | None:
        """Tell how long after a contact the next check-in is due, when `made` were made; None after the last."""
        return self.check_ins[made] if made < len(self.check_ins) else None


DEFAULT_TERMS = Terms()
