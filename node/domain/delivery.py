"""How a node hands its reports over: in order, each until it is acknowledged, and never past a doubt.

1. A stream is one life of this node's database. Its reports are numbered densely from 1.
2. A batch starts at the next sequence the hub wants, holds at most 256 reports and 60 KiB of them, and ends where a
   checkpoint was signed. What is appended at once therefore fits one batch.
3. The sequence that a push reaches is stored before the push: whatever the hub holds, this database knows it was sent.
4. A hub that holds more than this database ever sent has seen a later life of it: this database was restored from a
   backup, or another copy of it runs. The node stops sending until an administrator starts a new stream.
5. A hub of an older epoch than the one seen before is an old copy of it: it is refused.
6. A hub of a newer epoch was restored: the node sends again from the sequence it wants. It may have lost the end of an
   earlier stream too: its last report is sent again, and what is asked for then, before the present stream goes on.
7. A stream that stopped says why, and is tried again slowly, or when an administrator acts; never in a hot loop.

Source: DESIGN.md 3, "Delivery" and "Restores"; TRUST.md t01, t04, s06.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from common.errors import TooMuch, WrongState
from common.ledger.merkle import Frontier

MAX_REPORTS = 256
MAX_BYTES = 60 * 1024  # of reports; the hub takes requests of 64 KiB, and the envelope needs some of it
REPORT_OVERHEAD = 6  # bytes of tag and length round each report in a request


class Flow(StrEnum):
    """Whether a stream's reports are handed over."""

    FLOWING = "flowing"
    AHEAD = "ahead"  # the hub holds more than this database ever sent (rule 4)
    QUARANTINED = "quarantined"  # the hub saw two histories under this agency's identity
    HALTED = "halted"  # the hub refuses a report as it is, or gave a receipt that does not verify


@dataclass(frozen=True)
class Stream:
    """One life of this node's database."""

    stream_id: bytes  # 16 bytes, random
    number: int  # dense from 1: first life, second life ...
    started_at: datetime
    frontier: Frontier
    next_sequence: int  # the next to send: all before it are acknowledged
    sent_through: int  # the greatest sequence that was ever sent (rule 3)
    flow: Flow
    flow_reason: str  # why it does not flow, for a person; empty when it flows
    flow_since: datetime
    ended_at: datetime | None
    doubted_from: int | None = None  # of an ended stream: from where a restored hub may lack what it acknowledged

    @property
    def head(self) -> int:
        """The last sequence written; 0 before the first."""
        return self.frontier.size

    @property
    def acknowledged(self) -> int:
        """The last sequence that the hub confirmed."""
        return self.next_sequence - 1


def check_fits(sizes: Sequence[int]) -> None:
    """Check that reports which are appended at once fit one batch (rule 2).

    Raises:
        TooMuch: they do not.
    """
    if len(sizes) > MAX_REPORTS or sum(size + REPORT_OVERHEAD for size in sizes) > MAX_BYTES:
        raise TooMuch(f"at most {MAX_REPORTS} reports and {MAX_BYTES // 1024} KiB may be written at once: write fewer")


def batch_length(sizes: Sequence[int], first_sequence: int, checkpoints: Sequence[int]) -> int:
    """Decide how many of the waiting reports go into the next batch (rule 2).

    Args:
        sizes: bytes of each waiting report, in order, the first being `first_sequence`.
        first_sequence: where the batch starts.
        checkpoints: ascending sizes of the checkpoints signed at or after `first_sequence`.

    Returns:
        How many reports; 0 when none waits.

    Raises:
        WrongState: no checkpoint ends within one batch: the stored ledger is damaged.
    """
    fitting, taken = 0, 0
    for size in sizes[:MAX_REPORTS]:
        taken += size + REPORT_OVERHEAD
        if taken > MAX_BYTES:
            break
        fitting += 1
    if not sizes:
        return 0
    ends = [size for size in checkpoints if first_sequence <= size < first_sequence + fitting]
    if not ends:
        raise WrongState("no checkpoint covers the waiting reports: run `holdfast node egress verify`")
    return ends[-1] - first_sequence + 1


def is_ahead(stream: Stream, wanted_sequence: int) -> bool:
    """Tell whether the hub holds reports that this database never sent (rule 4)."""
    return wanted_sequence > stream.sent_through + 1


def check_epoch(hub_epoch: int, known_epoch: int) -> None:
    """Refuse a hub of an older epoch (rule 5).

    Raises:
        WrongState: the hub was put back to an old copy without raising its epoch.
    """
    if hub_epoch < known_epoch:
        raise WrongState(
            f"the hub answers with epoch {hub_epoch}, this node has seen {known_epoch}: it runs from an old copy. "
            "Nothing is sent until its operator restores it properly"
        )
