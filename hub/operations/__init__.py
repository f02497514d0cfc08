"""What an operator can ask of a hub, by name. `holdfast hub` asks a running hub, or does it on a stopped one.

Arguments and results are what JSON can hold. Each operation decodes, calls one use case, and encodes.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from common.rpc.local import Operation
from hub.operations import (
    after_action,
    agencies,
    agreements,
    directory,
    follow_ups,
    identity,
    incident_requests,
    incidents,
    mutual_aid,
    people_notices,
)

if TYPE_CHECKING:  # the process knows its operations, and they know the process
    from hub.process import Hub


def operations_of(hub: "Hub") -> Mapping[str, Operation]:
    """Give every operation of a hub."""
    return {
        **agencies.operations(hub),
        **identity.operations(hub),
        **incidents.operations(hub),
        **agreements.operations(hub),
        **follow_ups.operations(hub),
        **mutual_aid.operations(hub),
        **incident_requests.operations(hub),
        **after_action.operations(hub),
        **directory.operations(hub),
        **people_notices.operations(hub),
    }
