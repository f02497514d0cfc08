"""Mutual aid at a node without a hub: what it was told, what it may say, and how its word stands beside that."""

from datetime import datetime
from functools import partial
from typing import Any

import pytest

from common.errors import InvalidRequest, NotFound, WrongState
from common.wire.times import timestamp
from common.wire.v1.codes_pb2 import OUTCOME_APPLIED, OUTCOME_REFUSED_TRANSITION, IncidentStatus, PeerAidStatus
from common.wire.v1.report_pb2 import PeerAidCommand, Report
from node.domain.mutual_aid import PeerRequest
from node.persistence import ledger, mutual_aid, outbox
from node.persistence.outbox import OutboxEntry
from node.use_cases.mutual_aid import (
    AidStanding,
    PeerAsk,
    get_request_id,
    get_standing,
    list_standings,
    offer_peers,
    release,
    request_peers,
    withdraw,
)
from tests.aid_told import ID, UNTIL, matches_told, told_aid
from tests.builders import NOON
from tests.nodes import AGENCY_ID, BOUND_KEY, INCIDENT_ID, OTHER_AGENCY, NodeStore, incident_notice

OPEN, FILLED, UNABLE, RELEASED, WITHDRAWN = (
    PeerAidStatus.PEER_AID_STATUS_OPEN,
    PeerAidStatus.PEER_AID_STATUS_FILLED,
    PeerAidStatus.PEER_AID_STATUS_UNABLE_TO_FILL,
    PeerAidStatus.PEER_AID_STATUS_RELEASED,
    PeerAidStatus.PEER_AID_STATUS_WITHDRAWN,
)


@pytest.fixture(autouse=True)
def _bound(node: NodeStore) -> None:
    """The agreement in force is signed: else nothing is asked or offered."""
    node.bind()


def held(node: NodeStore) -> PeerRequest:
    request = node.read(partial(mutual_aid.find_request, request_id=ID))
    assert request is not None
    return request


def standing(node: NodeStore, request_id: bytes = ID) -> AidStanding:
    return node.read(partial(get_standing, request_id=request_id))


def offer(node: NodeStore, supporters: int = 2, now: datetime = NOON) -> OutboxEntry:
    return node.write(partial(offer_peers, key=BOUND_KEY, request_id=ID, supporters=supporters, now=now))


def ask(node: NodeStore, supporters: int = 5, until: datetime = UNTIL, **changes: Any) -> OutboxEntry:
    wanted = PeerAsk(supporters, until, **changes)
    return node.write(partial(request_peers, key=BOUND_KEY, ask=wanted, now=NOON))


def take_back(node: NodeStore, request_id: bytes = ID) -> OutboxEntry:
    return node.write(partial(withdraw, key=BOUND_KEY, request_id=request_id, now=NOON))


def give_up(node: NodeStore, request_id: bytes = ID) -> OutboxEntry:
    return node.write(partial(release, key=BOUND_KEY, request_id=request_id, now=NOON))


def command(node: NodeStore, entry: OutboxEntry) -> PeerAidCommand:
    (leaf,) = node.read(lambda connection: list(ledger.read_leaves(connection, entry.stream_id, entry.sequence, 1)))
    return Report.FromString(leaf.body).peer_aid


def test_a_request_leaves_with_what_was_asked_and_waits_for_the_hub(node: NodeStore) -> None:
    node.tell_incident()

    entry = ask(node, 7, incident_id=INCIDENT_ID, disciplines=[5, 1, 5], languages=[12])

    said = command(node, entry)
    assert (said.supporters, said.incident_id, list(said.disciplines), list(said.languages)) == (
        7,
        INCIDENT_ID,
        [1, 5],
        [12],
    )
    (waits,) = node.read(list_standings)
    assert (waits.request_id, waits.told, waits.asked) == (said.request_id, None, waits.last_said)
    assert node.read(partial(get_request_id, typed=said.request_id.hex()[:4])) == said.request_id


def test_a_request_that_cannot_be_is_refused_before_it_leaves(node: NodeStore) -> None:
    with pytest.raises(InvalidRequest, match="until: must lie in the future"):
        ask(node, until=NOON)
    for supporters in (0, 1000, -1, 2**40):
        with pytest.raises(InvalidRequest, match="supporters"):
            ask(node, supporters)
    with pytest.raises(NotFound, match="no such incident"):
        ask(node, incident_id=INCIDENT_ID)
    node.apply(incident_notice(1, agency_ids=[OTHER_AGENCY]))
    with pytest.raises(WrongState, match="takes no part"):
        ask(node, incident_id=INCIDENT_ID)
    node.apply(incident_notice(2, version=2, status=IncidentStatus.INCIDENT_STATUS_CLOSED))
    with pytest.raises(WrongState, match="closed"):
        ask(node, incident_id=INCIDENT_ID)
    assert node.stream.head == 0


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"asking_agency_id": AGENCY_ID}, "your own agency asks"),
        ({"status": FILLED}, "filled"),
        ({"status": UNABLE}, "call the agency that asks"),
        ({"status": RELEASED}, "was released"),
        ({"status": WITHDRAWN}, "withdrew the request"),
        ({"until": timestamp(NOON)}, "ended at 2026-11-03 12:00 UTC"),
    ],
)
def test_an_offer_that_cannot_be_taken_is_refused_with_what_to_do(
    node: NodeStore, changes: dict[str, Any], says: str
) -> None:
    node.apply(told_aid(1, **changes))

    with pytest.raises(WrongState, match=says):
        offer(node)

    assert node.stream.head == 0


def test_a_request_that_nobody_told_of_takes_nothing(node: NodeStore) -> None:
    for say in (offer, take_back, give_up):
        with pytest.raises(NotFound, match="no such request: the list has"):
            say(node)
    with pytest.raises(NotFound, match="no request 0101"):
        node.read(partial(get_request_id, typed="0101"))


def test_only_the_asker_releases_and_only_an_offer_is_withdrawn(node: NodeStore) -> None:
    node.apply(told_aid(1))

    with pytest.raises(WrongState, match="say `withdraw`"):
        give_up(node)
    with pytest.raises(WrongState, match="nothing to withdraw"):
        take_back(node)
    offer(node, 3)
    assert standing(node).own_offer == 3
    take_back(node)
    assert standing(node).own_offer is None
    with pytest.raises(WrongState, match="nothing to withdraw"):
        take_back(node)
    node.apply(told_aid(2, version=2, status=RELEASED))
    with pytest.raises(WrongState, match="was released"):
        take_back(node)


def test_a_refused_offer_does_not_count_and_its_reason_stands_beside_what_is_true(node: NodeStore) -> None:
    node.apply(told_aid(1))
    offer(node, 1)
    offer(node, 4)
    batch = node.send()
    node.acknowledge(batch, outcomes=[OUTCOME_APPLIED, OUTCOME_REFUSED_TRANSITION])
    node.tell_refused(2, "That step does not follow.")

    stands = standing(node)

    assert stands.own_offer == 1
    assert stands.last_said is not None
    assert (stands.last_said.entry.is_refused, stands.last_said.entry.reason) == (True, "That step does not follow.")
    assert held(node).status == OPEN


def test_what_is_matched_counts_as_offered_when_this_store_does_not_remember_its_word(node: NodeStore) -> None:
    node.apply(told_aid(1, supporters_matched=2, matches=matches_told(own=2)))

    assert standing(node).own_offer == 2
    take_back(node)


def test_the_asker_may_end_a_request_that_the_hub_has_not_answered_unless_it_was_refused(node: NodeStore) -> None:
    asked = command(node, ask(node)).request_id

    give_up(node, asked)
    with pytest.raises(WrongState, match="your own agency asks"):
        node.write(partial(offer_peers, key=BOUND_KEY, request_id=asked, supporters=1, now=NOON))
    batch = node.send()
    node.acknowledge(batch, outcomes=[OUTCOME_REFUSED_TRANSITION] * 2)

    with pytest.raises(WrongState, match="ask anew"):
        take_back(node, asked)
    assert len(node.read(partial(outbox.list_of_kind, kind="peer_aid"))) == 2


def test_digits_that_mean_two_requests_are_refused(node: NodeStore) -> None:
    for cursor, end in enumerate((b"\x01", b"\x02"), 1):
        node.apply(told_aid(cursor, request_id=b"\xaa" * 15 + end))

    with pytest.raises(InvalidRequest, match="2 requests start with aaaa"):
        node.read(partial(get_request_id, typed="aaaa"))
    assert node.read(partial(get_request_id, typed="aa" * 15 + "02"))[-1] == 2
