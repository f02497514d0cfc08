"""A node in a region whose hub opened reporting windows, with records that count in them; valid by default."""

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from common.disclosure.catalogue import OF_ENCOUNTERS, TABLES, Period
from common.disclosure.cell import Cell
from common.settings import load_settings
from common.wire.canonical import encode
from common.wire.times import timestamp
from common.wire.v1 import notice_pb2 as wire
from common.wire.v1.codes_pb2 import TableKind
from common.wire.v1.report_pb2 import Report
from node.domain.encounter import Encounter
from node.domain.jurisdiction import Pack
from node.domain.release import ReportingWindow, months_later
from node.opened import OpenNode
from node.operations.releases import draw_due, release_by_itself
from node.persistence import ledger, outbox, releases, reporting_windows
from node.persistence.membership import get_membership
from node.persistence.notices import StoredNotice
from node.persistence.outbox import OutboxEntry
from node.persistence.releases import StoredRelease
from node.persistence.streams import get_current_stream
from node.settings import NodeSettings
from node.use_cases import notices
from node.use_cases.drawing import Prepared, prepare
from node.use_cases.membership import take_membership
from tests.builders import NOON
from tests.fakes import SetClock
from tests.nodes import MEMBERSHIP, numbered
from tests.records import Somebody, added, encounter

QUARTER = datetime(2026, 10, 1, tzinfo=UTC)
KIND = TableKind.TABLE_KIND_ENCOUNTERS_BY_SUPPORT_KIND
TWO_WAY = TableKind.TABLE_KIND_SUPPORT_KIND_BY_INCIDENT_RELATED
CAPACITY = TableKind.TABLE_KIND_SUPPORTER_CAPACITY
QUARTERLY = frozenset(table.kind for table in TABLES.values() if table.period is Period.QUARTER)
MONTHLY = frozenset({*OF_ENCOUNTERS, CAPACITY})
BY_QUARTER = QUARTERLY | set(OF_ENCOUNTERS)
AFTER = timedelta(hours=73)  # a little after a window is drawn


def in_a_region(node: OpenNode) -> None:
    """Have the node belong to a region, as far as its store knows."""
    node.write("test", partial(take_membership, told=MEMBERSHIP, now=NOON))


def window_notice(node: OpenNode, start: datetime = QUARTER, months: int = 3, **changes: Any) -> wire.Notice:
    """The notice that a window was opened."""
    end = months_later(start, months)
    values: dict[str, Any] = {
        "window_id": os.urandom(16),
        "starts_at": timestamp(start),
        "ends_at": timestamp(end),
        "release_by": timestamp(end + timedelta(days=14)),
        "tables": sorted(BY_QUARTER if months == 3 else MONTHLY),
        "k": 11,
    }
    told = wire.ReportingWindowNotice(**(values | changes))
    return numbered(node.read(get_membership).mailbox_cursor + 1, reporting_window=told)


def tell(node: OpenNode, notice: wire.Notice) -> StoredNotice:
    """Have the hub tell of something."""
    stored = node.write("test", partial(notices.apply, raw=encode(notice), now=node.clock.now()))
    assert stored is not None
    return stored


def opened(node: OpenNode, start: datetime = QUARTER, months: int = 3, **changes: Any) -> ReportingWindow:
    """Have the hub open a window, and give it."""
    notice = window_notice(node, start, months, **changes)
    assert tell(node, notice).is_applied
    return next(each for each in windows(node) if each.id == notice.reporting_window.window_id)


def windows(node: OpenNode) -> list[ReportingWindow]:
    """Every window, in the order in which they are drawn."""
    return node.read(reporting_windows.list_windows)


def at(node: OpenNode, moment: datetime) -> None:
    """Move the node's clock to a moment."""
    assert isinstance(node.clock, SetClock)
    node.clock.advance(moment - node.clock.now())


def hub_answers(node: OpenNode) -> None:
    """Have a heartbeat of the hub's be answered."""
    node.write("test", partial(reporting_windows.note_clear, now=node.clock.now()))


def drawn(node: OpenNode, window: ReportingWindow) -> StoredRelease:
    """Move the clock past a window's time, have the hub answer, draw, and give what was drawn."""
    at(node, max(node.clock.now(), window.draws_at + timedelta(hours=1)))
    hub_answers(node)
    draw_due(node)
    return release(node, window)


def release(node: OpenNode, window: ReportingWindow) -> StoredRelease:
    """What was drawn for a window."""
    return node.read(lambda connection: releases.list_releases(connection, node.vault, window.id))[window.id]


def pass_time(node: OpenNode, moment: datetime) -> None:
    """Have a moment come, and the scheduler do what is due."""
    at(node, moment)
    hub_answers(node)
    release_by_itself(node)


def contacts(node: OpenNode, by: Somebody, number: int, day: date, **changes: Any) -> list[bytes]:
    """Store that many contacts of one day."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    told: list[Encounter] = [encounter(by.supporter_id, occurred_at=noon, **changes)] * number
    return added(node, by, *told)


def total(stored: StoredRelease, table: int = KIND) -> int | None:
    """The total of a table, as it may leave."""
    return stored.figures[Cell(stored.release.window_id, table, 0)]


def reports(node: OpenNode, kind: str) -> list[tuple[OutboxEntry, Report]]:
    """The reports of a kind that were written to leave, the oldest first."""

    def read(connection: Any) -> list[tuple[OutboxEntry, Report]]:
        stream = get_current_stream(connection).stream_id
        rows = [entry for entry in outbox.list_from(connection, stream, 1) if entry.kind == kind]
        return [
            (entry, Report.FromString(next(ledger.read_leaves(connection, stream, entry.sequence, 1)).body))
            for entry in rows
        ]

    return node.read(read)


def decide(node: OpenNode, mode: str) -> None:
    """Have the agency decide how counts leave."""
    file = node.data / "node.toml"
    lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("release_mode")]
    file.write_text("\n".join([*lines, f"release_mode = {mode!r}"]) + "\n", "utf-8")
    node.settings = load_settings(NodeSettings, file)


class WithholdsZeros(NodeSettings):
    """Settings of a node in a place whose pack has zeros withheld, as none has yet."""

    @property
    def pack(self) -> Pack:
        return replace(super().pack, withhold_zero_counts=True)


def withhold_zeros(node: OpenNode, is_so: bool = True) -> None:
    """Have the jurisdiction's pack say from now on that zeros are withheld, or are not any more."""
    node.settings = load_settings(WithholdsZeros if is_so else NodeSettings, node.data / "node.toml")


def prepared(node: OpenNode, window: ReportingWindow) -> Prepared:
    """A window's true counts as of now, with what they are judged by."""
    settings, now = node.settings, node.clock.now()
    law = settings.pack, settings.zone
    return node.read(lambda connection: prepare(connection, node.vault, *law, window, now, lambda *_: None))


def sent(node: OpenNode) -> int:
    """How many tables were written to leave."""
    return len(reports(node, "table_release"))
