"""A hub as it is after years: 500 agencies, 5,000 follow-ups, 200 incidents, twelve quarters that they reported for."""

import asyncio
import os
import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from common.access import managing, users
from common.access.roles import Role
from common.access.session_rows import open_session
from common.agreement.terms import DEFAULT_TERMS
from common.followup.state import AT_REGION, CLOSED, NOT_ESCALATED, OFFERED, OPEN, FollowUp
from common.ids import new_id
from common.wire.v1.codes_pb2 import (
    ActivationStatus,
    CohortBand,
    FollowUpOutcome,
    FollowUpVerb,
    IncidentStatus,
    IncidentType,
    PeerAidStatus,
)
from hub.domain.activation import Activation
from hub.domain.credential import Invitation
from hub.domain.incident import Incident
from hub.domain.mutual_aid import PeerOffer, PeerRequest
from hub.persistence import agencies, agreements, follow_ups, incidents, invitations, mutual_aid
from hub.persistence.access import ACCESS
from hub.persistence.agreements import AgreementSignature
from hub.persistence.follow_ups import Change
from hub.persistence.transaction import Transaction
from hub.process import Hub, open_hub
from hub.use_cases.agreements import publish
from tests.bench.filling import fill
from tests.bench.region import Region
from tests.bench.region_report import fill_releases, make_editions, opened_window

FOLLOW_UPS, INCIDENTS, LARGE, SOME, QUARTERS, REPORTS, AIDS = 5_000, 200, 1_500, 40, 12, 100_000, 200
ROLES = (Role.REGIONAL_COORDINATOR, Role.BOARD, Role.OPERATOR, Role.AUDITOR)


def fill_hub(region: Region) -> None:
    """Fill the store of a stopped hub, whose members have joined."""
    fill(region, REPORTS)
    every = region.work(_fill)
    _fill_report(region, every)


def sign_in(region: Region) -> dict[Role, str]:
    """Open a session for each role; give the tokens."""

    def opened(_: Hub, tx: Transaction) -> dict[Role, str]:
        def token(role: Role) -> str:
            user = users.get(ACCESS, tx.connection, role.value)
            return open_session(ACCESS, tx.connection, user.id, "password", None, tx.now)

        return {role: token(role) for role in ROLES}

    return region.work(opened)


def _fill(_: Hub, tx: Transaction) -> list[bytes]:
    rng, now, connection = random.Random(6), tx.now, tx.connection
    every = [each.id for each in agencies.list_agencies(connection)]
    for number in range(3):
        terms = publish(f"Region agreement {number}", DEFAULT_TERMS, now + timedelta(seconds=number), tx, now)
        signed = [AgreementSignature(terms.version, id_, 1, bytes(64), now) for id_ in every]
        agreements.add_signatures(connection, signed)
    known = [_incident(every, now - timedelta(days=number), number) for number in range(INCIDENTS)]
    for incident in known:
        incidents.add_incident(connection, incident, [_line(rng, incident, id_) for id_ in incident.agency_ids])
    made = [_follow_up(rng, known[1 if n < LARGE else rng.randrange(INCIDENTS)], every, now) for n in range(FOLLOW_UPS)]
    follow_ups.add_follow_ups(connection, made)
    follow_ups.add_changes(connection, [_change(each, version) for each in made for version in range(1, 5)])
    asked = [(None, _aid(rng, every, now, number)) for number in range(AIDS)]
    mutual_aid.save_requests(connection, asked)
    for id_ in every[:AIDS]:
        invitations.add_invitation(connection, Invitation(os.urandom(32), id_, now, now + timedelta(hours=1)))
    for role in ROLES:
        managing.add_user(ACCESS, connection, now, "bench", role.value, frozenset({role}))
    return every


def _incident(every: Sequence[bytes], at: datetime, number: int) -> Incident:
    is_open = number < 20
    return Incident(
        new_id(at),
        IncidentType.INCIDENT_TYPE_STRUCTURE_FIRE,
        f"Fire {number}",
        IncidentStatus.INCIDENT_STATUS_OPEN if is_open else IncidentStatus.INCIDENT_STATUS_CLOSED,
        (),
        at,
        at,
        1,
        tuple(every if number == 0 else every[:SOME]),
        closed_at=None if is_open else at + timedelta(hours=8),
    )


def _line(rng: random.Random, incident: Incident, agency_id: bytes) -> Activation:
    status, at = ActivationStatus.ACTIVATION_STATUS_ACTIVE, incident.opened_at
    return Activation(incident.id, agency_id, status, at, 2, supporters_deployed=rng.randrange(9), first_active_at=at)


def _follow_up(rng: random.Random, incident: Incident, every: Sequence[bytes], now: datetime) -> FollowUp:
    at, owner, ended = incident.opened_at, rng.choice(every), rng.random() < 0.2
    is_offered, is_late = not ended and rng.random() < 0.3, rng.random() < 0.2
    later = now + timedelta(days=rng.randrange(3, 60))
    return FollowUp(
        new_id(at), incident.id, rng.choice(every), owner, 4, CLOSED if ended else OPEN, CohortBand.COHORT_BAND_1, at,
        at, agreement_version=1, offer=OFFERED if is_offered else 1, offered_to=(rng.choice(every),),
        accept_by=later if is_offered else None, escalation=AT_REGION if is_late and not ended else NOT_ESCALATED,
        escalate_at=None if ended else later, contact_by=later,
        outcome=FollowUpOutcome.FOLLOW_UP_OUTCOME_COMPLETED if ended else None, closed_at=now if ended else None,
    )  # fmt: skip


def _change(of: FollowUp, version: int) -> Change:
    verb = FollowUpVerb.FOLLOW_UP_VERB_OPEN if version == 1 else FollowUpVerb.FOLLOW_UP_VERB_OFFER
    at = of.opened_at + timedelta(minutes=version)
    return Change(of.opened_at, of.id, version, at, verb, of.origin, None, of.accountable, OPEN, 1, 1)


def _aid(rng: random.Random, every: Sequence[bytes], now: datetime, number: int) -> PeerRequest:
    offers = tuple(PeerOffer(id_, 2) for id_ in rng.sample(every, 5))
    status = PeerAidStatus.PEER_AID_STATUS_OPEN if number < SOME else PeerAidStatus.PEER_AID_STATUS_RELEASED
    until = now + timedelta(days=7)
    return PeerRequest(new_id(now), rng.choice(every), None, 20, (), (), until, status, 1, now, offers)


def _fill_report(region: Region, every: Sequence[bytes]) -> None:
    """Have every agency have reported for twelve quarters, and the region's figures be made of them."""
    windows, hub = [opened_window(number) for number in range(QUARTERS)], open_hub(region.data)
    try:
        fill_releases(hub.store, windows, every)
        make_editions(hub.store, windows[-1].release_by + timedelta(days=30))
    finally:
        asyncio.run(hub.stop())
