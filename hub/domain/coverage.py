"""Who has reported for a window, and when an edition of it is made.

1. An edition is made once every agency that was told of the window in time has reported, or a week after the counts
   were to leave; and not before at least three agencies are new in it, nor within an hour of the last report.
2. What is held back is not reported. Who held it back or came late waits for further agencies: a later edition is made
   by the same rule.
3. What the audit left out (release_audit.py) is not reported, and nobody waits for it: it is never released again.

Source: DESIGN.md 7; DOMAIN.md 5.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hub.domain.agency import Agency, Membership
from hub.domain.group_figures import LEAST_CONTRIBUTORS
from hub.domain.reporting_window import ReportingWindow

PATIENCE = timedelta(days=7)  # after the counts were to leave, for an agency that was away
SETTLED = timedelta(hours=1)  # an agency's tables leave together, and may arrive in two batches


class Coverage(StrEnum):
    """Where an agency stands with a window."""

    COUNTED = "counted"  # in an edition
    COUNTED_IN_PART = "counted_in_part"  # in one, without tables that would expose people
    REPORTED = "reported"  # before an edition was made
    REPORTED_LATE = "reported_late"  # after one was made: it waits for further agencies
    LEFT_OUT = "left_out"  # all that it reported would expose people
    HELD = "held"  # the agency holds it back
    DUE = "due"  # not reported, and there is time
    LATE = "late"  # not reported, and its counts were to have left
    NOT_A_MEMBER = "not_a_member"  # was not told of the window in time, or has left the region


@dataclass(frozen=True)
class Received:
    """What came for a window.

    Args:
        reporters: agencies that released something that is not left out.
        holders: agencies that hold back.
        counted: agencies that are in an edition.
        newest_at: when the last release came.
        left_out: agencies of which a table is left out.
    """

    reporters: Collection[bytes] = frozenset()
    holders: Collection[bytes] = frozenset()
    counted: Collection[bytes] = frozenset()
    newest_at: datetime | None = None
    left_out: Collection[bytes] = frozenset()


def is_due(window: ReportingWindow, received: Received, agencies: Collection[Agency], now: datetime) -> bool:
    """Tell whether an edition is to be made now (1 to 3)."""
    newest = received.newest_at
    if newest is None or now < newest + SETTLED or now < window.ends_at:
        return False
    if len(set(received.reporters) - set(received.counted)) < LEAST_CONTRIBUTORS:
        return False
    expected = {each.id for each in agencies if _is_expected(window, each)}
    return expected <= {*received.reporters, *received.left_out} or now >= window.release_by + PATIENCE


def coverage(
    window: ReportingWindow, received: Received, agencies: Collection[Agency], now: datetime
) -> Mapping[bytes, Coverage]:
    """Tell where each agency stands with a window."""
    return {agency.id: _coverage(window, received, agency, now) for agency in agencies}


def _coverage(window: ReportingWindow, received: Received, agency: Agency, now: datetime) -> Coverage:
    if agency.id in received.counted:
        return Coverage.COUNTED_IN_PART if agency.id in received.left_out else Coverage.COUNTED
    if agency.id in received.reporters:
        return Coverage.REPORTED_LATE if received.counted else Coverage.REPORTED
    if agency.id in received.left_out:
        return Coverage.LEFT_OUT
    if not _is_expected(window, agency):
        return Coverage.NOT_A_MEMBER
    if agency.id in received.holders:
        return Coverage.HELD
    return Coverage.DUE if now < window.release_by else Coverage.LATE


def _is_expected(window: ReportingWindow, agency: Agency) -> bool:
    return agency.membership is Membership.JOINED and window.is_due_from(agency.created_at)
