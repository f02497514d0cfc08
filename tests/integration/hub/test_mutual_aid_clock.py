"""What the clock does to requests for peers, what a group of commands and a late signature do, on both databases."""

from datetime import timedelta

from common.wire.times import timestamp
from common.wire.v1.codes_pb2 import Discipline, Outcome, PeerAidStatus
from hub.domain.mutual_aid import FILL_WITHIN
from hub.use_cases.mutual_aid import tell_live_requests
from tests.aid_region import ID, AidRegion
from tests.builders import NOON, peer_aid_report, peer_command, peer_request

APPLIED = Outcome.OUTCOME_APPLIED
TRANSITION = Outcome.OUTCOME_REFUSED_TRANSITION
UNKNOWN = Outcome.OUTCOME_REFUSED_UNKNOWN_REQUEST
OPEN, FILLED, UNABLE, RELEASED = (
    PeerAidStatus.PEER_AID_STATUS_OPEN,
    PeerAidStatus.PEER_AID_STATUS_FILLED,
    PeerAidStatus.PEER_AID_STATUS_UNABLE_TO_FILL,
    PeerAidStatus.PEER_AID_STATUS_RELEASED,
)


def test_rule_5_after_48_hours_what_was_matched_stands_and_at_its_end_it_is_released(aid: AidRegion) -> None:
    fire, ems, jail = aid.world.fire, aid.world.ems, aid.jail
    aid.say(fire, peer_request(ID, 5))
    aid.say(ems, peer_command("offer", ID, 2))

    aid.world.now = NOON + FILL_WITHIN - timedelta(seconds=1)
    assert aid.tick() == 0
    aid.world.now = NOON + FILL_WITHIN
    assert aid.tick() == 1
    assert aid.tick() == 0
    assert aid.last(fire) == aid.last(jail) == (UNABLE, 2, {ems.id: 2})
    assert aid.say(jail, peer_command("offer", ID, 3)) == (TRANSITION,)

    aid.world.now = NOON + timedelta(days=7)
    assert aid.tick() == 1
    assert aid.last(ems) == (RELEASED, 2, {ems.id: 2})
    assert aid.stored().due_at is None
    assert [notice.version for notice in aid.told(jail)] == [1, 2, 3, 4]


def test_rule_5_a_command_after_the_48_hours_finds_them_passed_although_no_tick_came(aid: AidRegion) -> None:
    fire, ems = aid.world.fire, aid.world.ems
    aid.say(fire, peer_request(ID, 5))
    aid.world.now = NOON + FILL_WITHIN

    assert aid.say(ems, peer_command("offer", ID, 5)) == (TRANSITION,)

    assert aid.last(fire) == aid.last(ems) == (UNABLE, 0, {})
    assert aid.tick() == 0


def test_rule_5_the_longest_due_is_done_first_and_no_more_than_asked_for(aid: AidRegion) -> None:
    ids = [bytes([number]) * 16 for number in (9, 5, 7)]
    for hours, id_ in enumerate(ids, 1):
        aid.say(aid.world.fire, peer_request(id_, until=timestamp(NOON + timedelta(hours=hours))))
    aid.world.now = NOON + timedelta(hours=4)

    assert [aid.tick(limit=2), aid.tick(limit=2)] == [2, 1]

    ended = [notice.request_id for notice in aid.told(aid.world.ems) if notice.status == RELEASED]
    assert ended == ids


def test_a_request_that_changes_many_times_in_a_group_is_told_once_as_it_is_then(aid: AidRegion) -> None:
    world = aid.world

    world.push(
        world.ledger.batch(peer_aid_report(peer_request(ID, 5))),
        world.other.batch(*(peer_aid_report(peer_command("offer", ID, count)) for count in (2, 5))),
    )

    (told,) = aid.told(aid.jail)
    assert (told.status, told.version) == (FILLED, 3)


def test_a_hub_that_remembers_nothing_answers_alike(aid: AidRegion) -> None:
    fire, ems, jail = aid.world.fire, aid.world.ems, aid.jail
    incident = aid.open_incident([fire, ems, jail])
    for by, command in (
        (fire, peer_request(ID, 5, incident_id=incident.id, disciplines=[Discipline.DISCIPLINE_CORRECTIONS])),
        (jail, peer_command("offer", ID, 2)),
        (ems, peer_command("offer", ID, 2)),
        (fire, peer_command("release", ID)),
    ):
        aid.world.memory.forget()
        aid.say(by, command)

    assert [notice.status for notice in aid.told(jail)] == [OPEN, OPEN, RELEASED]
    assert sorted(outcome for _, _, outcome in aid.world.reports()) == [APPLIED] * 3 + [UNKNOWN]


def test_an_agency_that_signs_later_is_told_what_is_live(aid: AidRegion) -> None:
    jail = aid.jail
    aid.unsign(jail)
    ended = b"\x02" * 16
    aid.say(aid.world.fire, peer_request(ID), peer_request(ended), peer_command("release", ended))

    aid.sign(jail)
    aid.command(lambda tx: tell_live_requests([jail.id], tx, NOON))

    assert [(notice.request_id, notice.version) for notice in aid.told(jail)] == [(ID, 1)]
    assert len(aid.told(aid.world.ems)) == 2
    assert aid.say(jail, peer_command("offer", ID, 1)) == (APPLIED,)
