"""Check-ins, as another system of the agency asks for them by the JSON interface.

Source: node/use_cases/api_check_ins.py.
"""

from typing import Any

from sqlalchemy import Connection

from common.errors import InvalidRequest
from common.followup.reference import read_reference
from node.domain.api_token import ApiToken
from node.opened import OpenNode
from node.operations.api_incidents import Answered, Arguments, get_known, id_said
from node.operations.typed import due_of
from node.persistence.local_follow_up_tables import TABLE
from node.use_cases.api_check_ins import Asked, create_check_in, is_open


def create(node: OpenNode, connection: Connection, token: ApiToken, arguments: Arguments) -> Answered:
    """Open a check-in, once for each key."""
    now, zone, incident = node.clock.now(), node.settings.zone, arguments.get("incident")
    asked = Asked(
        str(arguments["key"]),
        due_of(node, arguments.get("due"), "due"),
        str(arguments["member"]),
        None if incident is None else get_known(connection, incident).id,
        _reference(arguments.get("reference")),
    )
    check_in_id, is_new = create_check_in(connection, node.vault, token, asked, node.settings.pack, zone, now)
    if is_new and asked.due_at < now:  # a repeat that comes late is answered as the first was
        raise InvalidRequest("due: lies in the past")
    answered = _answered(node, connection, token, check_in_id)
    return Answered(answered.said | {"is_new": is_new}, answered.subject)


def state(node: OpenNode, connection: Connection, token: ApiToken, arguments: Arguments) -> Answered:
    """Tell whether a check-in that this token made is open."""
    return _answered(node, connection, token, id_said(arguments.get("check_in"), "check_in"))


def _answered(node: OpenNode, connection: Connection, token: ApiToken, check_in_id: bytes) -> Answered:
    is_owed = is_open(connection, node.vault, token, check_in_id)
    told = {"id": check_in_id.hex(), "state": "open" if is_owed else "ended"}
    return Answered(told, f"{TABLE} {check_in_id.hex()}")


def _reference(said: Any) -> str | None:
    try:
        return None if said is None else read_reference(str(said))
    except InvalidRequest:  # its words repeat what was sent
        raise InvalidRequest("reference: is none of the region's: it has 8 characters, like 7K3M-PXRM") from None
