"""What the hub tells of requests for peers, applied by the rules of `node.use_cases.notices`."""

from datetime import datetime

from sqlalchemy import Connection

from common.errors import InvalidRequest
from common.wire.v1 import notice_pb2 as wire
from node.domain.incident import supersedes
from node.domain.mutual_aid import PeerMatch, PeerRequest
from node.persistence import mutual_aid
from node.use_cases.notice_fields import id_in, time_in

MAX_SUPPORTERS = 999  # of one request
MAX_MATCHES = 999  # each has one supporter or more
MAX_CODES = 64  # of a list of codes


def apply_peer_aid(connection: Connection, notice: wire.Notice, _: datetime) -> None:
    """Keep what a request is now, unless something newer is held (4).

    Raises:
        InvalidRequest: it is not as the contract says; the message names the field.
    """
    told = notice.peer_aid_changed
    held = mutual_aid.find_request(connection, id_in(told.request_id, "request_id"))
    if not supersedes(told.version, held.version if held else None):
        return
    for field in ("supporters_wanted", "supporters_matched"):
        if getattr(told, field) > MAX_SUPPORTERS:
            raise InvalidRequest(f"{field}: must be 0 to {MAX_SUPPORTERS}")
    matches = tuple(
        PeerMatch(id_in(match.agency_id, "matches.agency_id"), match.supporters) for match in told.matches[:MAX_MATCHES]
    )
    request = PeerRequest(
        id=told.request_id,
        incident_id=id_in(told.incident_id, "incident_id") if told.incident_id else None,
        asking_agency_id=id_in(told.asking_agency_id, "asking_agency_id"),
        wanted=told.supporters_wanted,
        matched=told.supporters_matched,
        disciplines=tuple(told.disciplines[:MAX_CODES]),
        languages=tuple(told.languages[:MAX_CODES]),
        until=time_in(told.until, "until"),
        status=told.status,
        matches=matches,
        version=told.version,
        requested_at=time_in(told.requested_at, "requested_at"),
        fill_by=time_in(told.fill_by, "fill_by"),
    )
    mutual_aid.save_request(connection, request)
