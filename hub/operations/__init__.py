"""What an operator can ask of a hub, by name. `holdfast hub` asks a running hub, or does it on a stopped one.

Arguments and results are what JSON can hold. Each operation decodes, calls one use case, and encodes.
"""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from common.rpc.local import Operation
from hub.operations import (
    after_action,
    agencies,
    agreements,
    audit,
    boards,
    directory,
    follow_ups,
    identity,
    incident_requests,
    incidents,
    mutual_aid,
    own_account,
    passkeys,
    people_notices,
    reporting,
    reports,
    signing_in,
    standing,
    users,
)
from hub.operations.answering import answered

if TYPE_CHECKING:  # the process knows its operations, and they know the process
    from hub.process import Hub


def operations_of(hub: "Hub") -> Mapping[str, Operation]:
    """Give every operation of a hub, each recorded under the name of who asks for it."""
    operations = {
        **agencies.operations(hub),
        **identity.operations(hub),
        **incidents.operations(hub),
        **boards.operations(hub),
        **agreements.operations(hub),
        **follow_ups.operations(hub),
        **mutual_aid.operations(hub),
        **incident_requests.operations(hub),
        **after_action.operations(hub),
        **directory.operations(hub),
        **signing_in.operations(hub),
        **standing.operations(hub),
        **own_account.operations(hub),
        **passkeys.operations(hub),
        **users.operations(hub),
        **audit.operations(hub),
        **people_notices.operations(hub),
        **reporting.operations(hub),
        **reports.operations(hub),
    }
    asked = {name: partial(answered, hub, name, operation) for name, operation in operations.items()}
    return asked | {"sign out": partial(signing_in.sign_out, hub)}
