"""The agency's mailbox, applied: a notice and its cursor in one transaction, each once, in order.

1. A notice at or before the cursor was applied already: nothing happens.
2. A notice beyond the next cursor leaves a gap: refused, and the mailbox is asked for again from the cursor.
3. Every notice is stored as it came. One of a kind that this version does not know is stored and skipped; so is one
   that is not as the contract says: a bad notice never blocks the mailbox.
4. What is older than what is held is not applied: versions decide, not arrival.
5. An incident implies each participant's first line on its board (notice.proto, IncidentNotice). It is written where
   no line is held, so that no newer one is lost, however often the mailbox is read from its beginning.
6. Text from the hub is cut to a length and freed of signs that could act on a screen.

Source: DESIGN.md 3, "Delivery"; TRUST.md t07, d01, r02.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Literal

from google.protobuf.message import DecodeError
from google.protobuf.timestamp_pb2 import Timestamp
from sqlalchemy import Connection

from common.errors import InvalidRequest, WrongState
from common.wire.v1 import notice_pb2 as wire
from node.domain.activation import BoardLine, Counts, implied_lines
from node.domain.delivery import Flow
from node.domain.directory import DirectoryEntry
from node.domain.incident import Incident, supersedes
from node.persistence import directory, incidents, notices, outbox, streams
from node.persistence.membership import get_membership, set_mailbox_cursor
from node.persistence.notices import StoredNotice
from node.use_cases import agreement_notices, follow_up_notices
from node.use_cases.aid_notices import apply_peer_aid
from node.use_cases.claims import take_down_claims
from node.use_cases.delivery import raise_epoch
from node.use_cases.incident_notices import apply_request_answer
from node.use_cases.notice_fields import MAX_ENTRIES, MAX_NAME, MAX_SENTENCE
from node.use_cases.notice_fields import MAX_TITLE as MAX_TITLE
from node.use_cases.notice_fields import bounded as bounded
from node.use_cases.notice_fields import id_in as _id
from node.use_cases.notice_fields import time_in as _time
from node.use_cases.reporting_windows import apply_window

_UNKNOWN = "unknown"
_EXACT_COUNTS: tuple[
    Literal["supporters_deployed", "supporters_for_mutual_aid", "follow_ups_open", "follow_ups_due", "follow_ups_done"],
    ...,
] = (
    "supporters_deployed",
    "supporters_for_mutual_aid",
    "follow_ups_open",
    "follow_ups_due",
    "follow_ups_done",
)
_log = logging.getLogger(__name__)


def apply(connection: Connection, raw: bytes, now: datetime) -> StoredNotice | None:
    """Apply one notice of the mailbox.

    Args:
        connection: the write transaction; the cursor moves in it.
        raw: the notice as it arrived.
        now: node time, UTC.

    Returns:
        The notice as it is stored; None when it was applied before.

    Raises:
        InvalidRequest: not a notice at all.
        WrongState: it leaves a gap (rule 2).
    """
    notice = _parse(raw)
    membership = get_membership(connection)
    if notice.cursor <= membership.mailbox_cursor:  # 1
        return None
    if notice.cursor != membership.mailbox_cursor + 1:  # 2
        raise WrongState(f"notice {membership.mailbox_cursor + 1} is missing: notice {notice.cursor} came instead")
    kind = notice.WhichOneof("kind") or _UNKNOWN
    is_applied = _act(connection, kind, notice, now)  # 3
    stored = StoredNotice(
        hub_epoch=membership.hub_epoch,
        cursor=notice.cursor,
        notice_id=notice.notice_id,
        kind=kind,
        body=raw,
        is_applied=is_applied,
        issued_at=_time_or_none(notice.issued_at),
        received_at=now,
    )
    notices.add_notice(connection, stored)
    set_mailbox_cursor(connection, notice.cursor, membership.hub_epoch)  # after a new epoch the mailbox starts over
    return stored


def _parse(raw: bytes) -> wire.Notice:
    try:
        notice = wire.Notice.FromString(raw)
    except DecodeError:
        raise InvalidRequest("the hub sent something that is no notice") from None
    if not notice.cursor:
        raise InvalidRequest("the hub sent a notice without a cursor")
    return notice


def _act(connection: Connection, kind: str, notice: wire.Notice, now: datetime) -> bool:
    """Do what the notice says; False when this version cannot (rule 3)."""
    action = _ACTIONS.get(kind)
    if action is None:
        _log.info("a notice of a kind without behaviour here is kept", extra={"kind": kind, "cursor": notice.cursor})
        return False
    try:
        action(connection, notice, now)
    except InvalidRequest as error:
        _log.warning(
            "a notice is not as the contract says: kept and skipped",
            extra={"kind": kind, "cursor": notice.cursor, "why": str(error)},
        )
        return False
    return True


def _apply_incident(connection: Connection, notice: wire.Notice, now: datetime) -> None:
    told: wire.IncidentNotice = getattr(notice, notice.WhichOneof("kind") or "")
    held = incidents.find_incident(connection, _id(told.incident_id, "incident_id"))
    if not supersedes(told.version, held.version if held else None):  # 4
        return
    incident = Incident(
        id=told.incident_id,
        type=told.type,
        title=bounded(told.title, MAX_TITLE),
        status=told.status,
        started_at=_time(told.started_at, "started_at"),
        opened_at=_time(told.opened_at, "opened_at"),
        version=told.version,
        agency_ids=tuple(_id(agency_id, "agency_ids") for agency_id in told.agency_ids[:MAX_ENTRIES]),
        asked=tuple(told.asked[:MAX_ENTRIES]),
        activate_by=_time(told.activate_by, "activate_by") if told.HasField("activate_by") else None,
        jurisdictions=tuple(bounded(name, MAX_NAME) for name in told.jurisdictions[:MAX_ENTRIES]),
    )
    lines = implied_lines(incident, held, _time(notice.issued_at, "issued_at"))
    incidents.save_incident(connection, incident)
    incidents.add_missing_lines(connection, lines)  # 5
    take_down_claims(connection, now, incident.id)  # one that a restored hub had lost may be told anew


def _apply_board(connection: Connection, notice: wire.Notice, _: datetime) -> None:
    told = notice.activation_board
    incident_id, agency_id = _id(told.incident_id, "incident_id"), _id(told.agency_id, "agency_id")
    held = incidents.find_line(connection, incident_id, agency_id)
    if not supersedes(told.version, held.version if held else None):  # 4
        return
    exact = {name: getattr(told, name) for name in _EXACT_COUNTS if told.HasField(name)}
    counts = Counts(people_exposed=told.people_exposed or None, contacts_made=told.contacts_made or None, **exact)
    line = BoardLine(
        incident_id=incident_id,
        agency_id=agency_id,
        status=told.status,
        decline_reason=told.decline_reason or None,
        counts=counts,
        changed_at=_time(told.changed_at, "changed_at"),
        version=told.version,
    )
    incidents.save_line(connection, line)


def _apply_directory(connection: Connection, notice: wire.Notice, _: datetime) -> None:
    told = notice.directory
    if not supersedes(told.version, directory.directory_version(connection)):  # 4
        return
    entries = [
        DirectoryEntry(
            agency_id=_id(entry.agency_id, "entries.agency_id"),
            name=bounded(entry.name, MAX_NAME),
            discipline=entry.discipline,
            jurisdiction=bounded(entry.jurisdiction, MAX_NAME),
            duty_contact=bounded(entry.duty_contact, MAX_SENTENCE),
            active=entry.active,
        )
        for entry in told.entries[:MAX_ENTRIES]
    ]
    if len({entry.agency_id for entry in entries}) != len(entries):
        raise InvalidRequest("entries: one agency is listed twice")
    directory.replace_directory(connection, entries, told.version)


def _apply_refused(connection: Connection, notice: wire.Notice, _: datetime) -> None:
    told = notice.report_refused
    stream_id = _id(told.stream_id, "stream_id")
    command_id = _id(told.command_id, "command_id")
    outbox.set_reason(connection, stream_id, told.sequence, command_id, bounded(told.reason, MAX_SENTENCE))


def _apply_epoch(connection: Connection, notice: wire.Notice, now: datetime) -> None:
    raise_epoch(connection, notice.hub_epoch_changed.hub_epoch, now)


def _apply_quarantine(connection: Connection, notice: wire.Notice, now: datetime) -> None:
    told = notice.quarantine
    stream = streams.get_current_stream(connection)
    if told.lifted and stream.flow is Flow.QUARANTINED:
        streams.set_flow(connection, stream.stream_id, Flow.FLOWING, "", now)
    elif not told.lifted and told.stream_id == stream.stream_id:
        reason = f"quarantined by the hub at report {told.sequence}: {bounded(told.reason, MAX_SENTENCE)}"
        streams.set_flow(connection, stream.stream_id, Flow.QUARANTINED, reason, now)


_ACTIONS: dict[str, Callable[[Connection, wire.Notice, datetime], None]] = {
    "incident_opened": _apply_incident,
    "incident_changed": _apply_incident,
    "incident_closed": _apply_incident,
    "activation_board": _apply_board,
    "follow_up_changed": follow_up_notices.apply_follow_up,
    "offer_received": follow_up_notices.apply_follow_up,
    "escalation": follow_up_notices.apply_follow_up,
    "agreement_published": agreement_notices.apply_agreement,
    "directory": _apply_directory,
    "report_refused": _apply_refused,
    "hub_epoch_changed": _apply_epoch,
    "quarantine": _apply_quarantine,
    "peer_aid_changed": apply_peer_aid,
    "incident_request_answered": apply_request_answer,
    "reporting_window": apply_window,
}


def _time_or_none(stamp: Timestamp) -> datetime | None:
    """Read a time that nothing depends on: one that cannot be is left out."""
    try:
        return _time(stamp, "time")
    except InvalidRequest:
        return None
