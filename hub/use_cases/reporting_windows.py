"""Reporting windows: opened by the calendar and the agreement in force, and told to every joined agency.

1. The running month's and quarter's windows exist from the period's first day on, or from the day since which an
   agreement holds. Without an agreement there are none: nobody has agreed on k.
2. Past periods are opened once, by a coordinator: for a region that starts with years of records.
3. Who joins is told the windows whose counts have not left yet.

Source: DESIGN.md 7; `hub.domain.reporting_window`.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection

from common.agreement.terms import Terms
from common.agreement.versions import in_force
from common.errors import WrongState
from common.wire.times import timestamp
from common.wire.v1.notice_pb2 import Notice, ReportingWindowNotice
from hub.domain.agency import Membership
from hub.domain.reporting_window import ReportingWindow, Span, opened, past, running
from hub.persistence import agencies, agreements, audit, reporting_windows
from hub.persistence.region import get_region
from hub.persistence.transaction import Transaction


def open_running(tx: Transaction, now: datetime) -> int:
    """Open what is missing of the running periods' windows, and tell every agency (1); tell how many."""
    return len(_open(_missing(tx.connection, now), tx, now))


def is_running_due(connection: Connection, now: datetime) -> bool:
    """Tell whether a window of the running periods is to be opened."""
    return bool(_missing(connection, now))


def open_past(first: datetime, tx: Transaction, now: datetime) -> list[ReportingWindow]:
    """Open the windows of every period from `first` to the running quarter, and tell every agency (2).

    Args:
        first: the first day of a quarter, UTC.

    Raises:
        WrongState: no agreement holds, or windows of the same tables overlap.
        InvalidRequest: `first` does not begin a quarter, or lies too far back.
    """
    terms = _terms(tx.connection, now)
    if terms is None:
        raise WrongState("no agreement holds yet, and k is agreed on there: `holdfast hub agreement publish` first")
    windows = _open(past(terms, reporting_windows.list_windows(tx.connection), first, now), tx, now)
    audit.record(tx.connection, now, tx.actor, "reporting open", f"{len(windows)} windows", "done")
    return windows


def tell_windows(agency_id: bytes, tx: Transaction, now: datetime) -> None:
    """Tell one agency the windows that it may still release for (3). Called when it joins."""
    _tell([agency_id], (each for each in reporting_windows.list_windows(tx.connection) if now < each.release_by), tx)


def window_notice(window: ReportingWindow) -> Notice:
    """Tell a window."""
    return Notice(
        reporting_window=ReportingWindowNotice(
            window_id=window.id,
            starts_at=timestamp(window.starts_at),
            ends_at=timestamp(window.ends_at),
            release_by=timestamp(window.release_by),
            tables=sorted(window.tables),  # type: ignore[arg-type]
            k=window.k,
        )
    )


def _missing(connection: Connection, now: datetime) -> list[Span]:
    terms = _terms(connection, now)
    return [] if terms is None else running(terms, reporting_windows.list_windows(connection), now)


def _terms(connection: Connection, now: datetime) -> Terms | None:
    agreement = in_force(agreements.load_agreements(connection).values(), now)
    return None if agreement is None else agreement.terms


def _open(spans: Collection[Span], tx: Transaction, now: datetime) -> list[ReportingWindow]:
    terms = _terms(tx.connection, now)
    if terms is None or not spans:
        return []
    windows = opened(spans, terms, get_region(tx.connection).trust_domain, now)
    reporting_windows.add_windows(tx.connection, windows)
    joined = [each.id for each in agencies.list_agencies(tx.connection) if each.membership is Membership.JOINED]
    _tell(joined, windows, tx)
    return windows


def _tell(recipients: Collection[bytes], windows: Iterable[ReportingWindow], tx: Transaction) -> None:
    for window in windows:
        tx.post(recipients, window_notice(window))
