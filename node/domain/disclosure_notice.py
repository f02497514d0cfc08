"""A necessary disclosure: that something had to be told, to whom, when, and the written notice that the law asks for.

Codes, times and ids; there is no field for a narrative, and none for a name.

1. The reason is one of the statutes'. One that the jurisdiction's pack rules out is refused, with the sentence why.
2. Self-harm with intent, and a plan or the means, is told from any other by flags: what the reason says, the flags say.
   Where ideation alone is no exception, it takes the flags.
3. It is about a member or an encounter, or both; it took place in the past.
4. Where the pack asks for it, the person is told in writing, by a day.
5. It is closed when the notice was given or none is due; otherwise for a coded reason.
6. Where the pack asks for it, a person has written notice before the first session; once is enough.

Source: DOMAIN.md 3, "Disclosure reasons", "Jurisdiction packs".
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from common.errors import InvalidRequest, WrongState
from node.domain.disclosure_reason import DisclosureReason
from node.domain.jurisdiction import Pack
from node.domain.local_follow_up import end_of_day
from node.domain.local_number import DISCLOSURE, code_of

_SELF_HARM = (DisclosureReason.SELF_HARM_WITH_PLAN, DisclosureReason.SELF_HARM_OTHER)


class ToldTo(StrEnum):
    """Who was told, as a class."""

    SUPERVISOR = "supervisor"
    LAW_ENFORCEMENT = "law_enforcement"
    MEDICAL = "medical"
    FAMILY = "family"
    COURT = "court"
    LICENSING_BOARD = "licensing_board"
    CLINICAL_TEAM = "clinical_team"
    OTHER = "other"


class NoticeWay(StrEnum):
    """How a written notice reached the person."""

    IN_PERSON = "in_person"
    BY_POST = "by_post"
    BY_EMAIL = "by_email"
    BY_COUNSEL = "by_counsel"
    OTHER = "other"


class DisclosureState(StrEnum):
    """Whether something is still to be done about it."""

    OPEN = "open"
    CLOSED = "closed"


class ClosedBecause(StrEnum):
    """Why nothing more is to be done."""

    NOTICE_GIVEN = "notice_given"
    NO_NOTICE_DUE = "no_notice_due"
    PERSON_NOT_REACHABLE = "person_not_reachable"
    COURT_FORBIDS_NOTICE = "court_forbids_notice"
    RECORDED_IN_ERROR = "recorded_in_error"


@dataclass(frozen=True)
class Danger:
    """What a self-harm reason rests on."""

    has_intent: bool = False
    has_plan: bool = False
    has_means: bool = False

    @property
    def is_exception(self) -> bool:
        """Tell whether it is more than ideation: intent, and a plan or the means (2)."""
        return self.has_intent and (self.has_plan or self.has_means)


NO_DANGER = Danger()


@dataclass(frozen=True)
class Disclosure:
    """One disclosure at one version.

    Args:
        number: what people call it by: `D-3`.
        told_to: each class once.
        notice_due_at: until when the person is to be told in writing; None: no notice is asked for.
    """

    id: bytes
    version: int
    number: int
    reason: DisclosureReason
    told_to: tuple[ToldTo, ...]
    disclosed_at: datetime
    member_id: bytes | None
    encounter_id: bytes | None
    danger: Danger
    jurisdiction: str  # the pack's name
    recorded_at: datetime
    notice_due_at: datetime | None = None
    notice_given_at: datetime | None = None
    notice_way: NoticeWay | None = None
    state: DisclosureState = DisclosureState.OPEN
    closed_because: ClosedBecause | None = None
    closed_at: datetime | None = None

    @property
    def code(self) -> str:
        """What people call it by."""
        return code_of(DISCLOSURE, self.number)

    @property
    def owes_notice(self) -> bool:
        """Tell whether a written notice is still to be given."""
        return self.state is DisclosureState.OPEN and self.notice_due_at is not None and self.notice_given_at is None


@dataclass(frozen=True)
class FirstSessionNotice:
    """That a person was told in writing, before the first session, what stays confidential (6)."""

    member_id: bytes
    given_at: datetime
    way: NoticeWay


def why_refused(pack: Pack, reason: DisclosureReason) -> str:
    """Say why nothing may be disclosed for a reason (1); empty where it may."""
    if pack.may_disclose_for(reason):
        return ""
    if reason is DisclosureReason.SELF_HARM_OTHER and pack.ideation_needs_plan_or_means:
        alone = "thoughts of suicide alone are no reason to disclose"
        return f"in {pack.title} {alone}: it takes intent, and a plan or the means"
    return f"in {pack.title} nothing may be disclosed for {reason.value.replace('_', ' ')}"


def check_danger(reason: DisclosureReason, danger: Danger) -> None:
    """Check that the flags say what the reason says (2); raises InvalidRequest naming the field."""
    if reason not in _SELF_HARM:
        if danger != NO_DANGER:
            raise InvalidRequest("intent, plan, means: are said of self-harm alone")
    elif reason is DisclosureReason.SELF_HARM_WITH_PLAN and not danger.is_exception:
        raise InvalidRequest("reason: this one takes intent, and a plan or the means: say which there was")
    elif reason is DisclosureReason.SELF_HARM_OTHER and danger.is_exception:
        raise InvalidRequest(f"reason: with intent, and a plan or the means, it is {_SELF_HARM[0]}")


def check_disclosure(told: Disclosure, now: datetime) -> None:
    """Check what it is about, and when (3); raises InvalidRequest naming the field."""
    if told.member_id is None and told.encounter_id is None:
        raise InvalidRequest("member: say which member, or which encounter, it is about")
    if not told.told_to:
        raise InvalidRequest("told: say who was told")
    if told.disclosed_at > now:
        raise InvalidRequest("at: lies in the future: a disclosure is recorded once it took place")
    check_danger(told.reason, told.danger)


def notice_due(
    pack: Pack, reason: DisclosureReason, disclosed_at: datetime, within: timedelta, zone: tzinfo
) -> datetime | None:
    """Give until when the person is to be told in writing (4): the end of a day; None where the pack asks for none."""
    if not pack.notice_due_after(reason):
        return None
    return end_of_day((disclosed_at.astimezone(zone).replace(tzinfo=None) + within).date(), zone)


def notice_given(held: Disclosure, at: datetime, way: NoticeWay, now: datetime) -> Disclosure:
    """Record that the person was told in writing."""
    _check_open(held)
    if held.notice_given_at is not None:
        raise WrongState("the notice was given already, as this record says")
    if not held.disclosed_at <= at <= now:
        raise InvalidRequest("at: a notice is given after the disclosure, and not in the future")
    return replace(held, version=held.version + 1, notice_given_at=at, notice_way=way)


def closed(held: Disclosure, because: ClosedBecause, now: datetime) -> Disclosure:
    """End it (5)."""
    _check_open(held)
    given = held.notice_given_at is not None
    if because is ClosedBecause.NOTICE_GIVEN and not given:
        raise WrongState("no notice was given as this record says: record first when it was given")
    if because is ClosedBecause.NO_NOTICE_DUE and held.owes_notice:
        raise WrongState("a written notice is due: give it, or say why it cannot be given")
    return replace(held, version=held.version + 1, state=DisclosureState.CLOSED, closed_because=because, closed_at=now)


def _check_open(held: Disclosure) -> None:
    if held.state is DisclosureState.CLOSED:
        raise WrongState(f"{held.code} is closed: {str(held.closed_because).replace('_', ' ')}")
