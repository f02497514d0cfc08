"""One line of the audit trail, and the bytes that its leaf in the Merkle tree stands for.

Source: TRUST.md t02, r02.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from common.ledger.merkle import leaf_hash

DONE = "done"
_written = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode  # made once: there are many entries


@dataclass(frozen=True)
class Entry:
    """Who did what to which subject. Codes, ids and users' names; never content.

    Args:
        actor: who, as `user <name>`, `operator` (whoever holds the machine), `node <agency id>/<n>` or `unknown`.
        action: what was tried: an `Action`'s word, or a call's name.
        subject: what it was tried on: an id, or an operator's name for it; empty, if nothing.
        outcome: `done`, or `refused: ` and why.
        version: the subject's version that was written; 0 where nothing was.
        digest: SHA-256 of what was written for that version; empty where nothing was.
    """

    actor: str
    action: str
    subject: str = ""
    outcome: str = DONE
    version: int = 0
    digest: bytes = b""


def entry_body(sequence: int, at: datetime, entry: Entry) -> bytes:
    """Give the bytes of an entry at its place in the trail: one line of ASCII."""
    told = [sequence, at.isoformat(), entry.actor, entry.action, entry.subject, entry.outcome, entry.version]
    return _written([*told, entry.digest.hex()]).encode()


def entry_leaf(sequence: int, at: datetime, entry: Entry) -> bytes:
    """Give the leaf hash of an entry at its place in the trail."""
    return leaf_hash(entry_body(sequence, at, entry))
