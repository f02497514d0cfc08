"""One support contact, as coded fields: never a transcript, never clinical.

1. It occurred in the past, not before 1990.
2. A group session has a number of participants; anything else has one.
3. There may be several referrals; `none` stands alone.
4. A follow-up is due on a day not before the encounter, within ten years, or there is none.
5. What is logged says every field. What an agency's older log leaves out is not made up: it stays not recorded (None).
6. An encounter at an incident of the hub is incident-related; one may be so without the hub's id.
7. Editing adds a version; a wrong entry is voided. Neither takes anything away.

Source: DOMAIN.md 3.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum

from common.errors import InvalidRequest

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
MOST_PARTICIPANTS = 9_999
LATEST_FOLLOW_UP = timedelta(days=3_653)
CLOCKS_DIFFER = timedelta(minutes=2)  # a phone's clock that is a little ahead is no future


class ActivationType(StrEnum):
    """How the contact came about."""

    SELF_REFERRAL = "self_referral"
    PEER_INITIATED = "peer_initiated"
    SUPERVISOR_REFERRAL = "supervisor_referral"
    POST_INCIDENT_CHECK_IN = "post_incident_check_in"
    SCHEDULED_FOLLOW_UP = "scheduled_follow_up"
    FAMILY_REQUEST = "family_request"
    ANOTHER_AGENCYS_REQUEST = "another_agencys_request"


class SupportKind(StrEnum):
    """What it was about, as far as the person said; undisclosed is always allowed."""

    CRITICAL_INCIDENT = "critical_incident"
    WORK_STRESS = "work_stress"
    FAMILY_OR_RELATIONSHIP = "family_or_relationship"
    GRIEF_OR_LOSS = "grief_or_loss"
    SUBSTANCE_USE = "substance_use"
    FINANCIAL_OR_LEGAL = "financial_or_legal"
    HEALTH_OR_INJURY = "health_or_injury"
    MORAL_INJURY = "moral_injury"
    SUICIDE_CONCERN = "suicide_concern"
    UNDISCLOSED = "undisclosed"
    OTHER = "other"


class RecipientClass(StrEnum):
    """What the person is."""

    SWORN_OR_UNIFORMED = "sworn_or_uniformed"
    TELECOMMUNICATOR = "telecommunicator"
    CORRECTIONS = "corrections"
    CIVILIAN_STAFF = "civilian_staff"
    VOLUNTEER = "volunteer"
    RETIRED = "retired"
    FAMILY = "family"
    ANOTHER_AGENCYS_RESPONDER = "another_agencys_responder"


class Mode(StrEnum):
    """By what way."""

    IN_PERSON = "in_person"
    PHONE = "phone"
    VIDEO = "video"
    TEXT_OR_CHAT = "text_or_chat"
    GROUP_SESSION = "group_session"


class Duration(StrEnum):
    """How long, in minutes."""

    UNDER_15 = "under_15"
    FROM_15 = "15_29"
    FROM_30 = "30_44"
    FROM_45 = "45_59"
    FROM_60 = "60_and_over"


class Referral(StrEnum):
    """Where the person was referred to."""

    NONE = "none"
    EAP = "eap"
    CLINICIAN = "clinician"
    CHAPLAIN = "chaplain"
    CRISIS_LINE = "crisis_line"
    PHYSICIAN = "physician"
    SUBSTANCE_USE_PROGRAMME = "substance_use_programme"
    FINANCIAL_OR_LEGAL = "financial_or_legal"
    OTHER = "other"


class EncounterState(StrEnum):
    """Whether it counts."""

    CURRENT = "current"
    VOID = "void"


@dataclass(frozen=True)
class Encounter:
    """The coded fields of one contact; None where they are not recorded (5).

    Args:
        follow_up_due: the day; None for no follow-up.
        incident_id: as the hub issued it.
    """

    occurred_at: datetime
    supporter_id: bytes
    kind: SupportKind = SupportKind.UNDISCLOSED
    activation_type: ActivationType | None = None
    recipient_class: RecipientClass | None = None
    mode: Mode | None = None
    duration: Duration | None = None
    participants: int | None = 1
    referrals: tuple[Referral, ...] = (Referral.NONE,)
    follow_up_due: date | None = None
    incident_id: bytes | None = None
    is_incident_related: bool = False
    member_id: bytes | None = None


_SAID = ("activation_type", "recipient_class", "mode", "duration", "participants")


def checked(encounter: Encounter, now: datetime, zone: tzinfo, is_complete: bool = True) -> Encounter:
    """Give an encounter that keeps every rule above, in its one form.

    Args:
        zone: where the agency is: a follow-up is due on its days.
        is_complete: every field must be said (5).

    Raises:
        InvalidRequest: names the field.
    """
    _check_time(encounter, now)
    if is_complete:
        missing = [name for name in _SAID if getattr(encounter, name) is None]
        if missing:
            raise InvalidRequest(f"{missing[0]}: must be said")
    _check_participants(encounter)
    _check_follow_up(encounter, zone)
    return replace(
        encounter,
        referrals=in_order(encounter.referrals),
        is_incident_related=encounter.is_incident_related or encounter.incident_id is not None,
    )


def in_order(referrals: tuple[Referral, ...]) -> tuple[Referral, ...]:
    """Give referrals each once and in the list's order; raises InvalidRequest where `none` is not alone (3)."""
    said = set(referrals)
    if Referral.NONE in said and len(said) > 1:
        raise InvalidRequest("referrals: none stands alone")
    return tuple(each for each in Referral if each in said) or (Referral.NONE,)


def duration_of(minutes: float) -> Duration:
    """Give the band that a number of minutes falls into; raises InvalidRequest when it is none."""
    if not 0 <= minutes <= 24 * 60:
        raise InvalidRequest("duration: 0 to 1440 minutes")
    bounds = (15, 30, 45, 60)
    return list(Duration)[sum(minutes >= bound for bound in bounds)]


def _check_time(encounter: Encounter, now: datetime) -> None:
    if encounter.occurred_at > now + CLOCKS_DIFFER:
        raise InvalidRequest("occurred: lies in the future: an encounter is logged once it took place")
    if encounter.occurred_at < EARLIEST:
        raise InvalidRequest(f"occurred: lies before {EARLIEST.year}")


def _check_participants(encounter: Encounter) -> None:
    count = encounter.participants
    if encounter.mode is Mode.GROUP_SESSION:
        if count is not None and not 1 <= count <= MOST_PARTICIPANTS:
            raise InvalidRequest(f"participants: a group session has 1 to {MOST_PARTICIPANTS}")
    elif count != 1 and not (count is None and encounter.mode is None):
        raise InvalidRequest("participants: there is one, unless it was a group session")


def _check_follow_up(encounter: Encounter, zone: tzinfo) -> None:
    if encounter.follow_up_due is None:
        return
    day = encounter.occurred_at.astimezone(zone).date()
    if not day <= encounter.follow_up_due <= day + LATEST_FOLLOW_UP:
        raise InvalidRequest("follow_up_due: a day from the encounter's on, within ten years")
