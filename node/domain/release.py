"""A release at the node: when a period's counts are drawn, what may happen to them then, and when they leave.

1. A reporting window is the hub's; a node without a hub has windows of its own, calendar quarters in UTC, and nothing
   of those ever leaves.
2. A window is drawn once, 72 hours after its end: supporters log within three days. Windows are drawn in the order of
   their ends, a month before the quarter that ends with it. One of the node's own that it opened for the past is drawn
   72 hours after that.
3. What is drawn is never changed. Until it is sent it may be held, and the hold lifted; sent is the end.
4. By itself it leaves at the window's `release_by`, and never within a day of being drawn, so that somebody can look;
   `at_once` does not wait. `ask` leaves it to a coordinator. With no mode, or one that cannot be read, nothing leaves.
5. A window is set aside, and has no figures here, where the node's own figures cover its time; and where this database
   was restored from a backup and its former life may have released it: nothing is drawn twice with other figures.
   Until the hub has answered after a window's time, nobody knows whether it is so: until then the window waits.

Source: DESIGN.md 7; DOMAIN.md 5; TRUST.md t04, t06.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from common.disclosure.catalogue import TABLES
from common.disclosure.cell import Window
from common.errors import InvalidRequest, WrongState

DRAWN_AFTER = timedelta(hours=72)
SEEN_FOR = timedelta(days=1)
OWN_K = 11
LONGEST_WINDOW = timedelta(days=400)
LOWEST_K, HIGHEST_K = 2, 100
_QUARTER = 3  # months


class Mode(StrEnum):
    """What the agency has decided on how its counts leave."""

    ASK = "ask"
    AFTER_GRACE = "after_grace"
    AT_ONCE = "at_once"


class State(StrEnum):
    """How far a window's release is."""

    DRAWN = "drawn"
    HELD = "held"
    SENT = "sent"
    SET_ASIDE = "set_aside"


class SetAside(StrEnum):
    """Why a window has no figures here (5)."""

    OWN_FIGURES = "own_figures"
    RESTORED = "restored"


@dataclass(frozen=True)
class ReportingWindow(Window):
    """A window as this node knows it.

    Args:
        k: counts of 1 to k-1 are withheld.
        release_by: when its counts leave by themselves; None: one of the node's own (1).
        told_at: node time.
    """

    k: int
    release_by: datetime | None
    told_at: datetime

    @property
    def is_own(self) -> bool:
        """Tell whether the node opened it itself: nothing of it leaves."""
        return self.release_by is None

    @property
    def draws_at(self) -> datetime:
        """When it is drawn (2)."""
        since = max(self.ends_at, self.told_at) if self.is_own else self.ends_at
        return since + DRAWN_AFTER

    @property
    def label(self) -> str:
        """What people call it by: `2026-10`, `2026-Q4`, or its days."""
        start, end = self.starts_at.astimezone(UTC), self.ends_at.astimezone(UTC)
        if _is_month_start(start) and end == months_later(start, 1):
            return f"{start:%Y-%m}"
        if _is_month_start(start) and start.month % _QUARTER == 1 and end == months_later(start, _QUARTER):
            return f"{start:%Y}-Q{start.month // _QUARTER + 1}"
        return f"{start:%Y-%m-%d}..{end - timedelta(microseconds=1):%Y-%m-%d}"


@dataclass(frozen=True)
class Release:
    """What became of a window.

    Args:
        changed_at: of the state.
        why: of one that is set aside.
    """

    window_id: bytes
    drawn_at: datetime
    state: State
    changed_at: datetime
    why: SetAside | None = None


def read_mode(said: str) -> Mode | None:
    """Read the agency's decision; None where there is none, or it cannot be read (4)."""
    word = said.strip().lower().replace("-", "_")
    return Mode(word) if word in set(Mode) else None


def drawing_order(window: Window) -> tuple[datetime, float, bytes]:
    """Sort windows in the order in which they are drawn (2)."""
    return window.ends_at, -window.starts_at.timestamp(), window.id


def leaves_at(window: ReportingWindow, release: Release, mode: Mode | None) -> datetime | None:
    """Tell when a drawn release leaves by itself (4); None: not by itself."""
    if window.release_by is None or release.state is not State.DRAWN or mode not in (Mode.AFTER_GRACE, Mode.AT_ONCE):
        return None
    if mode is Mode.AT_ONCE:
        return release.drawn_at
    return max(window.release_by, release.drawn_at + SEEN_FOR)


def check_held(window: ReportingWindow, release: Release | None) -> None:
    """Check that a release can be held (3); raises WrongState."""
    held = _leaving(window, release)
    if held.state is State.HELD:
        raise WrongState(f"{window.label} is held already: lift the hold to let it go")
    if held.state is State.SENT:
        raise WrongState(f"{window.label} was sent at {held.changed_at:%Y-%m-%d %H:%M} UTC: it cannot be held any more")


def check_lifted(window: ReportingWindow, release: Release | None) -> None:
    """Check that a hold can be lifted; raises WrongState."""
    if _leaving(window, release).state is not State.HELD:
        raise WrongState(f"{window.label} is not held: there is nothing to lift")


def check_sent(window: ReportingWindow, release: Release | None, mode: Mode | None) -> None:
    """Check that a release can be sent (3, 4); raises WrongState."""
    held = _leaving(window, release)
    if mode is None:
        raise WrongState("nothing leaves while release_mode is not set in node.toml: ask, after_grace or at_once")
    if held.state is State.HELD:
        raise WrongState(f"{window.label} is held: lift the hold first")


def check_window(window: ReportingWindow) -> None:
    """Check a window that the hub told of; raises InvalidRequest naming the field (TRUST.md t06)."""
    if not timedelta(0) < window.ends_at - window.starts_at <= LONGEST_WINDOW:
        raise InvalidRequest(f"ends_at: must be after starts_at, within {LONGEST_WINDOW.days} days")
    since = max(window.ends_at, window.told_at)  # what is opened for the past leaves after that
    if window.release_by is not None and not window.ends_at <= window.release_by <= since + LONGEST_WINDOW:
        raise InvalidRequest(f"release_by: must be after ends_at, within {LONGEST_WINDOW.days} days")
    if not LOWEST_K <= window.k <= HIGHEST_K:
        raise InvalidRequest(f"k: must be {LOWEST_K} to {HIGHEST_K}")
    if not window.tables:
        raise InvalidRequest("tables: names none that this version can count")


def own_quarters(first: datetime, last: datetime) -> list[tuple[datetime, datetime]]:
    """Give the calendar quarters in UTC from the one with `first` to the one with `last` (1)."""
    start = quarter_start(first)
    found = []
    while start <= last:
        end = months_later(start, _QUARTER)
        found.append((start, end))
        start = end
    return found


def own_tables() -> frozenset[int]:
    """Give the tables of a window of the node's own: every one, each by quarter."""
    return frozenset(TABLES)


def quarter_start(moment: datetime) -> datetime:
    """Give the beginning of the quarter that a moment lies in, in UTC."""
    at = moment.astimezone(UTC)
    return datetime(at.year, at.month - (at.month - 1) % _QUARTER, 1, tzinfo=UTC)


def months_later(start: datetime, months: int) -> datetime:
    """Give the same day of a later month."""
    count = start.year * 12 + start.month - 1 + months
    return start.replace(year=count // 12, month=count % 12 + 1)


def _is_month_start(moment: datetime) -> bool:
    return moment == moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _leaving(window: ReportingWindow, release: Release | None) -> Release:
    """Give a drawn release that may leave; raises WrongState where there is none."""
    if window.is_own:
        raise WrongState(
            f"{window.label} is this node's own: nothing of it leaves, so there is nothing to hold or send"
        )
    if release is None:
        raise WrongState(
            f"{window.label} is not drawn yet: its counts are taken at {window.draws_at:%Y-%m-%d %H:%M} UTC, once, and "
            "then wait to be looked at"
        )
    if release.state is State.SET_ASIDE:
        raise WrongState(f"{window.label} has no figures here: {SET_ASIDE_WORDS[release.why or SetAside.RESTORED]}")
    return release


SET_ASIDE_WORDS = {
    SetAside.OWN_FIGURES: "its time was counted in this node's own figures, from before it joined the region",
    SetAside.RESTORED: "this node was restored from a backup, and may have released it before; what the hub has, stays",
}
