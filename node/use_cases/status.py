"""How the node stands, as far as its store knows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from node.domain.delivery import Stream
from node.domain.membership import Membership
from node.persistence import directory, outbox
from node.persistence.backups import BackupState, find_state
from node.persistence.membership import get_membership
from node.persistence.streams import get_current_stream


@dataclass(frozen=True)
class StoreStatus:
    """One consistent picture of the store."""

    membership: Membership
    stream: Stream
    oldest_waiting_at: datetime | None  # None when everything is acknowledged
    listed_under: str | None  # the jurisdiction that the hub's directory names for this agency; None: it has not told
    backup: BackupState


def store_status(connection: Connection) -> StoreStatus:
    """Read how the node stands."""
    stream = get_current_stream(connection)
    own = get_membership(connection)
    listed = [entry for entry in directory.list_directory(connection) if entry.agency_id == own.agency_id]
    return StoreStatus(
        membership=own,
        stream=stream,
        oldest_waiting_at=outbox.oldest_waiting(connection, stream.stream_id, stream.next_sequence),
        listed_under=listed[0].jurisdiction if listed else None,
        backup=find_state(connection),
    )
