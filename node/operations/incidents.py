"""Incidents and their boards, as the hub told them."""

from typing import Any

from sqlalchemy import Connection

from common.codes import word
from common.wire.v1 import codes_pb2 as codes
from node.domain.activation import BANDS
from node.opened import OpenNode
from node.operations.plain import agency_names, word_or_none
from node.operations.with_hub import needs_hub
from node.persistence import incidents
from node.use_cases.activations import get_incident


def list_incidents(node: OpenNode, _: dict[str, Any]) -> Any:
    """List the incidents that the hub told of."""
    return [
        {
            "id": incident.id.hex(),
            "type": word(codes.IncidentType, incident.type),
            "title": incident.title,
            "status": word(codes.IncidentStatus, incident.status),
            "opened_at": incident.opened_at.isoformat(),
            "agencies": len(incident.agency_ids),
            "version": incident.version,
            "asked": [word(codes.Discipline, discipline) for discipline in incident.asked],
            "activate_by": incident.activate_by and incident.activate_by.isoformat(),
        }
        for incident in node.read(incidents.list_incidents)
    ]


@needs_hub
def board(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Give the activation board of one incident."""

    def read(connection: Connection) -> Any:
        incident = get_incident(connection, arguments["incident"])
        names = agency_names(connection)
        lines = incidents.list_board(connection, incident.id)
        return {
            "incident": incident.id.hex(),
            "title": incident.title,
            "status": word(codes.IncidentStatus, incident.status),
            "lines": [
                {
                    "agency_id": line.agency_id.hex(),
                    "agency": names.get(line.agency_id, ""),
                    "status": word(codes.ActivationStatus, line.status),
                    "decline_reason": word_or_none(codes.DeclineReason, line.decline_reason),
                    **{
                        name: word_or_none(codes.CountBand, count) if name in BANDS else count
                        for name, count in vars(line.counts).items()
                    },
                    "version": line.version,
                    "changed_at": line.changed_at.isoformat(),
                }
                for line in lines
            ],
        }

    return node.read(read)
