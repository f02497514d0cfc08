"""Asking the hub to open an incident: coded, and answered by the hub's coordinator.

Source: DOMAIN.md 4; `report.proto`, IncidentRequest.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection

from common.errors import InvalidRequest, NotFound
from common.identity.keys import Ed25519PrivateKey
from common.ids import ID_LENGTH
from common.wire.canonical import encode
from common.wire.times import timestamp
from common.wire.v1.report_pb2 import IncidentRequest, Report
from node.domain.directory import DirectoryEntry
from node.persistence import directory, outbox
from node.persistence.membership import get_membership
from node.persistence.outbox import OutboxEntry
from node.use_cases.outbox import append

SHORTEST_PREFIX = 4  # hex digits of an agency's id that a person may type


def request_incident(
    connection: Connection,
    key: Ed25519PrivateKey,
    type_: int,
    started_at: datetime,
    agencies: Sequence[str],
    now: datetime,
    draft: bytes | None = None,
) -> OutboxEntry:
    """Write the request; it leaves as soon as the hub can be reached.

    Args:
        type_: wire IncidentType.
        agencies: others that were there, each by its name in the directory or its id; the own one takes part anyway.
        draft: 16 random bytes of one form: what it sends twice, in the same words, is asked once.

    Raises:
        InvalidRequest: names the field.
        NotFound: the directory has no such agency.
    """
    if started_at > now:
        raise InvalidRequest("started: must not lie in the future")
    entries = [entry for entry in directory.list_directory(connection) if entry.active]
    own = get_membership(connection).agency_id
    named = dict.fromkeys(_find_agency(entries, typed) for typed in agencies)
    told = IncidentRequest(
        type=type_,  # type: ignore[arg-type]
        started_at=timestamp(started_at),
        agency_ids=[agency_id for agency_id in named if agency_id != own],
    )
    # Its id is what people type the beginning of: random from its first digit on.
    id_ = secrets.token_bytes(ID_LENGTH) if draft is None else sha256(draft + encode(told)).digest()[:ID_LENGTH]
    known = (entry for entry in outbox.list_of_kind(connection, "incident_request") if entry.command_id == id_)
    if draft is not None and (asked := next(known, None)) is not None:
        return asked
    report = Report(command_id=id_, occurred_at=timestamp(now), incident_request=told)
    return append(connection, [report], key, now)[0]


def _find_agency(entries: Sequence[DirectoryEntry], typed: str) -> bytes:
    """Give the id of the one agency that is called so, or whose id begins so."""
    wanted = typed.strip().casefold()
    found = [entry.agency_id for entry in entries if entry.name.casefold() == wanted]
    if not found and len(wanted) >= SHORTEST_PREFIX:
        found = [entry.agency_id for entry in entries if entry.agency_id.hex().startswith(wanted)]
    if not found:
        raise NotFound(f"agency: the directory, which has names and ids, has no {typed!r}")
    if len(found) > 1:
        raise InvalidRequest(f"agency: {len(found)} agencies are called {typed!r}: give the id instead")
    return found[0]
