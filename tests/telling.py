"""What a hub tells a node of follow-ups, and what people do with them there, on a store without a hub."""

from functools import partial
from typing import Any, cast

from common.followup.state import ACTIVE
from common.wire.times import timestamp
from common.wire.v1 import codes_pb2 as codes
from common.wire.v1 import notice_pb2 as wire
from node.domain.follow_up import KnownFollowUp
from node.opened import OpenNode
from node.operations import follow_ups as operations
from node.persistence import follow_ups
from node.use_cases import follow_ups as use_case
from tests.builders import NOON
from tests.nodes import AGENCY_ID, BOUND_KEY, NodeStore, numbered

ID, THIRD = b"\x21" * 16, b"\x09" * 16
STALE = codes.Outcome.OUTCOME_REFUSED_STALE_VERSION


def told(version: int, **changes: Any) -> wire.FollowUpNotice:
    """What the hub tells: opened here, and active."""
    values: dict[str, Any] = {
        "follow_up_id": ID,
        "origin_agency_id": AGENCY_ID,
        "accountable_agency_id": AGENCY_ID,
        "work": ACTIVE,
        "offer": codes.FollowUpOffer.FOLLOW_UP_OFFER_NONE,
        "escalation": codes.FollowUpEscalation.FOLLOW_UP_ESCALATION_NONE,
        "cohort": codes.CohortBand.COHORT_BAND_1,
        "opened_at": timestamp(NOON),
        "changed_at": timestamp(NOON),
        "first_contact_at": timestamp(NOON),
        "next_check_in": timestamp(NOON),
        "check_ins": version,
    }
    return wire.FollowUpNotice(version=version, **(values | changes))


def tell(node: NodeStore, notice: wire.FollowUpNotice, kind: str = "follow_up_changed") -> None:
    node.apply(numbered(node.membership.mailbox_cursor + 1, **{kind: notice}))


def say(node: NodeStore, verb: str, follow_up_id: bytes = ID, **fields: Any) -> None:
    number = codes.FollowUpVerb.Value(f"FOLLOW_UP_VERB_{verb.upper()}")
    node.write(lambda connection: use_case.command(connection, BOUND_KEY, follow_up_id, number, NOON, fields))


def open_one(node: NodeStore) -> bytes:
    opened: list[KnownFollowUp] = node.write(
        lambda connection: use_case.open_follow_ups(connection, BOUND_KEY, None, [1], NOON)
    )
    return opened[0].state.id


def known(node: NodeStore, follow_up_id: bytes = ID) -> KnownFollowUp:
    found = node.read(partial(follow_ups.find_follow_up, follow_up_id=follow_up_id))
    assert found is not None
    return found


def expected(node: NodeStore, follow_up_id: bytes = ID) -> Any:
    return node.read(partial(use_case.expected_state, follow_up_id=follow_up_id))


def shown(node: NodeStore, follow_up_id: bytes = ID) -> dict[str, Any]:
    found: dict[str, Any] = operations.show(cast(OpenNode, node), {"follow_up": follow_up_id.hex()})
    return found


def listed(node: NodeStore, which: str = "all") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = operations.list_(cast(OpenNode, node), {"which": which})
    return rows
