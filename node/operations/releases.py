"""Releases: previewed, held, let go again, sent, listed; and what the node does about them by itself.

Source: DESIGN.md 7; DOMAIN.md 2.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from common.access.person import Person
from common.access.roles import Action, Role
from common.errors import InvalidRequest, NotFound
from common.notify.catalogue import Kind
from common.short_ids import one_meant
from node.domain.release import Mode, ReportingWindow, State, leaves_at, read_mode
from node.opened import OpenNode
from node.operations.guarded import Guarded, progress_of
from node.operations.release_words import previewed, row_of
from node.persistence import releases as stored
from node.persistence import reporting_windows
from node.use_cases import drawing, releases
from node.use_cases.on_duty import list_active
from node.use_cases.people_notices import Announcer
from node.use_cases.releases import Sending
from node.use_cases.reporting_windows import open_own
from node.use_cases.taking import Told

Arguments = dict[str, Any]
Choose = Callable[[ReportingWindow, State | None], bool]
_MOST_AT_ONCE = 1_000  # windows drawn in one go
_NO_WINDOW = "no reporting window is called {digits}: the list has every one"


def preview(node: OpenNode, _: Person, arguments: Arguments) -> Any:
    """Give what leaves, or would leave as of now, cell by cell."""
    now = node.clock.now()
    keep_windows(node)

    def read(connection: Connection) -> Any:
        window = _previewed(connection, arguments.get("window"), now)
        if window.starts_at > now:
            raise InvalidRequest(f"{window.label} begins at {window.starts_at:%Y-%m-%d %H:%M} UTC: nothing counts yet")
        return previewed(node, connection, window, now, progress_of(arguments))

    return node.read(read)


def hold(node: OpenNode, person: Person, arguments: Arguments) -> Any:
    """Keep back a release that would leave."""
    return _changed(node, person, arguments, "hold", State.DRAWN, releases.hold)


def lift(node: OpenNode, person: Person, arguments: Arguments) -> Any:
    """Let a release go that was held."""
    return _changed(node, person, arguments, "lift", State.HELD, releases.lift)


def send(node: OpenNode, person: Person, arguments: Arguments) -> Any:
    """Send a release now, or again what the hub refused of it."""
    return _changed(node, person, arguments, "send", State.DRAWN, releases.send)


def list_(node: OpenNode, _: Person, __: Arguments) -> Any:
    """List every window, the newest first, with what became of it."""
    keep_windows(node)
    mode, now = read_mode(node.settings.release_mode), node.clock.now()

    def read(connection: Connection) -> Any:
        states, every = stored.list_states(connection), reporting_windows.list_windows(connection)
        return [row_of(connection, window, states.get(window.id), mode, now) for window in reversed(every)]

    return {"mode": mode, "said_mode": node.settings.release_mode, "windows": node.read(read)}


def release_by_itself(node: OpenNode) -> None:
    """Open, draw and send what is due: a step of the scheduler. What cannot be drawn keeps nothing from leaving."""
    try:
        draw_due(node)
    finally:
        _send_due(node)


def _send_due(node: OpenNode) -> None:
    sending, now = _sending(node), node.clock.now()

    def write(connection: Connection) -> None:
        for window in releases.send_due(connection, sending, now):
            _announcer(node).withdraw(connection, Kind.COUNTS_WAIT, [window.id.hex()], now)

    node.write("release", write)


def draw_due(node: OpenNode, told: Told = lambda done, total: None) -> None:
    """Draw every window whose time has come, in order."""
    keep_windows(node)
    for _ in range(_MOST_AT_ONCE):
        now = node.clock.now()

        def read(connection: Connection, now: datetime = now) -> drawing.Prepared | None:
            window = drawing.find_next(connection, now)
            law = node.settings.pack, node.settings.zone
            return None if window is None else drawing.prepare(connection, node.vault, *law, window, now, told)

        prepared = node.read(read)
        if prepared is None:
            return
        drawn = drawing.decide(prepared)
        node.write("draw", lambda c, p=prepared, d=drawn: _settle(node, c, p, d))  # type: ignore[misc]


def keep_windows(node: OpenNode) -> None:
    """Open the windows of a node without a hub that are not there yet."""
    now = node.clock.now()
    node.write("windows", lambda connection: open_own(connection, now))


_R = Action.RELEASE
OPERATIONS: dict[str, Guarded] = {
    "release_preview": Guarded(_R, preview, is_long=True),
    "release_hold": Guarded(_R, hold, is_long=True),
    "release_lift": Guarded(_R, lift, is_long=True),
    "release_send": Guarded(_R, send, is_long=True),
    "release_list": Guarded(_R, list_),
}


def _changed(
    node: OpenNode, person: Person, arguments: Arguments, verb: str, seen: State, change: Callable[..., Any]
) -> Any:
    draw_due(node, progress_of(arguments))
    sending, now = _sending(node), node.clock.now()

    def write(connection: Connection) -> Any:
        window = _changing(connection, arguments.get("window"), verb, seen)
        change(connection, sending, window, f"user {person.name}", now)
        _announcer(node).withdraw(connection, Kind.COUNTS_WAIT, [window.id.hex()], now)
        return row_of(connection, window, stored.list_states(connection)[window.id], sending.mode, now)

    return node.write("release", write)


def _settle(node: OpenNode, connection: Connection, prepared: drawing.Prepared, drawn: Any) -> None:
    """Keep a draw, and have coordinators told that counts wait."""
    release, window = drawing.settle(connection, node.vault, prepared, drawn), prepared.window
    mode = read_mode(node.settings.release_mode)
    if release is None or release.state is not State.DRAWN or window.is_own or mode is Mode.AT_ONCE:
        return
    coordinators = [user.id for user in list_active(connection, Role.COORDINATOR)]
    at = leaves_at(window, release, mode)
    named = [window.id.hex()]
    _announcer(node).announce(connection, Kind.COUNTS_WAIT, named, prepared.now, at=at, to=coordinators)


def _previewed(connection: Connection, said: Any, now: datetime) -> ReportingWindow:
    """Give the window that is meant: by default the first that waits to leave, else the next to be drawn."""
    states, every = stored.list_states(connection), reporting_windows.list_windows(connection)
    if said:
        return _named(str(said), every)
    waiting = [w for w in every if not w.is_own and w.id in states and states[w.id].state in (State.DRAWN, State.HELD)]
    coming = [window for window in every if window.id not in states and window.starts_at <= now]
    found = [*waiting, *coming, *reversed(every)]
    if not found:
        raise NotFound("no reporting window is known yet: the hub has told of none")
    return found[0]


def _changing(connection: Connection, said: Any, verb: str, seen: State) -> ReportingWindow:
    """Give the window that is to be changed: the one that is named, or the only one that can be."""
    states, every = stored.list_states(connection), reporting_windows.list_windows(connection)
    if said:
        return _named(str(said), every)
    can_be = [each for each in every if not each.is_own and each.id in states and states[each.id].state is seen]
    if len(can_be) > 1:
        names = ", ".join(each.label for each in can_be)
        raise InvalidRequest(f"window: which one? {names} can be meant: name it with --window")
    if not can_be:
        raise NotFound(f"there is nothing to {verb}: the list has every window and its state")
    return can_be[0]


def _named(said: str, every: Sequence[ReportingWindow]) -> ReportingWindow:
    """Give the window of a label, or of an id's first digits; the hub's before the node's own."""
    of_label = [each for each in every if each.label.lower() == said.strip().lower()]
    if of_label:
        return min(of_label, key=lambda each: each.is_own)
    if not set(said.strip().lower()) <= set("0123456789abcdef"):
        raise NotFound(_NO_WINDOW.format(digits=said.strip()[:40]))
    meant = one_meant(said, [each.id for each in every], "window", _NO_WINDOW)
    return next(each for each in every if each.id == meant)


def _sending(node: OpenNode) -> Sending:
    return Sending(node.vault, node.bound_key, read_mode(node.settings.release_mode))


def _announcer(node: OpenNode) -> Announcer:
    return Announcer(node.vault, node.settings.zone)
