"""The region's directory, as the hub told it last."""

from typing import Any

from common.codes import word
from common.wire.v1.codes_pb2 import Discipline
from node.opened import OpenNode
from node.persistence import directory


def list_directory(node: OpenNode, _: dict[str, Any]) -> Any:
    """List the agencies."""
    own = node.membership().agency_id if node.has_hub else b""
    return [
        {
            "id": entry.agency_id.hex(),
            "name": entry.name,
            "is_own": entry.agency_id == own,
            "discipline": word(Discipline, entry.discipline),
            "jurisdiction": entry.jurisdiction,
            "duty_contact": entry.duty_contact,
            "active": entry.active,
        }
        for entry in node.read(directory.list_directory)
    ]
