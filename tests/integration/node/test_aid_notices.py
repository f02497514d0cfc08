"""Requests for peers as the hub tells them: kept as told, the newest wins, a bad notice blocks nothing."""

import os
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from common.wire.times import timestamp
from common.wire.v1 import notice_pb2 as wire
from common.wire.v1.codes_pb2 import PeerAidStatus
from node.domain.mutual_aid import PeerMatch, PeerRequest
from node.persistence import mutual_aid, notices
from tests.aid_told import ID, UNTIL, matches_told, told_aid
from tests.builders import NOON
from tests.nodes import AGENCY_ID, INCIDENT_ID, OTHER_AGENCY, NodeStore, numbered

FILLED = PeerAidStatus.PEER_AID_STATUS_FILLED


def held(node: NodeStore) -> PeerRequest:
    request = node.read(partial(mutual_aid.find_request, request_id=ID))
    assert request is not None
    return request


def test_a_request_is_kept_as_the_hub_told_it_and_the_newest_version_wins(node: NodeStore) -> None:
    changes = {"incident_id": INCIDENT_ID, "disciplines": [1, 2], "languages": [12]}
    node.apply(told_aid(1, version=1, **changes))
    node.apply(
        told_aid(2, version=3, status=FILLED, supporters_matched=5, matches=matches_told(own=3, other=2), **changes)
    )
    node.apply(told_aid(3, version=2, supporters_matched=3, matches=matches_told(own=3), **changes))

    assert held(node) == PeerRequest(
        id=ID,
        incident_id=INCIDENT_ID,
        asking_agency_id=OTHER_AGENCY,
        wanted=5,
        matched=5,
        disciplines=(1, 2),
        languages=(12,),
        until=UNTIL,
        status=FILLED,
        matches=(PeerMatch(AGENCY_ID, 3), PeerMatch(OTHER_AGENCY, 2)),
        version=3,
        requested_at=NOON,
        fill_by=NOON + timedelta(hours=48),
    )
    assert (held(node).matched_of(AGENCY_ID), node.membership.mailbox_cursor) == (3, 3)


@pytest.mark.parametrize(
    "changes",
    [
        {"request_id": b"short"},
        {"asking_agency_id": b""},
        {"incident_id": b"x"},
        {"matches": [wire.PeerAidMatch(agency_id=b"x", supporters=1)]},
        {"supporters_wanted": 2**32 - 1},
        {"until": timestamp(NOON.replace(year=1970))},
    ],
)
def test_a_notice_that_is_not_as_the_contract_says_is_skipped_and_blocks_nothing(
    node: NodeStore, changes: dict[str, Any]
) -> None:
    node.apply(told_aid(1, **changes))
    node.apply(told_aid(2))

    assert [each.is_applied for each in node.read(notices.list_notices)] == [False, True]
    assert held(node).wanted == 5


def test_a_mailbox_that_starts_over_ends_with_the_same_requests(node: NodeStore) -> None:
    course = [told_aid(1), told_aid(2, version=2, status=FILLED, supporters_matched=5, matches=matches_told(own=5))]
    for notice in course:
        node.apply(notice)
    before = held(node)
    node.apply(numbered(3, hub_epoch_changed=wire.HubEpochNotice(hub_epoch=2)))

    for notice in course:
        notice.notice_id = os.urandom(16)
        node.apply(notice)

    assert held(node) == before
