"""A trained, designated peer supporter of the agency; known only to this node.

1. Selected, then designated, then, one day, ended: each not before the last. Designated and not ended is in office.
2. A pause begins at once and ends at a time, or when the supporter says so. It asks for no reason.
3. Trained in date: every topic that the list has was completed and has not expired on that day.
4. The agency may set a cap on open follow-ups, for one supporter or none. Nobody's cap is built in.

Source: DOMAIN.md 3, "Also at the node".
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise

from common.errors import InvalidRequest

LONGEST_NAME, LONGEST_PROVIDER = 120, 120  # characters
MOST_HOURS, MOST_CAP, MOST_TRAININGS = 1_000, 999, 200
PREFIX = "S"
CODE_DIGITS = 2
_CODE = re.compile(r"\s*s?[\s-]?([0-9]{1,9})\s*", re.IGNORECASE | re.ASCII)


class Topic(StrEnum):
    """What a supporter is trained in."""

    ACTIVE_LISTENING = "active_listening"
    PSYCHOLOGICAL_FIRST_AID = "psychological_first_aid"
    REFERRAL_OPTIONS = "referral_options"
    CONFIDENTIALITY = "confidentiality"
    SUICIDE_RECOGNITION = "suicide_recognition"
    DE_ESCALATION = "de_escalation"
    SELF_CARE = "self_care"


class Availability(StrEnum):
    """Whether somebody may ask this supporter now."""

    AVAILABLE = "available"
    PAUSED = "paused"
    NOT_YET = "not_yet_designated"
    ENDED = "ended"


@dataclass(frozen=True)
class Training:
    """One training that was completed.

    Args:
        expires_on: the first day on which it counts no more; None: never.
    """

    topic: Topic
    completed_on: date
    expires_on: date | None = None
    hours: float | None = None
    provider: str = ""

    def is_in_date(self, on: date) -> bool:
        """Tell whether it counts on a day."""
        return self.completed_on <= on and (self.expires_on is None or on < self.expires_on)


@dataclass(frozen=True)
class Supporter:
    """What is known of a supporter.

    Args:
        code: local, given by the node.
        member_id: the member that this supporter is; None where the roster does not say.
        paused_until: the end of the pause; None with `paused_since`: until they say so.
        cap: open follow-ups at most; None: no cap.
        languages: words of the contract's Language.
    """

    code: str
    name: str
    member_id: bytes | None = None
    selected_on: date | None = None
    designated_on: date | None = None
    ended_on: date | None = None
    trainings: tuple[Training, ...] = ()
    paused_since: datetime | None = None
    paused_until: datetime | None = None
    cap: int | None = None
    languages: tuple[str, ...] = ()

    def is_in_office(self, on: date) -> bool:
        """Tell whether the supporter is designated on a day (1)."""
        has_begun = self.designated_on is not None and self.designated_on <= on
        return has_begun and (self.ended_on is None or on < self.ended_on)

    def is_paused(self, now: datetime) -> bool:
        """Tell whether the supporter takes a break (2)."""
        has_begun = self.paused_since is not None and self.paused_since <= now
        return has_begun and (self.paused_until is None or now < self.paused_until)

    def availability(self, now: datetime, today: date) -> Availability:
        """Say whether somebody may ask this supporter."""
        if self.ended_on is not None and self.ended_on <= today:
            return Availability.ENDED
        if not self.is_in_office(today):
            return Availability.NOT_YET
        return Availability.PAUSED if self.is_paused(now) else Availability.AVAILABLE

    def topics_lacking(self, on: date) -> tuple[Topic, ...]:
        """List the topics that were never trained, or ran out, on a day (3)."""
        held = {training.topic for training in self.trainings if training.is_in_date(on)}
        return tuple(topic for topic in Topic if topic not in held)

    def is_at_cap(self, load: int) -> bool:
        """Tell whether this many open follow-ups are as many as the agency lets the supporter have (4)."""
        return self.cap is not None and load >= self.cap


@dataclass(frozen=True)
class Capacity:
    """How many supporters the agency has, of each readiness: what a SupporterCapacity report says."""

    designated: int
    available: int
    paused: int
    trained_in_date: int


def capacity_of(roster: Iterable[Supporter], now: datetime, today: date) -> Capacity:
    """Count a roster."""
    designated = [each for each in roster if each.is_in_office(today)]
    paused = sum(each.is_paused(now) for each in designated)
    trained = sum(not each.topics_lacking(today) for each in designated)
    return Capacity(len(designated), len(designated) - paused, paused, trained)


def over_cap(roster: Mapping[bytes, Supporter], loads: Mapping[bytes, int]) -> list[bytes]:
    """List whose load is at or over the agency's cap: the coordinator is nudged."""
    return [id_ for id_, supporter in roster.items() if supporter.is_at_cap(loads.get(id_, 0))]


def checked(supporter: Supporter) -> Supporter:
    """Give a supporter that keeps rules 1 and 4; raises InvalidRequest naming the field."""
    in_turn = [("selected_on", supporter.selected_on), ("designated_on", supporter.designated_on)]
    in_turn.append(("ended_on", supporter.ended_on))
    given = [(name, day) for name, day in in_turn if day is not None]
    for (before, first), (name, day) in pairwise(given):
        if day < first:
            raise InvalidRequest(f"{name}: lies before {before}")
    if supporter.cap is not None and not 0 <= supporter.cap <= MOST_CAP:
        raise InvalidRequest(f"cap: 0 to {MOST_CAP}")
    if len(supporter.trainings) > MOST_TRAININGS:
        raise InvalidRequest(f"trainings: at most {MOST_TRAININGS}")
    for training in supporter.trainings:
        _check_training(training)
    return supporter


def read_code(said: str) -> str | None:
    """Read a supporter's code: `S-07`, `s7` and `7` are one. None, where it is none."""
    found = _CODE.fullmatch(said)
    return None if found is None else f"{PREFIX}-{int(found[1]):0{CODE_DIGITS}}"


def _check_training(training: Training) -> None:
    if training.expires_on is not None and training.expires_on <= training.completed_on:
        raise InvalidRequest("expires: lies not after the day of completion")
    if training.hours is not None and not 0 < training.hours <= MOST_HOURS:
        raise InvalidRequest(f"hours: more than 0, at most {MOST_HOURS}")
