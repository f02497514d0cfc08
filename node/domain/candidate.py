"""A supporter of the roster as the rules of eligibility see them.

Source: DOMAIN.md 3, "Eligibility to own a follow-up".
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from node.domain.eligibility import Candidate
from node.domain.incident_roster import Presence
from node.domain.member import Member
from node.domain.policy import Policy, lacking
from node.domain.supervision import supervises
from node.domain.supporter import Availability, Supporter


@dataclass(frozen=True)
class Standing:
    """What the node holds of one supporter, besides the roster.

    Args:
        acknowledged: the code and version of each policy that they acknowledged.
        load: their open follow-ups.
        presence: at the incident.
        presence_altered: what was recorded of that was tampered with.
    """

    acknowledged: Collection[tuple[str, int]]
    load: int
    presence: Presence | None
    presence_altered: bool


def candidate_of(
    supporter: Supporter,
    standing: Standing,
    required: Sequence[Policy],
    person: Member | None,
    today: date,
    now: datetime,
) -> Candidate:
    """See a supporter as the rules do.

    Args:
        required: the policies in force.
        person: whom the follow-up is about, where this node knows that; between agencies it does not.
    """
    return Candidate(
        code=supporter.code,
        designated_on=supporter.designated_on,
        training_lacking=tuple(topic.value.replace("_", " ") for topic in supporter.topics_lacking(today)),
        policies_lacking=tuple(policy.name for policy in lacking(required, standing.acknowledged)),
        away_because=_away(supporter.availability(now, today)),
        caseload=standing.load,
        cap=supporter.cap,
        presence=standing.presence,
        presence_altered=standing.presence_altered,
        supervises_person=person is not None and supervises(supporter, person),
    )


def unreadable(name: str) -> Candidate:
    """See a supporter whose record cannot be believed: nobody becomes eligible by it."""
    return Candidate(name, date.min, (), (), "has a record that was altered", 0, None, None, False, False)


def _away(availability: Availability) -> str:
    if availability is Availability.ENDED:
        return "is no supporter any more"
    return "is paused" if availability is Availability.PAUSED else ""
