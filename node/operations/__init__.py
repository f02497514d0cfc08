"""What the `holdfast node` command may ask of a node, running or stopped: JSON in, JSON out.

The same functions serve both: a running process calls them for its local socket, the command calls them itself on a
node that it opened. So a status reported at night on a stopped node is the same report.
"""

from collections.abc import Callable
from typing import Any

from node.opened import OpenNode
from node.operations import directory, egress, incident_requests, incidents, reporting, standing

Arguments = dict[str, Any]
Operation = Callable[[OpenNode, Arguments], Any]

READING: dict[str, Operation] = {
    "incidents": incidents.list_incidents,
    "board": incidents.board,
    "directory": directory.list_directory,
    "requests": incident_requests.list_requests,
    "store_check": standing.store_check,
    "refused": reporting.refused,
    "egress_show": egress.show,
    "egress_verify": egress.verify,
    "egress_export": egress.export,
}
WRITING: dict[str, Operation] = {
    "activate": reporting.activate,
    "capacity": reporting.capacity,
    "request_incident": incident_requests.request,
    "new_stream": standing.new_stream,
}
