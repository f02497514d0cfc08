"""The hub's answers to requests for an incident, applied from the mailbox."""

from datetime import datetime

from sqlalchemy import Connection

from common.errors import InvalidRequest
from common.wire.v1 import notice_pb2 as wire
from node.domain.incident_request import Answer
from node.persistence import incident_requests
from node.use_cases.notice_fields import id_in


def apply_request_answer(connection: Connection, notice: wire.Notice, now: datetime) -> None:
    """Keep what the hub made of a request; also of one that this node does not remember, after a restore.

    Raises:
        InvalidRequest: it is not as the contract says.
    """
    told = notice.incident_request_answered
    incident_id = id_in(told.incident_id, "incident_id") if told.incident_id else None
    if (incident_id is not None) == bool(told.decline_reason):
        raise InvalidRequest("incident_request_answered: an incident or a reason is needed, and not both")
    answer = Answer(
        command_id=id_in(told.command_id, "command_id"),
        incident_id=incident_id,
        decline_reason=told.decline_reason or None,
        heard_at=now,
    )
    incident_requests.save_answer(connection, answer)
