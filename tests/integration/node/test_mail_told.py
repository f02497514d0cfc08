"""What the hub tells of follow-ups is told on to people, where it waits for one of them."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from common.notify.notice import Notice
from common.wire.times import timestamp
from common.wire.v1 import codes_pb2 as codes
from common.wire.v1 import notice_pb2 as wire
from node.persistence.people_notices import QUEUE
from node.use_cases.people_notices import Announcer, apply_and_announce
from node.vault.vault import Vault
from tests.builders import NOON
from tests.nodes import AGENCY_ID, OTHER_AGENCY, NodeStore
from tests.telling import told

ANNOUNCER = Announcer(Vault(b"k" * 32, b"i" * 32), ZoneInfo("UTC"))
OFFERED: dict[str, Any] = {
    "offer": codes.FollowUpOffer.FOLLOW_UP_OFFER_OFFERED, "accept_by": timestamp(NOON + timedelta(hours=4)),
    "offered_to": [AGENCY_ID], "accountable_agency_id": OTHER_AGENCY,
}  # fmt: skip


def tell(node: NodeStore, kind: str, **changes: Any) -> list[Notice]:
    """Have the hub tell it; gives what people are to be told."""
    cursor = node.membership.mailbox_cursor + 1
    body: dict[str, Any] = {kind: told(changes.pop("version", 2), **changes)}
    notice = wire.Notice(cursor=cursor, notice_id=b"n" * 16, **body)
    raw = notice.SerializeToString()
    for _ in range(2):  # the second time it is known
        node.write(lambda connection: apply_and_announce(connection, ANNOUNCER, raw, NOON))
    return list(node.read(QUEUE.list_))


def test_an_offer_that_waits_is_told_with_its_deadline_and_not_after_it(node: NodeStore) -> None:
    [queued] = tell(node, "offer_received", **OFFERED)

    assert (queued.event.kind, queued.event.at) == ("offer_waits", NOON + timedelta(hours=4))
    assert queued.event.expires_at == NOON + timedelta(hours=4)


@pytest.mark.parametrize(("owner", "count"), [(AGENCY_ID, 1), (OTHER_AGENCY, 0)])
def test_an_escalation_is_told_where_it_waits_on_the_own_queue(node: NodeStore, owner: bytes, count: int) -> None:
    escalation = codes.FollowUpEscalation.FOLLOW_UP_ESCALATION_AGENCY_COORDINATOR

    queued = tell(node, "escalation", accountable_agency_id=owner, escalation=escalation)

    assert [each.event.kind.value for each in queued] == ["escalation"] * count


def test_a_mere_change_what_is_older_and_what_was_not_applied_tell_nobody(node: NodeStore) -> None:
    assert tell(node, "offer_received", **OFFERED | {"work": 99}) == []
    assert tell(node, "follow_up_changed") == []
    assert tell(node, "follow_up_changed", version=5) == []
    assert tell(node, "offer_received", **OFFERED) == []
