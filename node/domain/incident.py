"""An incident as its hub told of it."""

from dataclasses import dataclass
from datetime import datetime

from common.wire.v1.codes_pb2 import IncidentStatus


@dataclass(frozen=True)
class Incident:
    """What the hub told the participants."""

    id: bytes  # 16 bytes, issued by the hub
    type: int  # wire IncidentType
    title: str
    status: int  # wire IncidentStatus
    started_at: datetime
    opened_at: datetime
    version: int
    agency_ids: tuple[bytes, ...]
    asked: tuple[int, ...]  # wire Discipline: those that the protocol asks to activate
    activate_by: datetime | None
    jurisdictions: tuple[str, ...]

    @property
    def is_closed(self) -> bool:
        """Tell whether it takes no more reports."""
        return self.status == IncidentStatus.INCIDENT_STATUS_CLOSED


def supersedes(version: int, held: int | None) -> bool:
    """Tell whether what was told now is newer than what is held. Older or equal news changes nothing."""
    return held is None or version > held
