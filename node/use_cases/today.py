"""What a coordinator should see to: one read of everything that is due, late, unassigned, lapsing or waiting.

No member stands in it: codes of check-ins, supporters and resources, and counts.

Source: DOMAIN.md 3, "Also at the node".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from sqlalchemy import Connection

from common.followup.reference import reference_of, spaced
from node.domain.jurisdiction import Pack
from node.domain.local_follow_up import LocalFollowUp
from node.domain.policy import in_force, lacking
from node.domain.resource import Resource
from node.domain.supporter import Supporter, Topic, Training
from node.persistence import disclosures, high_loads, local_follow_ups, policies, resources
from node.persistence.follow_up_lists import Needed, list_needed
from node.persistence.local_follow_ups import Pressing
from node.persistence.membership import get_membership
from node.use_cases.local_follow_ups import believed
from node.use_cases.supporters import roster
from node.vault.vault import Vault

EXPIRES_WITHIN = timedelta(days=60)
DUE_WITHIN = timedelta(days=1)
_MOST, _MOST_PRESSING = 5_000, 500


@dataclass(frozen=True)
class Lapsing:
    """A training of a supporter that ends soon, or has ended."""

    supporter: str
    topic: Topic
    expires_on: date


@dataclass(frozen=True)
class HighLoad:
    """A supporter whose caseload has been full for a while."""

    supporter: str
    load: int
    cap: int
    since: datetime


@dataclass(frozen=True)
class Offer:
    """A follow-up that another agency offers to this one."""

    reference: str
    accept_by: datetime | None


@dataclass(frozen=True)
class Today:
    """Everything that a coordinator should see to."""

    overdue: tuple[LocalFollowUp, ...]
    due: tuple[LocalFollowUp, ...]
    unassigned: tuple[LocalFollowUp, ...]
    flagged: int  # check-ins that cannot be believed
    high_loads: tuple[HighLoad, ...]
    lapsing: tuple[Lapsing, ...]
    policies: Mapping[str, tuple[str, ...]]  # by supporter: what they have not acknowledged
    notices_owed: tuple[datetime, ...]  # after disclosures: until when each is due, and no more
    without_first_notice: int  # members with an open check-in, where the law asks for a notice before
    resources: tuple[Resource, ...]  # to be checked
    offers: tuple[Offer, ...]


def today(
    connection: Connection,
    vault: Vault,
    pack: Pack,
    zone: tzinfo,
    high_for: timedelta,
    now: datetime,
    *,
    has_hub: bool,
    is_brief: bool = False,
) -> Today:
    """Read all of it; briefly, as a page asks: of check-ins only what is pressing is opened, and counted as flagged."""
    on, people = now.astimezone(zone).date(), roster(connection, vault)
    in_office = {id_: each for id_, each in people.items() if each.is_in_office(on)}
    pressing = Pressing(now + DUE_WITHIN, in_office) if is_brief and not pack.notice_before_first_session else None
    limit = _MOST if pressing is None else _MOST_PRESSING
    stored = local_follow_ups.list_follow_ups(connection, vault, pressing=pressing, limit=limit)
    held = believed(stored)
    return Today(
        overdue=tuple(each for each in held if each.is_overdue(now)),
        due=tuple(each for each in held if now <= each.due_at <= now + DUE_WITHIN),
        unassigned=tuple(each for each in held if each.supporter_id not in in_office),
        flagged=len(stored) - len(held),
        high_loads=tuple(_high_loads(connection, in_office, high_for, now)),
        lapsing=tuple(_lapsing(in_office, on)),
        policies=_outstanding(connection, in_office, on),
        notices_owed=tuple(disclosures.notices_owed(connection)),
        without_first_notice=_without_first_notice(connection, vault, held) if pack.notice_before_first_session else 0,
        resources=tuple(each for each in resources.list_resources(connection) if each.needs_check(on)),
        offers=tuple(_offers(connection, now)) if has_hub else (),
    )


def keep_loads(connection: Connection, vault: Vault, now: datetime) -> None:
    """Take down whose caseload is full now: what the scheduler does, and whoever looks at today."""
    loads = local_follow_ups.count_open(connection)
    full = [id_ for id_, each in roster(connection, vault).items() if each.is_at_cap(loads.get(id_, 0))]
    high_loads.keep_high_loads(connection, full, now)


def _high_loads(
    connection: Connection, people: Mapping[bytes, Supporter], high_for: timedelta, now: datetime
) -> list[HighLoad]:
    loads, since = local_follow_ups.count_open(connection), high_loads.high_loads(connection)
    return [
        HighLoad(each.code, loads.get(id_, 0), each.cap, since[id_])
        for id_, each in people.items()
        if id_ in since and each.cap is not None and now >= since[id_] + high_for
    ]


def _lapsing(people: Mapping[bytes, Supporter], on: date) -> list[Lapsing]:
    found = [
        Lapsing(each.code, topic, expires_on)
        for each in people.values()
        for topic in Topic
        if (expires_on := _ends(each.trainings, topic)) is not None and expires_on <= on + EXPIRES_WITHIN
    ]
    return sorted(found, key=lambda each: (each.expires_on, each.supporter, each.topic))


def _ends(trainings: tuple[Training, ...], topic: Topic) -> date | None:
    """Tell when the last training in a topic ends; None: never, or there was none."""
    held = [each for each in trainings if each.topic is topic]
    if not held or any(each.expires_on is None for each in held):
        return None
    return max(each.expires_on for each in held if each.expires_on is not None)


def _outstanding(connection: Connection, people: Mapping[bytes, Supporter], on: date) -> dict[str, tuple[str, ...]]:
    required = in_force(policies.list_policies(connection), on)
    had = policies.acknowledged_by(connection, people)
    missing = {each.code: lacking(required, had.get(id_, {}).keys()) for id_, each in people.items()}
    return {code: tuple(policy.name for policy in some) for code, some in missing.items() if some}


def _without_first_notice(connection: Connection, vault: Vault, held: list[LocalFollowUp]) -> int:
    about = {each.member_id for each in held if each.member_id is not None}
    return len(about - disclosures.has_first_notice(connection, vault, about))


def _offers(connection: Connection, now: datetime) -> list[Offer]:
    own = get_membership(connection).agency_id
    return [
        Offer(spaced(reference_of(each.state.id)), each.state.accept_by)
        for each in list_needed(connection, own, Needed.OFFERS, now, _MOST)[0]
    ]
