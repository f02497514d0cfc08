"""A restored node's new stream begins with reports that the hub may hold already: those are recognised.

1. A node that was restored from a backup carries over, in order and with the same bytes, what its backup thought
   unacknowledged; what is new follows behind. The hub may have taken some of it in an earlier stream of the same node.
2. A body holds a random command id: the same bytes are the same report. It is recorded in the new stream with the
   outcome that it has in the old one, and not applied again: it must not set back what came after it.
3. Only a stream whose node had an earlier one carries anything. At the first report that no earlier stream of the node
   holds, carrying ends for good: a stream in its usual course is never compared with the past.

Source: DESIGN.md 3, "Restores"; TRUST.md t04.
"""

from collections.abc import Iterable, Sequence
from itertools import takewhile

from sqlalchemy import Connection

from common.wire.v1.codes_pb2 import Outcome
from hub.domain.delivery import StoredReport, Stream
from hub.persistence import streams

LOOKED_UP_AT_ONCE = 256  # bodies in one statement: a batch


def carried_over(
    stream: Stream, bodies: Sequence[bytes], taken: Iterable[StoredReport], connection: Connection
) -> list[Outcome]:
    """Give the outcomes that the first of these reports have already; note when carrying ends with them (3).

    Args:
        stream: one that still carries.
        bodies: its new reports, in order.
        taken: what this group took in, which is not stored yet.
    """
    earlier = streams.list_earlier(connection, stream)
    known = {report.body: report.outcome for report in taken if report.stream_number in earlier}
    outcomes: list[Outcome] = []
    while stream.carries and len(outcomes) < len(bodies):
        some = bodies[len(outcomes) : len(outcomes) + LOOKED_UP_AT_ONCE]
        known |= streams.find_outcomes(connection, earlier, some)
        carried = [known[body] for body in takewhile(known.__contains__, some)]  # 2
        outcomes += carried
        if len(carried) < len(some):  # 3
            streams.end_carrying(connection, stream)
    return outcomes
