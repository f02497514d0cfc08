"""After its hub was restored from a backup, a node says again what it owns.

1. A claim is taken down in the transaction in which the new epoch is heard of: what the hub tells from then on stands
   on the backup, and may say that another agency owns it.
2. It is written as a report as soon as the node's key is at hand, and leaves behind everything that is sent again.
3. An incident that the hub had lost, and that is told anew, brings up the claims that it had to refuse without it, and
   the agency's newest status, when the hub refused it for the same reason.

Source: DESIGN.md 3, "Restores"; `common.followup.recovery` has the hub's side.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection

from common.followup.state import CLOSED, FollowUp
from common.followup.work import REOPEN_WITHIN
from common.identity.keys import Ed25519PrivateKey
from common.wire.canonical import encode
from common.wire.times import duration, timestamp
from common.wire.v1.codes_pb2 import FollowUpVerb, Outcome
from common.wire.v1.report_pb2 import FollowUpCommand, Report
from node.persistence import follow_ups, ledger, outbox
from node.persistence.membership import get_membership
from node.use_cases.outbox import append

MOST_AT_ONCE = 128  # claims in one batch
_SOONEST, _LATEST = timedelta(hours=1), timedelta(days=366)  # of a next check-in, by the contract


def take_down_claims(connection: Connection, now: datetime, incident_id: bytes | None = None) -> None:
    """Take down a claim of each follow-up that is owned here and was not told in the hub's present epoch (1, 3)."""
    own = get_membership(connection)
    owned = follow_ups.list_owned(connection, own.agency_id, own.hub_epoch, now - REOPEN_WITHIN, incident_id)
    claims = [(known.state.id, encode(Report(follow_up=_claim(known.state, now)))) for known in owned]
    if incident_id is not None:
        claims += _refused_status(connection, incident_id)  # 3
    follow_ups.add_due_claims(connection, claims)


def has_due_claims(connection: Connection) -> bool:
    """Tell whether claims are still to be written."""
    return bool(follow_ups.list_due_claims(connection, 1))


def write_claims(connection: Connection, key: Ed25519PrivateKey, now: datetime) -> int:
    """Write claims that were taken down (2); tell how many. Call it until there are none."""
    due = follow_ups.list_due_claims(connection, MOST_AT_ONCE)
    if due:
        reports = [Report.FromString(body) for _, body in due]
        for report in reports:
            report.command_id = secrets.token_bytes(16)
            report.occurred_at.CopyFrom(timestamp(now))
        append(connection, reports, key, now)
        follow_ups.remove_due_claims(connection, [subject_id for subject_id, _ in due])
    return len(due)


def _refused_status(connection: Connection, incident_id: bytes) -> list[tuple[bytes, bytes]]:
    """Give what this agency said of an incident last, when the hub refused it because it knew no such incident (3)."""
    said = outbox.list_about(connection, "activation", incident_id)
    if not said or said[0].outcome != Outcome.OUTCOME_REFUSED_UNKNOWN_INCIDENT:
        return []
    [leaf] = ledger.read_leaves(connection, said[0].stream_id, said[0].sequence, 1)
    return [(incident_id, encode(Report(activation=Report.FromString(leaf.body).activation)))]


def _claim(state: FollowUp, now: datetime) -> FollowUpCommand:
    claim = FollowUpCommand(
        verb=FollowUpVerb.FOLLOW_UP_VERB_CLAIM,
        follow_up_id=state.id,
        version=state.version,
        cohort=state.cohort,  # type: ignore[arg-type]
        work=state.work,  # type: ignore[arg-type]
        origin_agency_id=state.origin,
        check_ins=state.check_ins,
    )
    if state.incident_id is not None:
        claim.incident_id = state.incident_id
    if state.work == CLOSED and state.outcome is not None:
        claim.outcome = state.outcome  # type: ignore[assignment]
    if state.first_contact_at is not None:
        claim.first_contact_at.CopyFrom(timestamp(state.first_contact_at))
    if state.next_check_in is not None:
        left = min(max(state.next_check_in - now, _SOONEST), _LATEST)
        claim.next_check_in_within.CopyFrom(duration(left))
    return claim
