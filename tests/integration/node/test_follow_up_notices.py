"""What the hub tells of follow-ups, applied at a node: the newest version wins, in whatever order they come."""

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.followup.state import CLOSED
from common.wire.v1 import codes_pb2 as codes
from tests.nodes import NodeStore
from tests.telling import known, tell, told


@given(st.data())
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_notices_in_any_order_and_number_end_in_the_newest_state(node: NodeStore, data: st.DataObject) -> None:
    follow_up_id = os.urandom(16)  # the store is the same for all examples
    kinds = ("follow_up_changed", "offer_received", "escalation")
    versions = data.draw(st.permutations([1, 2, 3, 4, 5, 2, 5, 1]), label="versions")
    newest = 0
    for version in versions:
        notice = told(version, follow_up_id=follow_up_id, accountable_agency_id=bytes([version]) * 16)
        tell(node, notice, data.draw(st.sampled_from(kinds)))
        newest = max(newest, version)
        state = known(node, follow_up_id).state
        assert (state.version, state.accountable, state.check_ins) == (newest, bytes([newest]) * 16, newest)


@pytest.mark.parametrize(
    "broken",
    [
        {"accountable_agency_id": b""},
        {"accountable_agency_id": b"short"},
        {"work": 0},
        {"work": 99},
        {"work": CLOSED},
        {"offer": codes.FollowUpOffer.FOLLOW_UP_OFFER_OFFERED},
        {"escalation": 77},
    ],
)
def test_a_notice_that_is_not_as_the_contract_says_changes_nothing_and_blocks_nothing(
    node: NodeStore, broken: dict[str, Any]
) -> None:
    tell(node, told(3))
    before = known(node)

    tell(node, told(4, **broken))
    assert known(node) == before
    tell(node, told(5))
    assert known(node).state.version == 5


def test_t07_text_of_the_hub_is_cut_and_freed_of_signs_that_act(node: NodeStore) -> None:
    tell(node, told(3, queue="desk\x1b[2J" + "x" * 900, duty_contact="\N{RIGHT-TO-LEFT OVERRIDE}" + "y" * 900))

    assert known(node).queue.startswith("desk\N{REPLACEMENT CHARACTER}[2J")
    assert (len(known(node).queue), len(known(node).duty_contact)) == (600, 400)
    assert known(node).queue.isprintable()
