"""Incidents: opened, joined by more agencies, moved on and closed at the hub; the participants are told in the same
transaction.

Opening is one notice to each participant. It implies every participant's first line: a notice for each line would be
as many pieces of mail as the square of their number. A line that is otherwise than a recipient takes it to be is told
before the incident's own notice (notice.proto, IncidentNotice.agency_ids).
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from common.errors import AlreadyExists, InvalidRequest, WrongState
from common.wire.v1 import notice_pb2 as wire
from common.wire.v1.codes_pb2 import IncidentStatus, IncidentType
from hub.domain import activation
from hub.domain.activation import Activation
from hub.domain.agency import Agency, Membership
from hub.domain.incident import MAX_ADDED, MAX_PARTICIPANTS, Incident, with_participants, with_status
from hub.persistence import agencies, audit, incidents
from hub.persistence.transaction import Transaction
from hub.use_cases.agreements import agreement_in_force
from hub.use_cases.boards import counts_are_hidden, tell_line
from hub.use_cases.mutual_aid import tell_live_requests
from hub.use_cases.notices import incident_notice


@dataclass(frozen=True)
class NewIncident:
    """What a coordinator says of an incident when opening it."""

    type: IncidentType
    title: str
    agency_slugs: Sequence[str]
    started_at: datetime
    jurisdictions: Sequence[str] = ()
    id: bytes | None = None  # of one that nodes still know and this hub lost with a restore
    draft: bytes | None = None  # 16 random bytes of one form: what is sent twice is opened once


def open_incident(new: NewIncident, tx: Transaction, now: datetime) -> Incident:
    """Open an incident and ask every participant to activate; give the one that its draft has become already.

    Raises:
        InvalidRequest: names the field.
        NotFound: no agency is called that.
        WrongState, AlreadyExists: the id that is named was not lost.
    """
    known = find_opened(new.draft, tx)
    if known is not None:
        return known
    if len(new.agency_slugs) > MAX_PARTICIPANTS:
        raise InvalidRequest(f"agencies: name at most {MAX_PARTICIPANTS:,}")
    if new.id is not None:
        _check_lost(new.id, new.agency_slugs, tx)
    named = _named(new.agency_slugs, tx)
    agreement = agreement_in_force(tx, now)
    protocol = agreement.terms.protocols.get(new.type) if agreement else None
    incident = Incident(
        id=new.id or new.draft or os.urandom(16),
        type=new.type,
        title=new.title,
        status=IncidentStatus.INCIDENT_STATUS_OPEN,
        jurisdictions=tuple(new.jurisdictions),
        started_at=new.started_at,
        opened_at=now,
        version=tx.version_after(0),
        agency_ids=tuple(agency.id for agency in named),
        asked=protocol.asked if protocol else (),
        activate_by=now + protocol.activate_within if protocol else None,
    )
    # Nodes hold lines of an incident that was lost: theirs are older than this version.
    version = 1 if new.id is None else tx.version_after(0)
    lines = [activation.requested(incident.id, agency.id, now, version) for agency in named]
    incidents.add_incident(tx.connection, incident, lines)
    _tell_lines(lines, incident.agency_ids, incident.id, now, tx)
    tx.post(incident.agency_ids, wire.Notice(incident_opened=incident_notice(incident)))
    audit.record(tx.connection, now, tx.actor, "incident open", incident.id.hex(), "done")
    return incident


def find_opened(draft: bytes | None, tx: Transaction) -> Incident | None:
    """Find the incident that a draft has become."""
    found = None if draft is None else incidents.load_boards(tx.connection, [draft]).get(draft)
    return None if found is None else found[0]


def add_participants(incident_id: bytes, slugs: Sequence[str], tx: Transaction, now: datetime) -> Incident:
    """Let more agencies take part in an incident, and ask them to activate.

    Raises:
        NotFound: no such incident, or no agency is called that.
        WrongState: the incident is closed.
        InvalidRequest: an agency was removed or takes part already, or they are too many.
    """
    before, board = incidents.get_board(tx.connection, incident_id)
    named = _named(slugs, tx)
    for agency in named:
        if agency.id in before.agency_ids:
            raise InvalidRequest(f"agencies: {agency.slug!r} takes part already")
    added = tuple(agency.id for agency in named)
    incident = with_participants(before, added, tx.version_after(before.version))
    lines = [activation.requested(incident_id, agency_id, now, tx.version_after(0)) for agency_id in added]
    incidents.save_incident(tx.connection, incident)
    incidents.add_lines(tx.connection, lines, len(board))
    _tell_lines([*board, *lines], added, incident_id, incident.opened_at, tx)
    _tell_lines(lines, before.agency_ids, incident_id, now, tx)
    tx.post(incident.agency_ids, wire.Notice(incident_changed=incident_notice(incident)))
    tell_live_requests(added, tx, now)
    audit.record(tx.connection, now, tx.actor, "incident add", incident_id.hex(), f"done, agencies: {len(added)}")
    return incident


def change_status(
    incident_id: bytes,
    status: IncidentStatus,
    tx: Transaction,
    now: datetime,
    *,
    open_follow_ups: int = 0,
    keep_open: bool = False,
) -> Incident:
    """Move an incident to monitoring, back to open, or close it.

    Args:
        open_follow_ups: how many follow-ups of the incident are not closed.
        keep_open: close it all the same; they go on.

    Raises:
        NotFound: no such incident.
        WrongState: the status does not follow, or follow-ups are open.
    """
    before, _ = incidents.get_board(tx.connection, incident_id)
    incident = with_status(before, status, tx.version_after(before.version), now)
    left_open = open_follow_ups if incident.is_closed else 0
    if left_open and not keep_open:
        many = "1 follow-up of this incident is" if left_open == 1 else f"{left_open} follow-ups of this incident are"
        raise WrongState(
            f"{many} open: have each closed first, or say that the incident closes without them (--keep-open)"
        )
    incidents.save_incident(tx.connection, incident)
    told = incident_notice(incident)
    notice = wire.Notice(incident_closed=told) if incident.is_closed else wire.Notice(incident_changed=told)
    tx.post(incident.agency_ids, notice)
    step = IncidentStatus.Name(incident.status).removeprefix("INCIDENT_STATUS_").lower()
    outcome = f"done, follow-ups kept open: {left_open}" if left_open else "done"
    audit.record(tx.connection, now, tx.actor, f"incident {step}", incident.id.hex(), outcome)
    return incident


def _named(slugs: Sequence[str], tx: Transaction) -> list[Agency]:
    named = agencies.get_agencies_by_slugs(tx.connection, slugs)
    for agency in named:
        if agency.membership in (Membership.EVICTED, Membership.BANNED):
            raise InvalidRequest(f"agencies: {agency.slug!r} was removed from this region")
    return named


def _check_lost(incident_id: bytes, slugs: Sequence[str], tx: Transaction) -> None:
    """Check that an id can be one that this hub gave before it was restored."""
    if tx.hub_epoch < 2:
        raise WrongState("id: this hub was never restored from a backup, so it lost no incident: leave --id out")
    if incidents.load_boards(tx.connection, [incident_id]):
        raise AlreadyExists(
            "id: this hub knows that incident: `holdfast hub incident add` lets more agencies take part"
        )
    if len(slugs) > MAX_ADDED:
        raise InvalidRequest(f"agencies: name at most {MAX_ADDED} with --id, and let the others take part afterwards")


def _tell_lines(
    lines: Iterable[Activation], recipients: Sequence[bytes], incident_id: bytes, implied_at: datetime, tx: Transaction
) -> None:
    """Tell the lines that are otherwise than these agencies take a first line to be."""
    hiding_counts = counts_are_hidden(tx, tx.now)
    for line in lines:
        if line != activation.requested(incident_id, line.agency_id, implied_at):
            tell_line(line, recipients, tx, hiding_counts=hiding_counts)
