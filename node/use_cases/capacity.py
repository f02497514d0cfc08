"""How many supporters the agency has, of each readiness: operational, not a statistics release.

Source: DOMAIN.md 4; `report.proto`, SupporterCapacity.
"""

from datetime import datetime

from sqlalchemy import Connection

from common.errors import InvalidRequest
from common.identity.keys import Ed25519PrivateKey
from common.ids import new_id
from common.wire.times import timestamp
from common.wire.v1.report_pb2 import Report, SupporterCapacity
from node.persistence.outbox import OutboxEntry
from node.use_cases.outbox import append


def report_capacity(
    connection: Connection,
    key: Ed25519PrivateKey,
    designated: int | None,
    available: int | None,
    paused: int | None,
    trained_in_date: int | None,
    now: datetime,
) -> OutboxEntry:
    """Write the report of the agency's capacity; a count that is not known is None.

    Raises:
        InvalidRequest: names the count that is out of its range, or says that none is given.
    """
    given = {
        "designated": designated,
        "available": available,
        "paused": paused,
        "trained_in_date": trained_in_date,
    }
    told = SupporterCapacity()
    for name, count in given.items():
        if count is not None:
            try:
                setattr(told, name, count)
            except (ValueError, TypeError):  # protobuf's own words name no field
                raise InvalidRequest(f"supporter_capacity.{name}: {count} is out of its range") from None
    if not told.ListFields():
        raise InvalidRequest("supporter_capacity: give at least one count")
    report = Report(command_id=new_id(now), occurred_at=timestamp(now), supporter_capacity=told)
    return append(connection, [report], key, now)[0]
