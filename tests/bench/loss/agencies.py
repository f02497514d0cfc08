"""Agencies whose counts are released: those of the five sheets, and simulated ones of any size.

1. A contact is the node's own record, so that every table counts the same contacts.
2. The simulated ones take after the sheets: each code's weights are those of a sheet that records it, shaken; contacts
   a member a quarter lie around what the sheets have (0.2 to 1.3), and change with the season.
3. Now and then an incident brings a burst of check-ins in its month and the next, with up to a third of the roster.
4. A seed gives the same agency again, wherever it is made.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import blake2b
from math import cos, log, pi
from typing import Any

from common.disclosure.catalogue import OF_ENCOUNTERS
from common.wire.v1.codes_pb2 import TableKind
from node.domain.encounter import ActivationType, Duration, Encounter, Mode, RecipientClass, Referral, SupportKind
from tests.counts import PARTICIPATION, QUARTERLY, RATINGS, REFERRALS, TWO_WAY, month
from tests.sheets import FOLDER, read_sheet

OUTCOMES, ON_TIME = TableKind.TABLE_KIND_FOLLOW_UPS_BY_OUTCOME, TableKind.TABLE_KIND_ON_TIME_CHECK_INS
FIRST_MONTH, MONTHS = 105, 24  # from October 2024, where the sheets begin
SIZES = ((5, 9), (10, 25), (26, 50), (51, 100), (101, 250), (251, 800))
_CODES: Mapping[str, type] = {
    "kind": SupportKind,
    "activation_type": ActivationType,
    "mode": Mode,
    "duration": Duration,
    "recipient_class": RecipientClass,
}
_RATE, _RATE_SPREAD = 0.4, 1.8  # contacts a member a quarter, half of all agencies below; two thirds within this factor
_INCIDENTS_A_YEAR = 1.5
_OUTCOME_WEIGHTS, _ON_TIME_WEIGHTS, _RATING_WEIGHTS = (60, 12, 8, 12, 8), (80, 13, 7), (2, 3, 12, 33, 50)
_MEMBER_CODE, _CHECK_IN, _RATING = 0.85, 0.45, 0.25  # shares of contacts that have one


@dataclass(frozen=True)
class Agency:
    """One agency's two years.

    Args:
        beside: what is counted in a row of a table and is no contact: when, wire TableKind, row.
        supporters: designated, available, paused, trained in date, by month from the first; none where it is not known.
        tables: wire TableKind: those for which it has records.
    """

    name: str
    roster: int
    contacts: Sequence[Encounter]
    beside: Sequence[tuple[datetime, int, int]]
    supporters: Sequence[tuple[int, int, int, int]]
    tables: frozenset[int]


@cache
def agencies_of_sheets() -> tuple[Agency, ...]:
    """Read the five sheets as a node imports them; they say nothing of check-ins, supporters or ratings."""
    return tuple(_of_sheet(path.stem, path.read_bytes()) for path in sorted(FOLDER.iterdir()))


def simulated(number: int) -> Agency:
    """Make the agency of a number; each size class comes in turn."""
    low, high = SIZES[number % len(SIZES)]
    rng = random.Random(number)
    return simulated_of(round(low * (high / low) ** rng.random()), rng, f"simulated-{number}")


def simulated_of(roster: int, rng: random.Random, name: str) -> Agency:
    """Make an agency with a roster of this size."""
    weights = {field: _shaken(rng, field, codes) for field, codes in _CODES.items()}
    related = rng.choice(
        [_share(sheet.contacts, lambda each: each.is_incident_related) for sheet in agencies_of_sheets()]
    )
    rate = _RATE * _RATE_SPREAD ** rng.gauss(0, 1) / 3
    bursts, peak = _bursts(rng, roster), rng.randrange(12)
    contacts = list[Encounter]()
    for number in range(MONTHS):
        season = 1 + 0.25 * cos(2 * pi * (number - peak) / 12)
        for _ in range(_poisson(rng, roster * rate * season)):
            contacts.append(_contact(rng, number, roster, weights, related))
        for _ in range(bursts[number]):
            contacts.append(_contact(rng, number, roster, weights, None))
    beside = [each for contact in contacts for each in _beside(rng, contact)]
    return Agency(name, roster, contacts, beside, _supporters(rng, roster), QUARTERLY)


def _of_sheet(name: str, raw: bytes) -> Agency:
    read, _, _ = read_sheet(raw)
    contacts = [row.encounter if not row.member else _with_member(row.encounter, row.member) for row in read]
    members = {contact.member_id for contact in contacts if contact.member_id}
    tables = {*OF_ENCOUNTERS, TWO_WAY, REFERRALS, *([PARTICIPATION] if members else [])}
    return Agency(name, len(members), contacts, (), (), frozenset(tables))


def _with_member(contact: Encounter, member: str) -> Encounter:
    return replace(contact, member_id=blake2b(member.encode(), digest_size=16).digest())


def _share(contacts: Sequence[Encounter], is_one: Callable[[Encounter], bool]) -> float:
    return sum(map(is_one, contacts)) / len(contacts)


@cache
def _recorded(field: str) -> list[Counter[Any]]:
    """Count a field's codes in each of the sheets that mostly record it."""
    counted = [Counter(getattr(contact, field) for contact in sheet.contacts) for sheet in agencies_of_sheets()]
    return [each for each in counted if each[None] < 0.5 * each.total()]


def _shaken(rng: random.Random, field: str, codes: type) -> tuple[list[Any], list[float]]:
    """Give each code a weight around its share in one of the sheets (2); a code that is missing there is rare."""
    counted = rng.choice(_recorded(field))
    every: list[Any] = list(codes)  # type: ignore[call-overload]
    return every, [rng.gammavariate(0.1 + 20 * counted[code] / counted.total(), 1) for code in every]


def _bursts(rng: random.Random, roster: int) -> list[int]:
    """Tell how many check-ins after incidents each month has (3)."""
    found = [0] * (MONTHS + 1)
    for number in range(MONTHS):
        for _ in range(_poisson(rng, _INCIDENTS_A_YEAR / 12)):
            reached = round(roster * rng.uniform(0.1, 0.33) / max(1.0, log(roster, 50)) ** 2)
            found[number] += reached * 2 // 3
            found[number + 1] += reached - reached * 2 // 3
    return found


def _contact(
    rng: random.Random,
    number: int,
    roster: int,
    weights: Mapping[str, tuple[list[Any], list[float]]],
    related: float | None,
) -> Encounter:
    """Make a contact of a month; without a share that is related to incidents, it is one of a burst."""
    begun, over = month(FIRST_MONTH + number), month(FIRST_MONTH + number + 1)
    said = {field: rng.choices(codes, of)[0] for field, (codes, of) in weights.items()}
    if related is None:
        said["activation_type"] = ActivationType.POST_INCIDENT_CHECK_IN
        if rng.random() < 0.8:
            said["kind"] = SupportKind.CRITICAL_INCIDENT
    occurred = begun + (over - begun) * rng.random()
    return Encounter(
        occurred,
        b"",
        **said,
        participants=None if said["mode"] is Mode.GROUP_SESSION else 1,
        referrals=rng.choice(_referred()),
        follow_up_due=(occurred + timedelta(days=7)).date() if rng.random() < _CHECK_IN else None,
        is_incident_related=related is None or rng.random() < related,
        member_id=rng.randrange(roster).to_bytes(16, "big") if rng.random() < _MEMBER_CODE else None,
    )


@cache
def _referred() -> list[tuple[Referral, ...]]:
    return [contact.referrals for sheet in agencies_of_sheets() for contact in sheet.contacts]


def _beside(rng: random.Random, contact: Encounter) -> Iterator[tuple[datetime, int, int]]:
    if contact.follow_up_due is not None:
        due = datetime.combine(contact.follow_up_due, datetime.min.time(), UTC)
        yield due, ON_TIME, _row(rng, _ON_TIME_WEIGHTS)
        yield due + timedelta(days=rng.randrange(21)), OUTCOMES, _row(rng, _OUTCOME_WEIGHTS)
    if rng.random() < _RATING:
        yield contact.occurred_at, RATINGS, _row(rng, _RATING_WEIGHTS)


def _row(rng: random.Random, weights: Sequence[int]) -> int:
    return rng.choices(range(1, len(weights) + 1), weights)[0]


def _supporters(rng: random.Random, roster: int) -> list[tuple[int, int, int, int]]:
    designated = max(2, round(roster * rng.uniform(0.04, 0.1)))
    found = []
    for _ in range(MONTHS):
        paused = sum(rng.random() < 0.08 for _ in range(designated))
        trained = sum(rng.random() < 0.9 for _ in range(designated))
        found.append((designated, designated - paused, paused, trained))
    return found


def _poisson(rng: random.Random, mean: float) -> int:
    """Count arrivals of a unit of time."""
    count, passed = 0, rng.expovariate(1)
    while passed < mean:
        count, passed = count + 1, passed + rng.expovariate(1)
    return count
