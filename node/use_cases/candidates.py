"""The agency's supporters, as the rules of eligibility see them, from what the node holds now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from common.access.users import list_users
from node.domain.candidate import Standing, candidate_of, unreadable
from node.domain.eligibility import Candidate, Case, Eligibility, judge
from node.domain.jurisdiction import Law
from node.domain.member import Member
from node.domain.policy import in_force
from node.persistence import incidents, policies, supporters
from node.persistence.access import ACCESS
from node.persistence.bodies import Flagged
from node.persistence.incident_rosters import Recorded
from node.persistence.local_follow_ups import count_open
from node.persistence.supporters import StoredSupporter
from node.use_cases.incident_rosters import read_roster
from node.vault.vault import Vault


@dataclass(frozen=True)
class Here:
    """What this node judges with."""

    vault: Vault
    law: Law
    zone: ZoneInfo

    def day_of(self, moment: datetime) -> date:
        """Give the day that a moment falls on where the agency is."""
        return moment.astimezone(self.zone).date()


@dataclass(frozen=True)
class About:
    """What a follow-up is about.

    Args:
        incident_id: None for none.
        person: whom it is about, where this node knows that.
        opened_at: when it was opened.
    """

    incident_id: bytes | None
    person: Member | None
    opened_at: datetime


def own_case(connection: Connection, about: About, here: Here) -> Case:
    """Give the case of a follow-up that this agency opened."""
    incident = None if about.incident_id is None else incidents.find_incident(connection, about.incident_id)
    return Case(
        began_on=here.day_of(about.opened_at if incident is None else incident.started_at),
        has_incident=incident is not None,
        own=here.law.own,
        origin=here.law.own,
        opened_by="",
        roster_known=bool(_recorded(connection, about, here, ())),
    )


def judge_case(connection: Connection, case: Case, about: About, here: Here, now: datetime) -> Eligibility:
    """Judge this agency for a case, with every supporter of its roster."""
    return judge(case, [each for _, each in list_candidates(connection, about, here, now)])


def list_candidates(connection: Connection, about: About, here: Here, now: datetime) -> list[tuple[bytes, Candidate]]:
    """List every supporter as the rules see them, by id; nobody, while no roster is kept here."""
    today = here.day_of(now)
    stored = [each for each in supporters.list_supporters(connection, here.vault) if not _is_erased(each)]
    ids = [each.id for each in stored]
    recorded, loads = _recorded(connection, about, here, ids), count_open(connection)
    required, acknowledged = in_force(policies.list_policies(connection), today), acknowledged_by(connection, ids)

    def seen(each: StoredSupporter) -> Candidate:
        if isinstance(each.supporter, Flagged):
            return unreadable(each.id.hex()[:8])
        there = recorded.get(each.id)
        presence, is_altered = (None, False) if there is None else (there.presence, there.is_altered)
        standing = Standing(acknowledged[each.id], loads.get(each.id, 0), presence, is_altered)
        return candidate_of(each.supporter, standing, required, about.person, today, now)

    return [(each.id, seen(each)) for each in stored]


def acknowledged_by(connection: Connection, supporter_ids: Iterable[bytes]) -> Mapping[bytes, set[tuple[str, int]]]:
    """Give what each supporter acknowledged: on paper under their code, or signed in as the user that they are."""
    known = known_as(connection, supporter_ids)
    had = policies.acknowledged_by(connection, [who for all_of in known.values() for who in all_of])
    return {id_: {key for who in all_of for key in had.get(who, {})} for id_, all_of in known.items()}


def known_as(connection: Connection, supporter_ids: Iterable[bytes]) -> Mapping[bytes, set[bytes]]:
    """Give the ids under which each supporter acknowledges: their own, and the user's that they are."""
    known = {id_: {id_} for id_ in supporter_ids}
    for user in list_users(ACCESS, connection):
        if user.supporter_id in known:
            known[user.supporter_id].add(user.id)
    return known


def _recorded(connection: Connection, about: About, here: Here, ids: Iterable[bytes]) -> dict[bytes, Recorded]:
    if about.incident_id is None:
        return {}
    found = read_roster(connection, here.vault, about.incident_id, ids)
    return {each.supporter_id: each for each in found}


def _is_erased(stored: StoredSupporter) -> bool:
    return isinstance(stored.supporter, Flagged) and stored.supporter.is_erased
