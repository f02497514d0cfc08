"""A node as it is after years: 100,000 encounters, 5,000 check-ins, 5,000 shared follow-ups, 100,000 reports that left.

It joined a region, and its hub is away while it is measured: nothing of what is made up here is sent.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from common.access import managing, users
from common.access.person import Person
from common.access.roles import Action, Role
from common.access.session_rows import open_session
from common.agreement.encoding import encode_terms
from common.agreement.terms import DEFAULT_TERMS
from common.followup.state import FollowUp
from common.ids import new_id
from common.wire.v1.codes_pb2 import (
    OUTCOME_APPLIED,
    ActivationStatus,
    CohortBand,
    Discipline,
    IncidentStatus,
    IncidentType,
)
from common.wire.v1.report_pb2 import Report
from node.domain.activation import BoardLine, Counts
from node.domain.agreement import Agreement
from node.domain.directory import DirectoryEntry
from node.domain.follow_up import KnownFollowUp
from node.domain.incident import Incident
from node.domain.member import Member
from node.opened import OpenNode
from node.operations import GUARDED
from node.persistence import agreements, directory, follow_ups, incidents, outbox
from node.persistence.access import ACCESS
from node.persistence.streams import get_current_stream, set_next_sequence, set_sent_through
from node.use_cases import local_follow_ups, members
from node.use_cases.doing import Doing
from node.use_cases.local_follow_ups import NewFollowUp
from node.use_cases.outbox import append
from tests.bench.records import CHUNK, HELD, Records
from tests.builders import activation_report, capacity_report
from tests.coordinating import command
from tests.local_node import person

MEMBERS, CHECK_INS, SHARED, LEFT, AGENCIES, INCIDENTS = 3_000, 5_000, 5_000, 100_000, 500, 60
BATCH, SOME, YEARS = 200, 40, timedelta(days=730)
ROLES = (Role.SUPPORTER, Role.COORDINATOR, Role.CLINICIAN, Role.LEADER, Role.AUDITOR, Role.OPERATOR)


def fill_node(data: Path) -> None:
    """Fill the store of a node that has just joined, and is stopped."""
    with OpenNode(data) as node:
        records, own = Records(node, node.clock.now()), node.membership().agency_id
        _fill_records(records)
        _fill_program(records)
        others = [own, *(records.random.randbytes(16) for _ in range(AGENCIES - 1))]
        known = _fill_region(records, others)
        _fill_shared(records, others, known)
        _fill_left(records, known)


def sign_in(data: Path) -> dict[Role, str]:
    """Open a session for each role; give the tokens."""
    with OpenNode(data) as node:
        now = node.clock.now()

        def opened(role: Role) -> str:
            return node.write(
                "users", lambda c: open_session(ACCESS, c, users.get(ACCESS, c, role.value).id, "password", None, now)
            )

        return {role: opened(role) for role in ROLES}


def _fill_records(records: Records) -> None:
    node, now, pick = records.node, records.now, records.random.choice
    given = [Member("", f"{pick('ABCDEFGH')}nn{number} {pick('KLMNOP')}erson") for number in range(MEMBERS)]
    add = partial(
        members.add_members, vault=node.vault, actor="bench", action=Action.CHANGE_ROSTER, given=given, now=now
    )
    records.about = [each.id for each in node.write("bench", add)]
    for added in range(0, HELD, CHUNK):  # as the years went on, and so its lines in the trail
        records.now = now - YEARS * (1 - (added + CHUNK) / HELD)
        records.add([records.encounter() for _ in range(CHUNK)])
    records.now = now
    doing = Doing.of(person(Role.COORDINATOR, name="kim"), Action.ASSIGN_FOLLOW_UP, now)
    for _ in range(0, CHECK_INS, BATCH):
        some = [_check_in(records) for _ in range(BATCH)]
        open_ = partial(local_follow_ups.open_follow_ups, vault=node.vault, doing=doing, given=some)
        node.write("bench", partial(open_, pack=node.settings.pack, zone=node.settings.zone))
    for role in ROLES:
        supporter_id = records.people[0].supporter_id if role is Role.SUPPORTER else None
        add_user = partial(managing.add_user, ACCESS, now=now, by="bench", name=role.value, roles=frozenset({role}))
        node.write("bench", partial(add_user, supporter_id=supporter_id))


def _check_in(records: Records) -> NewFollowUp:
    due = records.now + timedelta(hours=records.random.randrange(-240, 24 * 60))
    owner = None if records.random.random() < 0.05 else records.random.choice(records.people).supporter_id
    return NewFollowUp(due, owner, records.random.choice(records.about))


def _fill_program(records: Records) -> None:
    """Publish, train, ask and disclose as people do, by the operations that they ask for."""
    node = records.node
    by = {role: _user(node, role) for role in ROLES}

    def do(name: str, role: Role, /, **said: object) -> object:
        return GUARDED[name].do(node, by[role], said)

    for number in range(10):
        do(
            "policy_publish",
            Role.COORDINATOR,
            policy=f"policy-{number}",
            title=f"Policy {number}",
            text="Be kind.\n" * 40,
        )
    for number in range(SOME):
        do("resource_add", Role.COORDINATOR, kind="chaplain", name=f"Chaplain {number}", reach=f"555 01{number:02}")
        do("disclosure_record", Role.CLINICIAN, reason="court_order", told=["court"], member=f"M-{number + 1}")
        topics = ["self_care", "confidentiality"]
        do("supporter_train", Role.COORDINATOR, supporter=f"S-{number + 1}", topic=topics, completed="2026-01-05")
        do("api_token_add", Role.OPERATOR, name=f"cad-{number}", may=["read_incidents"])


def _user(node: OpenNode, role: Role) -> Person:
    found = node.read(lambda c: users.get(ACCESS, c, role.value))
    return Person(found.id, found.name, found.roles, found.supporter_id, None)


def _fill_region(records: Records, agencies: Sequence[bytes]) -> list[Incident]:
    """Have the hub have told of its directory, its agreements and its incidents."""
    node, now = records.node, records.now
    entries = [
        DirectoryEntry(id_, f"Agency {number}", Discipline.DISCIPLINE_FIRE, "default", "555 0100", True)
        for number, id_ in enumerate(agencies)
    ]
    node.write("bench", partial(directory.replace_directory, entries=entries, version=1))
    for version in (1, 2, 3):
        terms, since = encode_terms(DEFAULT_TERMS), now - timedelta(days=100 - version)
        told = Agreement(version, new_id(now), "Region agreement", terms, DEFAULT_TERMS, since, frozenset(agencies))
        node.write("bench", partial(agreements.save_agreement, agreement=told))
    known = [_incident(agencies, now - timedelta(days=number), number) for number in range(INCIDENTS)]
    for each in known:
        node.write("bench", partial(_tell, each))
    return known


def _incident(agencies: Sequence[bytes], at: datetime, number: int) -> Incident:
    status = IncidentStatus.INCIDENT_STATUS_OPEN if number < 10 else IncidentStatus.INCIDENT_STATUS_CLOSED
    kind = IncidentType.INCIDENT_TYPE_STRUCTURE_FIRE
    taking_part = tuple(agencies if number == 0 else agencies[:SOME])
    return Incident(new_id(at), kind, f"Fire {number}", status, at, at, 1, taking_part, (), None, ())


def _tell(incident: Incident, connection: object) -> None:
    incidents.save_incident(connection, incident)  # type: ignore[arg-type]
    for id_ in incident.agency_ids:
        line = BoardLine(
            incident.id, id_, ActivationStatus.ACTIVATION_STATUS_ACTIVE, None, Counts(), incident.opened_at, 1
        )
        incidents.save_line(connection, line)  # type: ignore[arg-type]


def _fill_shared(records: Records, agencies: Sequence[bytes], known: Sequence[Incident]) -> None:
    """Have the hub have told of shared follow-ups; a third is this agency's own."""
    made, rng = [], records.random
    for _ in range(SHARED):
        incident, at = rng.choice(known), records.now - timedelta(hours=rng.randrange(1, 2_000))
        owner = agencies[0] if rng.random() < 0.3 else rng.choice(agencies)
        state = FollowUp(
            new_id(at), incident.id, agencies[0], owner, 1, 1, CohortBand.COHORT_BAND_1, at, at,
            agreement_version=3, contact_by=at + timedelta(days=rng.randrange(80)),
        )  # fmt: skip
        made.append(KnownFollowUp(state, "", "555 0100", 1))

    def save(connection: object) -> None:
        for each in made:
            follow_ups.save_follow_up(connection, each)  # type: ignore[arg-type]

    records.node.write("bench", save)


def _fill_left(records: Records, known: Sequence[Incident]) -> None:
    """Have reports have left, and the hub have taken them."""
    node, now = records.node, records.now
    build: list[Callable[[datetime], Report]] = [
        lambda at: activation_report(records.random.choice(known).id, at=at),
        lambda at: capacity_report(at=at),
        lambda at: command("first_contact", new_id(at), 1, at=at),
    ]
    for first in range(0, LEFT, BATCH):
        at = now - timedelta(minutes=LEFT - first)
        reports = [records.random.choice(build)(at) for _ in range(BATCH)]
        node.write("bench", partial(append, reports=reports, key=node.bound_key, now=at))
    stream = node.read(get_current_stream)

    def take(connection: object) -> None:
        every = range(1, stream.head + 1)
        outbox.set_outcomes(connection, stream.stream_id, dict.fromkeys(every, OUTCOME_APPLIED), now)  # type: ignore[arg-type]
        set_sent_through(connection, stream.stream_id, stream.head)  # type: ignore[arg-type]
        set_next_sequence(connection, stream.stream_id, stream.head + 1)  # type: ignore[arg-type]

    node.write("bench", take)
