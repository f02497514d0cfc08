"""Drawn releases are held, let go again, sent; each change with the report that tells the hub, in one transaction.

1. All tables of a window leave together, once. What the hub refused may be sent again, with the same figures; not where
   it has them already.
2. The hub sees that a release is held, or that the hold is lifted, and not why.

Source: node/domain/release.py; DESIGN.md 1, 7; TRUST.md d01.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from common.access.roles import Action
from common.audit.entry import Entry
from common.disclosure.catalogue import TABLES
from common.disclosure.cell import Cell
from common.errors import WrongState
from common.identity.keys import Ed25519PrivateKey
from common.ids import new_id
from common.wire.times import timestamp
from common.wire.v1.codes_pb2 import Outcome, ReleaseHoldState
from common.wire.v1.report_pb2 import ReleaseHold, Report, TableCell, TableRelease
from node.domain.release import (
    Mode,
    Release,
    ReportingWindow,
    State,
    check_held,
    check_lifted,
    check_sent,
    leaves_at,
)
from node.persistence import ledger, outbox, releases, reporting_windows
from node.persistence.audit import TRAIL
from node.persistence.bodies import Flagged, subject_of
from node.persistence.outbox import OutboxEntry
from node.persistence.releases import TABLE, StoredRelease
from node.use_cases.doing import SCHEDULER
from node.use_cases.outbox import append
from node.vault.vault import Vault

_log = logging.getLogger(__name__)
_CHANGED = "it was changed meanwhile: nothing was done; look at it again"


@dataclass(frozen=True)
class Sending:
    """What sending needs of the node."""

    vault: Vault
    key: Ed25519PrivateKey
    mode: Mode | None


def hold(connection: Connection, sending: Sending, window: ReportingWindow, actor: str, now: datetime) -> Release:
    """Keep back a release that would leave; raises WrongState where it cannot be held."""
    check_held(window, _release(connection, window))
    return _held(connection, sending, window, State.DRAWN, State.HELD, actor, now)


def lift(connection: Connection, sending: Sending, window: ReportingWindow, actor: str, now: datetime) -> Release:
    """Let a release go that was held; raises WrongState where there is nothing to lift."""
    check_lifted(window, _release(connection, window))
    return _held(connection, sending, window, State.HELD, State.DRAWN, actor, now)


def send(
    connection: Connection, sending: Sending, window: ReportingWindow, actor: str, now: datetime
) -> list[OutboxEntry]:
    """Send a release, or again what the hub refused of it (1).

    Raises:
        WrongState: it cannot be sent, or there is nothing to send.
    """
    release = _release(connection, window)
    check_sent(window, release, sending.mode)
    stored = releases.list_releases(connection, sending.vault, window.id)[window.id]
    if isinstance(stored.kept, Flagged):
        raise WrongState(f"{window.label} does not leave: its figures are {stored.kept.because}")
    tables = sorted({cell.table for cell in stored.figures})
    if stored.release.state is State.SENT:
        tables = _refused(connection, window, stored.release)
    elif not tables:
        raise WrongState(f"{window.label}: no table of it may leave; its preview says why")
    elif not releases.set_state(connection, window.id, State.DRAWN, State.SENT, now):
        raise WrongState(_CHANGED)
    TRAIL.record(connection, now, Entry(actor, Action.RELEASE.value, subject_of(TABLE, window.id), "sent"))
    reports = [_table_report(stored, table, now) for table in tables]
    return append(connection, reports, sending.key, now)


def list_waiting(connection: Connection, mode: Mode | None) -> list[tuple[ReportingWindow, datetime | None]]:
    """List what is drawn and may leave, each with when it does by itself."""
    states, waiting = releases.list_states(connection), list[tuple[ReportingWindow, datetime | None]]()
    for window in reporting_windows.list_windows(connection):
        release = states.get(window.id)
        is_drawn = release is not None and release.state is State.DRAWN and not window.is_own
        if release is not None and is_drawn and releases.has_figures(connection, window.id):
            waiting.append((window, leaves_at(window, release, mode)))
    return waiting


def send_due(connection: Connection, sending: Sending, now: datetime) -> list[ReportingWindow]:
    """Send what leaves by itself by now, as the agency decided; give the windows."""
    sent = list[ReportingWindow]()
    for window, at in list_waiting(connection, sending.mode):
        if at is None or at > now:
            continue
        try:
            send(connection, sending, window, SCHEDULER, now)
        except WrongState as error:  # altered: the others leave all the same
            _log.error("a release cannot be sent", extra={"period": window.label, "why": str(error)})
        else:
            sent.append(window)
    return sent


def answers(connection: Connection, window_id: bytes) -> dict[int, OutboxEntry]:
    """Give the newest report of each table of a window: whether the hub has it."""
    newest: dict[int, OutboxEntry] = {}
    for entry in outbox.list_about(connection, "table_release", window_id):
        [leaf] = ledger.read_leaves(connection, entry.stream_id, entry.sequence, 1)
        newest.setdefault(Report.FromString(leaf.body).table_release.table, entry)
    return newest


def _release(connection: Connection, window: ReportingWindow) -> Release | None:
    return releases.list_states(connection).get(window.id)


def _held(
    connection: Connection,
    sending: Sending,
    window: ReportingWindow,
    before: State,
    after: State,
    actor: str,
    now: datetime,
) -> Release:
    if not releases.set_state(connection, window.id, before, after, now):
        raise WrongState(_CHANGED)
    is_held = after is State.HELD
    word = "held" if is_held else "hold lifted"
    TRAIL.record(connection, now, Entry(actor, Action.RELEASE.value, subject_of(TABLE, window.id), word))
    told = ReleaseHoldState.RELEASE_HOLD_STATE_HELD if is_held else ReleaseHoldState.RELEASE_HOLD_STATE_LIFTED
    report = Report(
        command_id=new_id(now), occurred_at=timestamp(now), release_hold=ReleaseHold(window_id=window.id, state=told)
    )
    append(connection, [report], sending.key, now)
    return releases.list_states(connection)[window.id]


def _refused(connection: Connection, window: ReportingWindow, release: Release) -> list[int]:
    """Give the tables that the hub refused and does not have; raises WrongState where there are none."""
    told = answers(connection, window.id)
    again = [
        table
        for table, entry in sorted(told.items())
        if entry.is_refused and entry.outcome != Outcome.OUTCOME_REFUSED_DUPLICATE
    ]
    if not again:
        raise WrongState(
            f"{window.label} was sent at {release.changed_at:%Y-%m-%d %H:%M} UTC: what is released is never sent twice"
        )
    return again


def _table_report(stored: StoredRelease, table: int, now: datetime) -> Report:
    cells = TABLES[table].cells(stored.release.window_id)
    told = TableRelease(
        window_id=stored.release.window_id,
        table=table,  # type: ignore[arg-type]
        catalogue_version=stored.catalogue,
        cells=[_cell(cell, stored.figures) for cell in cells],
        zeros_withheld=stored.zeros_withheld,
    )
    return Report(command_id=new_id(now), occurred_at=timestamp(now), table_release=told)


def _cell(cell: Cell, figures: Mapping[Cell, int | None]) -> TableCell:
    count = figures[cell]
    return TableCell(row=cell.row, column=cell.column, count=count)
