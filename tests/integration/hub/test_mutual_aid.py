"""Mutual aid of peers taken in at the hub, on both databases: who is answered what, and who learns of it."""

import os
from typing import Any

import pytest

from common.wire.times import timestamp
from common.wire.v1.codes_pb2 import Discipline, IncidentStatus, Outcome, PeerAidStatus
from hub.domain.agency import Membership
from hub.domain.mutual_aid import FILL_WITHIN
from hub.persistence import agencies
from hub.use_cases.incidents import change_status
from tests.aid_region import ID, AidRegion
from tests.builders import NOON, peer_command, peer_request

APPLIED = Outcome.OUTCOME_APPLIED
TRANSITION = Outcome.OUTCOME_REFUSED_TRANSITION
UNKNOWN = Outcome.OUTCOME_REFUSED_UNKNOWN_REQUEST
OPEN, FILLED, RELEASED, WITHDRAWN = (
    PeerAidStatus.PEER_AID_STATUS_OPEN,
    PeerAidStatus.PEER_AID_STATUS_FILLED,
    PeerAidStatus.PEER_AID_STATUS_RELEASED,
    PeerAidStatus.PEER_AID_STATUS_WITHDRAWN,
)


def test_a_request_is_asked_offered_filled_and_released_and_all_are_told_each_step(aid: AidRegion) -> None:
    fire, ems, jail = aid.world.fire, aid.world.ems, aid.jail

    assert aid.say(fire, peer_request(ID, 5)) == (APPLIED,)
    assert aid.say(ems, peer_command("offer", ID, 3)) == (APPLIED,)
    assert aid.say(jail, peer_command("offer", ID, 4)) == (APPLIED,)
    assert aid.say(fire, peer_command("release", ID)) == (APPLIED,)

    steps = [(OPEN, 0), (OPEN, 3), (FILLED, 5), (RELEASED, 5)]
    for each in (fire, ems, jail):
        told = aid.told(each)
        assert [(notice.status, notice.supporters_matched) for notice in told] == steps
        assert [notice.version for notice in told] == [1, 2, 3, 4]
        assert aid.last(each)[2] == {ems.id: 3, jail.id: 2}
    assert told[0].fill_by == timestamp(NOON + FILL_WITHIN)
    assert told[0].requested_at == timestamp(NOON)
    assert [(offer.agency_id, offer.supporters, offer.matched) for offer in aid.stored().offers] == [
        (ems.id, 3, 3),
        (jail.id, 4, 2),
    ]


def test_what_a_request_says_comes_to_its_audience_as_it_was_asked(aid: AidRegion) -> None:
    incident = aid.open_incident([aid.world.fire, aid.world.ems])
    asked = peer_request(ID, 7, disciplines=[2, 5], languages=[12, 2], incident_id=incident.id)

    aid.say(aid.world.fire, asked)

    (told,) = aid.told(aid.world.fire)
    assert (told.supporters_wanted, list(told.disciplines), list(told.languages)) == (7, [2, 5], [2, 12])
    assert (told.incident_id, told.asking_agency_id, told.until) == (incident.id, aid.world.fire.id, asked.until)
    assert aid.stored().due_at == NOON + FILL_WITHIN


def test_rule_1_the_same_request_again_changes_nothing_and_another_under_its_id_is_a_duplicate(aid: AidRegion) -> None:
    fire, ems = aid.world.fire, aid.world.ems

    assert aid.say(fire, peer_request(ID), peer_request(ID)) == (APPLIED, APPLIED)
    assert aid.say(fire, peer_request(ID)) == (APPLIED,)
    assert aid.say(fire, peer_request(ID, 6)) == (Outcome.OUTCOME_REFUSED_DUPLICATE,)
    assert aid.say(ems, peer_request(ID)) == (Outcome.OUTCOME_REFUSED_DUPLICATE,)

    assert len(aid.told(ems)) == 1
    assert (aid.stored().wanted, aid.stored().version) == (5, 1)


def test_rule_1_only_a_participant_of_an_incident_that_is_not_closed_asks_for_it(aid: AidRegion) -> None:
    incident = aid.open_incident([aid.world.fire])
    asked = peer_request(ID, incident_id=incident.id)
    unknown = peer_request(ID, incident_id=os.urandom(16))

    assert aid.say(aid.world.ems, asked, unknown) == (Outcome.OUTCOME_REFUSED_UNKNOWN_INCIDENT,) * 2
    closed = IncidentStatus.INCIDENT_STATUS_CLOSED
    aid.command(lambda tx: change_status(incident.id, closed, tx, NOON))
    assert aid.say(aid.world.fire, asked) == (Outcome.OUTCOME_REFUSED_INCIDENT_CLOSED,)
    past = peer_request(ID, until=timestamp(NOON))
    assert aid.say(aid.world.fire, past) == (Outcome.OUTCOME_REFUSED_TIME,)
    assert aid.told(aid.world.fire) == []


@pytest.mark.parametrize("why", ["no participant", "another discipline", "not signed", "removed"])
def test_rule_2_whom_a_request_is_not_addressed_to_learns_nothing_of_it(aid: AidRegion, why: str) -> None:
    fire, ems, jail = aid.world.fire, aid.world.ems, aid.jail
    changes: dict[str, Any] = {}
    if why == "no participant":
        changes["incident_id"] = aid.open_incident([fire, ems]).id
    elif why == "another discipline":
        changes["disciplines"] = [Discipline.DISCIPLINE_FIRE, Discipline.DISCIPLINE_EMS]
    elif why == "not signed":
        aid.unsign(jail)
    else:
        aid.command(lambda tx: agencies.set_membership(tx.connection, jail.id, Membership.EVICTED))

    aid.say(fire, peer_request(ID, **changes))

    assert (len(aid.told(fire)), len(aid.told(ems)), aid.told(jail)) == (1, 1, [])
    if why == "removed":
        return
    stranger = b"\x02" * 16
    for word, count in (("offer", 1), ("withdraw", None), ("release", None)):
        answers = aid.say(jail, peer_command(word, ID, count), peer_command(word, stranger, count))
        expected = Outcome.OUTCOME_REFUSED_NO_AGREEMENT if (why, word) == ("not signed", "offer") else UNKNOWN
        assert answers == (expected, expected)
    reasons = {notice.report_refused.reason for notice in aid.world.mail(jail.id) if notice.HasField("report_refused")}
    assert all(ID.hex() not in reason for reason in reasons)
    assert (aid.told(jail), aid.stored().version) == ([], 1)


def test_rule_2_an_agency_that_has_not_signed_neither_asks_nor_offers_but_keeps_what_it_has(aid: AidRegion) -> None:
    fire, ems, jail = aid.world.fire, aid.world.ems, aid.jail
    aid.say(fire, peer_request(ID))
    aid.say(ems, peer_command("offer", ID, 2))
    aid.unsign(fire, ems, jail)  # a new version of the agreement came into force

    refused = (Outcome.OUTCOME_REFUSED_NO_AGREEMENT,)
    assert aid.say(jail, peer_request(b"\x02" * 16)) == refused
    assert aid.say(jail, peer_command("offer", ID, 2)) == refused
    assert aid.say(ems, peer_command("withdraw", ID)) == (APPLIED,)
    assert aid.say(fire, peer_command("release", ID)) == (APPLIED,)

    assert [notice.status for notice in aid.told(fire)] == [OPEN, OPEN, OPEN, RELEASED]
    assert [notice.version for notice in aid.told(ems)] == [1, 2, 3]  # its own withdrawal is the last it hears
    assert [notice.version for notice in aid.told(jail)] == [1, 2]


def test_rule_3_offers_are_taken_while_it_is_open_and_never_from_the_asker(aid: AidRegion) -> None:
    fire, ems, jail = aid.world.fire, aid.world.ems, aid.jail
    aid.say(fire, peer_request(ID, 4))

    assert aid.say(fire, peer_command("offer", ID, 1)) == (TRANSITION,)
    assert aid.say(ems, peer_command("offer", ID)) == (Outcome.OUTCOME_REFUSED_RANGE,)
    assert aid.say(ems, *[peer_command("offer", ID, count) for count in (1, 2, 2)]) == (APPLIED,) * 3
    assert aid.last(fire) == (OPEN, 2, {ems.id: 2})
    assert aid.say(jail, peer_command("offer", ID, 3)) == (APPLIED,)
    assert aid.say(ems, peer_command("offer", ID, 3)) == (TRANSITION,)
    assert aid.last(fire) == (FILLED, 4, {ems.id: 2, jail.id: 2})


def test_rule_4_what_waited_moves_up_and_what_is_short_is_open_again(aid: AidRegion) -> None:
    fire, ems, jail = aid.world.fire, aid.world.ems, aid.jail
    aid.say(fire, peer_request(ID, 5))
    aid.say(ems, peer_command("offer", ID, 4))
    aid.say(jail, peer_command("offer", ID, 3))

    aid.say(ems, peer_command("withdraw", ID))

    assert aid.last(fire) == aid.last(ems) == (OPEN, 3, {jail.id: 3})
    assert [(offer.agency_id, offer.matched) for offer in aid.stored().offers] == [(jail.id, 3)]
    assert aid.say(ems, peer_command("withdraw", ID)) == (APPLIED,)
    assert aid.stored().version == 4
    aid.say(ems, peer_command("offer", ID, 1))
    assert aid.last(fire) == (OPEN, 4, {jail.id: 3, ems.id: 1})  # its first offer is not remembered
    assert aid.say(fire, peer_command("withdraw", ID)) == (APPLIED,)
    assert aid.last(jail)[0] == WITHDRAWN
    assert aid.say(jail, peer_command("withdraw", ID)) == (TRANSITION,)


def test_rule_6_only_the_asker_releases(aid: AidRegion) -> None:
    aid.say(aid.world.fire, peer_request(ID))

    assert aid.say(aid.world.ems, peer_command("release", ID)) == (TRANSITION,)
    assert aid.say(aid.world.fire, *[peer_command("release", ID)] * 2) == (APPLIED, APPLIED)
    assert aid.say(aid.world.fire, peer_command("withdraw", ID)) == (TRANSITION,)
    assert aid.stored().version == 2
