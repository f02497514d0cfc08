"""What somebody does with a follow-up as it was shown to them, after it was changed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from common.errors import WrongState
from common.followup.state import OPEN
from common.wire.v1.codes_pb2 import FollowUpEscalation
from node.opened import OpenNode
from node.operations import READING, WRITING
from node.use_cases import delivery
from tests.eligible import hear, hear_offer, node_in
from tests.nodes import AGENCY_ID, INCIDENT_ID, OTHER_AGENCY, incident_notice
from tests.telling import ID, told


@pytest.fixture
def node(tmp_path: Path) -> Iterator[OpenNode]:
    """A node that has told nothing yet."""
    with node_in("default", tmp_path) as opened:
        yield opened


def ask(node: OpenNode, name: str, **arguments: Any) -> Any:
    return READING[name](node, arguments)


def test_a_step_on_a_follow_up_that_was_changed_since_it_was_shown_is_refused(node: OpenNode) -> None:
    follow_up = hear_offer(node)
    shown = ask(node, "followup", follow_up=follow_up)
    assert shown["may"] == ["acknowledge", "accept", "decline"]
    command = {"follow_up": follow_up, "seen": shown["seen"]}
    WRITING["followup_command"](node, command | {"verb": "decline", "reason": "no_capacity"})

    with pytest.raises(WrongState, match="changed since you opened this page, so nothing was done. Now: "):
        WRITING["followup_command"](node, command | {"verb": "accept"})

    batch = node.read(delivery.next_batch)
    assert batch is not None
    assert len(batch.bodies) == 1  # the decline


def test_a_follow_up_that_only_escalated_meanwhile_is_as_it_was_shown(node: OpenNode) -> None:
    own = {
        "work": OPEN,
        "accountable_agency_id": AGENCY_ID,
        "first_contact_at": None,
        "next_check_in": None,
        "check_ins": 0,
    }
    hear(node, incident_opened=incident_notice().incident_opened)
    hear(node, follow_up_changed=told(1, incident_id=INCIDENT_ID, **own))
    shown = ask(node, "followup", follow_up=ID.hex())
    escalation = FollowUpEscalation.FOLLOW_UP_ESCALATION_AGENCY_COORDINATOR
    hear(node, follow_up_changed=told(2, incident_id=INCIDENT_ID, escalation=escalation, **own))
    assert ask(node, "followup", follow_up=ID.hex())["escalation"] == "agency_coordinator"

    command = {"follow_up": ID.hex(), "verb": "contact", "seen": shown["seen"]}
    assert WRITING["followup_command"](node, command)["outcome"] == "waiting"


def test_an_offer_that_is_gone_is_refused_with_who_has_the_follow_up(node: OpenNode) -> None:
    follow_up = hear_offer(node)
    shown = ask(node, "followup", follow_up=follow_up)
    hear(node, follow_up_changed=told(2, accountable_agency_id=OTHER_AGENCY, origin_agency_id=OTHER_AGENCY))

    with pytest.raises(WrongState, match=r"no offer of it .* Now: .* is accountable; work: active"):
        WRITING["followup_command"](node, {"follow_up": follow_up, "verb": "accept", "seen": shown["seen"]})
