"""The hub's answers to requests for an incident, applied from the mailbox."""

from datetime import datetime

from sqlalchemy import Connection

from common.errors import InvalidRequest
from common.wire.v1 import notice_pb2 as wire
from node.domain.incident_request import Answer
from node.persistence import incident_requests

_ID_LENGTH = 16


def apply_request_answer(connection: Connection, notice: wire.Notice, now: datetime) -> None:
    """Keep what the hub made of a request; also of one that this node does not remember, after a restore.

    Raises:
        InvalidRequest: it is not as the contract says.
    """
    told = notice.incident_request_answered
    is_opened = bool(told.incident_id)
    if len(told.command_id) != _ID_LENGTH or (is_opened and len(told.incident_id) != _ID_LENGTH):
        raise InvalidRequest(f"incident_request_answered: its ids must be exactly {_ID_LENGTH} bytes")
    if is_opened == bool(told.decline_reason):
        raise InvalidRequest("incident_request_answered: an incident or a reason is needed, and not both")
    answer = Answer(
        command_id=told.command_id,
        incident_id=told.incident_id or None,
        decline_reason=told.decline_reason or None,
        heard_at=now,
    )
    incident_requests.save_answer(connection, answer)
