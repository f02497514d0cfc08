"""A release in plain words: how it stands, what leaves of it cell by cell, and why a cell is withheld."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from common.disclosure.catalogue import TABLES
from common.disclosure.cell import Figures, Reason
from common.wire.v1.codes_pb2 import Outcome
from node.domain.release import SET_ASIDE_WORDS, Mode, Release, ReportingWindow, State, leaves_at, read_mode
from node.opened import OpenNode
from node.persistence import releases as stored
from node.persistence import reporting_windows
from node.persistence.bodies import Flagged
from node.persistence.outbox import OutboxEntry
from node.persistence.releases import Kept
from node.use_cases import drawing, releases
from node.use_cases.taking import Told

_REASONS = {Reason.SMALL: "small", Reason.PROTECTS_ANOTHER: "protects_another"}
NOT_DRAWN, OWN = "not_drawn", "own"


@dataclass(frozen=True)
class _Shown:
    """The figures of a window, drawn or as of now."""

    figures: Figures
    kept: Kept


def row_of(
    connection: Connection, window: ReportingWindow, release: Release | None, mode: Mode | None, now: datetime
) -> dict[str, Any]:
    """Tell how a window stands."""
    told = releases.answers(connection, window.id) if release is not None and release.state is State.SENT else {}
    leaves = None if release is None else leaves_at(window, release, mode)
    return {
        "window": window.id.hex(),
        "period": window.label,
        "starts_at": window.starts_at.isoformat(),
        "ends_at": window.ends_at.isoformat(),
        "tables": [TABLES[table].name for table in sorted(window.tables)],
        "k": window.k,
        "is_own": window.is_own,
        "state": NOT_DRAWN if release is None else release.state.value,
        "why": None if release is None or release.why is None else SET_ASIDE_WORDS[release.why],
        "draws_at": None if release is not None else window.draws_at.isoformat(),
        "drawn_at": None if release is None else release.drawn_at.isoformat(),
        "leaves_at": None if leaves is None else max(leaves, now).isoformat(),
        "sent_at": release.changed_at.isoformat() if release and release.state is State.SENT else None,
        "hub": _hub_words(told),
    }


def previewed(
    node: OpenNode, connection: Connection, window: ReportingWindow, now: datetime, told: Told
) -> dict[str, Any]:
    """Give what leaves of a window, or would leave as of now."""
    release = stored.list_states(connection).get(window.id)
    mode, answers = read_mode(node.settings.release_mode), releases.answers(connection, window.id)
    shown = _shown(node, connection, window, release, now, told)
    tables = sorted(window.tables) if release is None or release.state is not State.SET_ASIDE else []
    return row_of(connection, window, release, mode, now) | {
        "is_provisional": release is None,
        "zeros_withheld": shown.kept.zeros_withheld,
        "is_least": shown.kept.is_least,
        "mode": mode,
        "says": [*_sentences(node, connection, window, release, now), *_of_figures(shown.kept)],
        "tables": [_table(window, table, shown, answers.get(table)) for table in tables],
    }


def _shown(
    node: OpenNode,
    connection: Connection,
    window: ReportingWindow,
    release: Release | None,
    now: datetime,
    told: Told,
) -> _Shown:
    if release is None:
        law = node.settings.pack, node.settings.zone
        prepared = drawing.prepare(connection, node.vault, *law, window, now, told)
        drawn = drawing.decide(prepared)
        return _Shown(drawn.figures, drawing.kept_of(prepared, drawn))
    if release.state is State.SET_ASIDE:
        return _Shown({}, Kept({}, {}))
    found = stored.list_releases(connection, node.vault, window.id)[window.id]
    if isinstance(found.kept, Flagged):
        return _Shown({}, Kept({}, dict.fromkeys(window.tables, found.kept.because)))
    return _Shown(found.figures, found.kept)


def _table(window: ReportingWindow, kind: int, shown: _Shown, answer: OutboxEntry | None) -> dict[str, Any]:
    table = TABLES[kind]
    is_there = any(cell.table == kind for cell in shown.figures)
    return {
        "table": table.name,
        "title": table.title,
        "counts": table.counts,
        "columns": list(table.columns),
        "refused": None if is_there else shown.kept.refused.get(kind, "it has no figures"),
        "hub": None if answer is None else _answer(answer),
        "cells": [
            {
                "row": table.row_name(cell.row),
                "column": table.column_name(cell.column) if table.columns else None,
                "count": shown.figures[cell],
                "withheld": _REASONS.get(shown.kept.reasons[cell]) if cell in shown.kept.reasons else None,
            }
            for cell in table.cells(window.id)
            if is_there
        ],
    }


def _sentences(
    node: OpenNode, connection: Connection, window: ReportingWindow, release: Release | None, now: datetime
) -> list[str]:
    """Say what happens next, and what keeps it from happening."""
    said = node.settings.release_mode
    mode = read_mode(said)
    if release is None:
        return [*_before(connection, window, now), *(_of_mode(said, mode) if not window.is_own else [])]
    if release.why is not None:
        return [f"It has no figures here: {SET_ASIDE_WORDS[release.why]}."]
    if window.is_own:
        return ["It is this node's own: its leaders see these figures, and nothing of it leaves."]
    if release.state is State.SENT:
        return [f"It was sent at {_time(release.changed_at)}, and is never changed: the hub has it, or waits for it."]
    if release.state is State.HELD:
        return ["It is held: nothing of it leaves before the hold is lifted. The hub sees that, and not why."]
    at = leaves_at(window, release, mode)
    if at is None:
        return ["It is drawn, and is never changed: exactly this leaves.", *_of_mode(said, mode)]
    return [f"It is drawn, and is never changed: exactly this leaves at {_time(max(at, now))}, unless it is held."]


def _before(connection: Connection, window: ReportingWindow, now: datetime) -> list[str]:
    own = "; it is this node's own, and nothing of it leaves" if window.is_own else ""
    lines = [f"As of now. Its counts are taken once, at {_time(window.draws_at)}{own}."]
    if window.draws_at <= now and window.id not in reporting_windows.list_clear(connection, now):
        lines.append("It waits until the hub has answered: a database that was restored from a backup finds out first.")
    return lines


def _of_mode(said: str, mode: Mode | None) -> list[str]:
    if mode is Mode.ASK:
        return ["It leaves when a coordinator sends it."]
    if mode is None:
        how = f"is {said!r}, which cannot be read" if said.strip() else "is not set"
        return [f"Nothing leaves: release_mode {how} in node.toml; it can be ask, after_grace or at_once."]
    return []


def _of_figures(kept: Kept) -> Iterator[str]:
    """Say what a reader of the figures must know."""
    if kept.zeros_withheld:
        yield "Zeros are withheld here, like small counts: the jurisdiction's pack asks for it."
    if not kept.is_least:
        yield "The time for finding the least that must be withheld was over: more may be withheld than needed."
    if kept.flagged:
        are = "1 record is" if kept.flagged == 1 else f"{kept.flagged} records are"
        yield f"{are} not what was stored, and did not count; mended, it counts in a later period."


def _answer(entry: OutboxEntry) -> str:
    if entry.outcome is None:
        return "waits to be taken by the hub"
    if entry.outcome == Outcome.OUTCOME_REFUSED_DUPLICATE:
        return "the hub has this table of the period already, and keeps that one"
    if entry.is_refused:
        return f"refused: {entry.reason or 'the hub gave no reason yet'}"
    return "the hub has it"


def _hub_words(told: Mapping[int, OutboxEntry]) -> str | None:
    if not told:
        return None
    refused = sum(entry.is_refused for entry in told.values())
    if refused:
        return f"{refused} of {len(told)} tables refused"
    waiting = sum(entry.outcome is None for entry in told.values())
    return f"{waiting} of {len(told)} tables wait" if waiting else "has it"


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
