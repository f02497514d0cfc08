"""Draws releases: a window's counts are taken once, what of them may leave is decided, and both are kept for good.

1. `prepare` reads one picture of the store, `decide` works on it alone, `settle` writes: only then does anybody wait.
2. What another draw wrote meanwhile may change what may be told: then nothing is written, and it is done anew.
3. What counted is noted in the transaction in which the figures are kept, so that each record counts once.
4. What may be told is decided against everything that was drawn here before: leaders see that too.
5. Whether zeros are withheld is the jurisdiction's to say when a window is drawn, and is kept with it: a pack may
   change, and then what was drawn before goes by the rule of its time.

Source: node/domain/release.py; DESIGN.md 7; TRUST.md i02, t04.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from common.access.roles import Action
from common.audit.entry import Entry
from common.disclosure.catalogue import VERSION
from common.disclosure.cell import Cell, Rule
from common.errors import WrongState
from node.domain.jurisdiction import Pack
from node.domain.release import SET_ASIDE_WORDS, Release, ReportingWindow, SetAside, State
from node.persistence import counted, releases, reporting_windows, streams
from node.persistence.audit import TRAIL
from node.persistence.bodies import Flagged, seal_body, subject_of, written
from node.persistence.data_keys import KeyKind, make_key
from node.persistence.membership import find_membership
from node.persistence.releases import TABLE, Kept
from node.use_cases.doing import SCHEDULER
from node.use_cases.taking import Taken, Told, taker
from node.vault.vault import Vault

if TYPE_CHECKING:
    from common.disclosure.release import Drawn


@dataclass(frozen=True)
class Prepared:
    """A window with its true counts, and everything that was drawn before."""

    window: ReportingWindow
    now: datetime
    taken: Taken
    known: Mapping[Cell, int | None]
    windows: Sequence[ReportingWindow]  # those of `known`, and this one
    rule: Rule  # for the window, and for each of those before as it was drawn (5)
    closed: frozenset[bytes]  # drawn or set aside by then
    secret: bytes  # of the agency's choices; the same for the preview and for what leaves
    set_aside: SetAside | None


def find_next(connection: Connection, now: datetime) -> ReportingWindow | None:
    """Find the window that is to be drawn next; None while its time has not come, or the hub has not answered since."""
    closed, clear = releases.list_states(connection), reporting_windows.list_clear(connection, now)
    waiting = [each for each in reporting_windows.list_windows(connection) if each.id not in closed]
    if not waiting or now < waiting[0].draws_at or waiting[0].id not in clear:
        return None
    return waiting[0]


def prepare(
    connection: Connection,
    vault: Vault,
    pack: Pack,
    zone: ZoneInfo,
    window: ReportingWindow,
    now: datetime,
    told: Told,
) -> Prepared:
    """Take a window's counts, with what they are judged by (1).

    Raises:
        WrongState: figures that were drawn before are not what was stored.
    """
    reading = taker(connection, vault, zone, window, now, told)
    known: dict[Cell, int | None] = {}
    earlier = releases.list_releases(connection, vault)
    for stored in earlier.values():
        if isinstance(stored.kept, Flagged):
            label = next(each.label for each in reading.windows if each.id == stored.release.window_id)
            raise WrongState(f"nothing more is drawn: the figures of {label} are {stored.kept.because}")
        known |= stored.figures
    concerned = {cell.window for cell in known} | {window.id}
    zeros_withheld_in = releases.zeros_withheld_in(earlier.values()) | (
        {window.id} if pack.withhold_zero_counts else set()
    )
    why = _set_aside(connection, window, [each for each in reading.windows if each.id in reading.states])
    return Prepared(
        window,
        now,
        Taken() if why is SetAside.OWN_FIGURES else reading.take(),
        known,
        [each for each in reading.windows if each.id in concerned],
        Rule(window.k, zeros_withheld_in),
        frozenset(reading.states),
        vault.blind("release.choice", "secret"),
        why,
    )


def decide(prepared: Prepared) -> "Drawn":
    """Decide what of a window's counts may be told (4)."""
    from common.disclosure.release import Drawn, draw  # with the solver: most commands draw nothing

    if prepared.set_aside is not None:
        return Drawn({}, {}, {}, is_least=True)
    found = draw(prepared.taken.counts, prepared.known, prepared.windows, prepared.rule, secret=prepared.secret)
    return Drawn(found.figures, found.reasons, {**prepared.taken.refused, **found.refused}, found.is_least)


def kept_of(prepared: Prepared, drawn: "Drawn") -> Kept:
    """Give what a coordinator sees of a release beside its figures."""
    taken, zeros_withheld = prepared.taken, prepared.window.id in prepared.rule.zeros_withheld_in
    return Kept(drawn.reasons, drawn.refused, taken.flagged, taken.carried, zeros_withheld, drawn.is_least)


def settle(connection: Connection, vault: Vault, prepared: Prepared, drawn: "Drawn") -> Release | None:
    """Keep what was decided (3); None where something was drawn meanwhile (2)."""
    if frozenset(releases.list_states(connection)) != prepared.closed:
        return None
    window, now, why = prepared.window, prepared.now, prepared.set_aside
    release = Release(window.id, now, State.DRAWN if why is None else State.SET_ASIDE, now, why)
    for series, ids in prepared.taken.counted.items():
        counted.add_counted(connection, series, window.id, ids)
    if why is not None:
        releases.add_release(connection, release, None, {}, VERSION)
        line = Entry(SCHEDULER, Action.RELEASE.value, subject_of(TABLE, window.id), SET_ASIDE_WORDS[why])
    else:
        kept = kept_of(prepared, drawn)
        key = make_key(connection, vault, KeyKind.RELEASE, window.id, now)
        sealed = seal_body(key, TABLE, window.id, 1, releases.content_of(kept, drawn.figures, VERSION))
        releases.add_release(connection, release, sealed, drawn.figures, VERSION)
        line = written(SCHEDULER, Action.RELEASE, TABLE, sealed)
    TRAIL.record(connection, now, line)
    return release


def _set_aside(connection: Connection, window: ReportingWindow, closed: Sequence[ReportingWindow]) -> SetAside | None:
    """Tell whether a window of the hub's has no figures here (release.py, 5)."""
    if window.is_own:
        return None
    if any(each.is_own and each.overlaps(window) for each in closed):
        return SetAside.OWN_FIGURES
    if find_membership(connection) is None:
        return None
    stream = streams.get_current_stream(connection)
    began_anew = stream.number > 1 and max(window.draws_at, window.told_at) <= stream.started_at
    return SetAside.RESTORED if began_anew else None
