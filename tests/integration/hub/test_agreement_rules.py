"""What goes by the agreement in force, on both databases: who is asked to activate, who sees counts, who is told."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from common.agreement.terms import Terms
from common.storage.store import Store
from common.wire.times import moment
from common.wire.v1.codes_pb2 import ActivationStatus, CountBand, DeclineReason, IncidentType
from common.wire.v1.notice_pb2 import ActivationBoardNotice, IncidentNotice, Notice
from hub.domain.incident import Incident
from hub.persistence import incidents, mailbox
from hub.persistence.transaction import Transaction
from hub.use_cases.agreements import publish
from hub.use_cases.enrollment import Joining, join
from hub.use_cases.incidents import NewIncident, open_incident
from tests.agreements import FIRE_PROTOCOL, HIDDEN, TERMS, published
from tests.builders import NOON, activation_report
from tests.enrolling import EnrollingHub, NodeKeys
from tests.intake_world import World

FIRE, FLOOD = IncidentType.INCIDENT_TYPE_STRUCTURE_FIRE, IncidentType.INCIDENT_TYPE_DISASTER
LATER = NOON + timedelta(days=30)


def opened(world: World, type_: IncidentType, now: datetime = NOON) -> Incident:
    """An incident of both agencies, as the store has it afterwards."""
    world.memory.forget()
    with world.store.begin() as connection:
        tx = Transaction(connection, now, world.memory)
        incident = open_incident(NewIncident(type_, "Mill", [world.fire.slug, world.ems.slug], NOON), tx, now)
        tx.deliver()
    world.memory.forget()
    with world.store.read() as connection:
        return incidents.get_board(connection, incident.id)[0]


def told_opening(world: World) -> IncidentNotice:
    return world.mail(world.ems.id)[-1].incident_opened


def boards(world: World, agency_id: bytes) -> list[ActivationBoardNotice]:
    return [notice.activation_board for notice in world.mail(agency_id) if notice.HasField("activation_board")]


def test_an_incident_asks_the_disciplines_that_its_types_protocol_names(world: World) -> None:
    published(world, TERMS)

    incident = opened(world, FIRE)

    by = NOON + FIRE_PROTOCOL.activate_within
    assert (incident.asked, incident.activate_by) == (FIRE_PROTOCOL.asked, by)
    assert (tuple(told_opening(world).asked), moment(told_opening(world).activate_by)) == (FIRE_PROTOCOL.asked, by)


def test_a_type_without_a_protocol_and_a_region_without_an_agreement_ask_nobody(world: World) -> None:
    before_any = opened(world, FIRE)
    published(world, TERMS)
    of_another_type = opened(world, FLOOD)

    for incident in (before_any, of_another_type):
        assert (incident.asked, incident.activate_by) == ((), None)
    assert not told_opening(world).HasField("activate_by")


def test_the_protocol_is_that_of_the_agreement_in_force_when_the_incident_was_opened(world: World) -> None:
    published(world, TERMS)
    published(world, Terms(), LATER)

    assert opened(world, FIRE, LATER - timedelta(seconds=1)).asked == FIRE_PROTOCOL.asked
    assert opened(world, FIRE, LATER).asked == ()


def test_counts_that_are_for_the_hub_are_told_to_nobody_but_it_and_the_agency_itself(world: World) -> None:
    published(world, HIDDEN)
    incident = opened(world, FIRE)
    counts: dict[str, Any] = {
        "supporters_for_mutual_aid": 2,
        "people_exposed": CountBand.COUNT_BAND_11_TO_25,
        "follow_ups_open": 0,
    }

    world.push_one(world.ledger.batch(activation_report(incident.id, **counts)))

    [own], [other] = boards(world, world.fire.id), boards(world, world.ems.id)
    assert (own.supporters_deployed, own.people_exposed) == (4, CountBand.COUNT_BAND_11_TO_25)
    assert {field.name for field, _ in other.ListFields()} == {
        "incident_id", "agency_id", "status", "changed_at", "version",
    }  # fmt: skip
    assert (other.status, other.version) == (own.status, own.version)
    with world.store.read() as connection:
        lines = {line.agency_id: line for line in incidents.get_board(connection, incident.id)[1]}
    assert lines[world.fire.id].supporters_deployed == 4


def test_why_an_agency_declined_is_no_count(world: World) -> None:
    published(world, HIDDEN)
    incident = opened(world, FIRE)
    declined: dict[str, Any] = {
        "status": ActivationStatus.ACTIVATION_STATUS_DECLINED,
        "decline_reason": DeclineReason.DECLINE_REASON_NO_CAPACITY,
    }

    world.push_one(world.ledger.batch(activation_report(incident.id, **declined)))

    assert boards(world, world.ems.id)[0].decline_reason == DeclineReason.DECLINE_REASON_NO_CAPACITY


def test_counts_are_told_to_participants_until_an_agreement_that_hides_them_holds(world: World) -> None:
    published(world, TERMS)
    published(world, HIDDEN, LATER)
    incident = opened(world, FIRE)

    for world.now in (NOON, LATER - timedelta(seconds=1), LATER):
        world.push_one(world.ledger.batch(activation_report(incident.id, at=world.now)))

    assert [line.HasField("supporters_deployed") for line in boards(world, world.ems.id)] == [True, True, False]


def test_who_joins_later_is_told_what_holds_and_what_will(store: Store, tmp_path: Path) -> None:
    hub = EnrollingHub(store, tmp_path)
    for version in range(4):  # at noon, and ten, twenty and thirty days after it
        begins = NOON + timedelta(days=10 * version)
        hub.write(lambda tx, now, begins=begins: publish("Ours", TERMS, begins, tx, now))  # type: ignore[misc]
    hub.wait(days=15)
    invited, node = hub.invite(), NodeKeys()

    def joins(tx: Transaction, now: datetime) -> bytes:
        asked = Joining(invited.secret, node.key.public_key(), node.bound_public)
        agency_id = join(asked, hub.issuing, tx, now).agency.id
        tx.deliver()
        return agency_id

    agency_id = hub.write(joins)

    with store.read() as connection:
        mail = [Notice.FromString(body) for _, body in mailbox.read_mail(connection, agency_id, 0, 100)]
    assert [notice.agreement_published.version for notice in mail if notice.HasField("agreement_published")] == [
        2,
        3,
        4,
    ]
