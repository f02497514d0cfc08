"""What either side answers about its trail: JSON in, JSON out.

`time_of`, in each, is how the side reads a time: it takes the text and the name of the argument.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection

from common.audit.checkpoint import checkpoint_note, read_note
from common.audit.export import trail_key, trail_lines, verdict
from common.audit.shown import shown_entry
from common.audit.trail import Trail
from common.audit.verification import Proved, verify_trail
from common.errors import InvalidRequest

Arguments = dict[str, Any]
TimeOf = Callable[[str, str], datetime]
PAGE = 5000
REVIEWED = timedelta(days=90)


def which_lines(said: Arguments, time_of: TimeOf) -> dict[str, Any]:
    """Read which lines are wanted: `user`, `action`, `subject`, `since`, `until`, `refused`; for `Trail.read`."""
    user, since, until = said.get("user"), said.get("since"), said.get("until")
    which = {
        "actor": None if user is None else f"user {user}",
        "action": said.get("action"),
        "subject": said.get("subject"),
        "since": None if since is None else time_of(since, "since"),
        "until": None if until is None else time_of(until, "until"),
        "is_refused": said.get("refused"),
    }
    return {name: value for name, value in which.items() if value is not None}


def page(trail: Trail, connection: Connection, said: Arguments, which: dict[str, Any]) -> list[dict[str, Any]]:
    """List lines, some at a time: in order those `after` a number, or `newest_first` those `before` one."""
    after, limit = int(said.get("after", 0)), min(int(said.get("limit", PAGE)), PAGE)
    if said.get("newest_first"):
        before = said.get("before")
        found = trail.read_back(connection, None if before is None else int(before), limit, **which)
        return [shown_entry(*line) for line in found]
    return [shown_entry(*line) for line in trail.read(connection, after, limit, **which)]


def export(
    trail: Trail,
    connection: Connection,
    key: Ed25519PublicKey,
    which: dict[str, Any],
    write: Callable[[Iterable[bytes]], object],
) -> dict[str, Any]:
    """Write the whole trail, which its key verifies elsewhere, or the part that is wanted, which proves nothing."""
    if which:
        count = 0

        def part() -> Iterator[bytes]:
            nonlocal count
            for line in trail.read(connection, **which):
                count += 1
                yield json.dumps(shown_entry(*line)).encode("ascii") + b"\n"

        write(part())
        return {"lines": count}
    write(trail_lines(key, trail.read_hashed(connection), trail.read_checkpoints(connection)))
    last = trail.last_checkpoint(connection)
    return {"lines": 0 if last is None else last.size, "key": trail_key(key)}


def verify(trail: Trail, connection: Connection, key: Ed25519PublicKey, said: Arguments) -> dict[str, Any]:
    """Prove the trail from its first line, and against the checkpoint that an auditor kept."""
    kept = said.get("checkpoint")

    def prove() -> tuple[Proved, str | None]:
        note = None if kept is None else read_note(key, str(kept).encode())
        proved = verify_trail(trail.read_hashed(connection), trail.read_checkpoints(connection), key, note)
        last = trail.last_checkpoint(connection)
        return proved, None if last is None else checkpoint_note(key, last)

    return verdict(key, prove)


def reviewed(said: Arguments, now: datetime, time_of: TimeOf) -> tuple[datetime, datetime]:
    """Read which period is reviewed: the last 90 days, if not told.

    Raises:
        InvalidRequest: it ends before it begins.
    """
    since, until = said.get("since"), said.get("until")
    first = now - REVIEWED if since is None else time_of(since, "since")
    last = now + timedelta(seconds=1) if until is None else time_of(until, "until")
    if first >= last:
        raise InvalidRequest("since: must be before the end of the period")
    return first, last
