"""What a hub tells a node of one request for peers, valid by default."""

from datetime import timedelta
from typing import Any

from common.wire.times import timestamp
from common.wire.v1 import notice_pb2 as wire
from common.wire.v1.codes_pb2 import PeerAidStatus
from tests.builders import NOON
from tests.nodes import AGENCY_ID, OTHER_AGENCY, numbered

ID = b"\x01" * 16
UNTIL = NOON + timedelta(days=7)


def told_aid(cursor: int, *, version: int = 1, **changes: Any) -> wire.Notice:
    """A notice that another agency asks for five peers, for a week."""
    values: dict[str, Any] = {
        "request_id": ID,
        "asking_agency_id": OTHER_AGENCY,
        "supporters_wanted": 5,
        "until": timestamp(UNTIL),
        "status": PeerAidStatus.PEER_AID_STATUS_OPEN,
        "requested_at": timestamp(NOON),
        "fill_by": timestamp(NOON + timedelta(hours=48)),
    }
    return numbered(cursor, peer_aid_changed=wire.PeerAidNotice(version=version, **(values | changes)))


def matches_told(**supporters: int) -> list[wire.PeerAidMatch]:
    ids = {"own": AGENCY_ID, "other": OTHER_AGENCY}
    return [wire.PeerAidMatch(agency_id=ids[who], supporters=count) for who, count in supporters.items()]
