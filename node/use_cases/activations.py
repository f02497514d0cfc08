"""What an agency reports of its peer team for one incident.

Source: DOMAIN.md 4.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime

from sqlalchemy import Connection

from common.agreement.terms import DEFAULT_TERMS
from common.errors import InvalidRequest, NotFound, WrongState
from common.followup.state import CLOSED
from common.identity.keys import Ed25519PrivateKey
from common.ids import new_id
from common.short_ids import one_meant
from common.wire.times import timestamp
from common.wire.v1.codes_pb2 import ActivationStatus, DeclineReason
from common.wire.v1.report_pb2 import ActivationReport, Report
from node.domain.activation import Counts, check_may_follow, small_counts
from node.domain.incident import Incident
from node.persistence import follow_ups, incidents, ledger, outbox
from node.persistence.membership import get_membership
from node.persistence.outbox import OutboxEntry
from node.use_cases.agreements import agreement_in_force
from node.use_cases.outbox import append

_FOLLOW_UPS = ("follow_ups_open", "follow_ups_due", "follow_ups_done")


@dataclass(frozen=True)
class StatusReported:
    """The report that was written, and the counts that the law kept out of it."""

    entry: OutboxEntry
    withheld: tuple[str, ...]
    k: int


def report_status(
    connection: Connection,
    key: Ed25519PrivateKey,
    incident_id: bytes,
    status: int,
    decline_reason: int | None,
    counts: Counts,
    now: datetime,
    *,
    withhold_small: bool = False,
) -> StatusReported:
    """Write the report of an activation's status; it leaves as soon as the hub can be reached.

    Args:
        status: wire ActivationStatus.
        decline_reason: wire DeclineReason when declining, else None.
        counts: those of this moment; None where not known. Follow-ups are counted here, unless any of them is given.
        withhold_small: the jurisdiction keeps counts below k here: they are told as not known.

    Raises:
        NotFound: the hub told of no such incident.
        WrongState: the incident is closed, or the status cannot follow the present one.
        InvalidRequest: names the count that is out of its range.
    """
    incident = incidents.find_incident(connection, incident_id)
    if incident is None:
        raise NotFound("this node was told of no such incident: the list has every one")
    if incident.is_closed:
        raise WrongState("the incident is closed: it takes no more reports")
    check_may_follow(present_status(connection, incident_id), status, decline_reason)
    if not any(getattr(counts, name) is not None for name in _FOLLOW_UPS):
        counts = replace(counts, **_follow_up_counts(connection, incident_id, now))
    told = ActivationReport(incident_id=incident_id, status=status)  # type: ignore[arg-type]
    if decline_reason is not None:
        told.decline_reason = decline_reason  # type: ignore[assignment]
    for name, count in vars(counts).items():
        if count is not None:
            _set_count(told, name, count)
    agreement = agreement_in_force(connection, now)
    k = (DEFAULT_TERMS if agreement is None else agreement.terms).k
    withheld = small_counts(counts, k) if withhold_small else ()
    for name in withheld:
        told.ClearField(name)
    report = Report(command_id=new_id(now), occurred_at=timestamp(now), activation=told)
    return StatusReported(append(connection, [report], key, now)[0], withheld, k)


def _follow_up_counts(connection: Connection, incident_id: bytes, now: datetime) -> dict[str, int]:
    """Count the incident's follow-ups that this agency is accountable for; nothing, when it knows of none at all."""
    known_here = follow_ups.list_follow_ups(connection, incident_id)
    if not known_here:
        return {}
    own = get_membership(connection).agency_id
    owned = [known for known in known_here if known.state.accountable == own]
    due = [known.due for known in owned if known.state.work != CLOSED]
    late = sum(at is not None and at <= now for at in due)
    return dict(zip(_FOLLOW_UPS, (len(due), late, len(owned) - len(due)), strict=True))


def present_status(connection: Connection, incident_id: bytes) -> int:
    """Give the status that this agency has: the last one it reported and the hub did not refuse, else the board's."""
    for reported in reported_statuses(connection, incident_id):
        if not reported.entry.is_refused:
            return reported.told.status
    line = incidents.find_line(connection, incident_id, get_membership(connection).agency_id)
    return line.status if line else ActivationStatus.ACTIVATION_STATUS_REQUESTED


@dataclass(frozen=True)
class Reported:
    """A status that this agency reported, and what became of the report."""

    entry: OutboxEntry
    told: ActivationReport


def reported_statuses(connection: Connection, incident_id: bytes) -> Iterator[Reported]:
    """Give what this agency reported of an incident, the newest first."""
    for entry in outbox.read_about(connection, "activation", incident_id):
        leaf = next(ledger.read_leaves(connection, entry.stream_id, entry.sequence, 1))
        yield Reported(entry, Report.FromString(leaf.body).activation)


def count_reported(connection: Connection, incident_id: bytes) -> int:
    """Tell how often this agency reported of an incident."""
    return outbox.count_about(connection, "activation", incident_id)


def counts_of(told: ActivationReport | None) -> Counts:
    """Give the counts that a report told; those that it left out, or of no report, are not known."""
    names = [field.name for field in fields(Counts)]
    return Counts(**{name: getattr(told, name) for name in names if told is not None and told.HasField(name)})


def possible_statuses(connection: Connection, incident: Incident) -> list[int]:
    """Give the statuses that this agency may report now, in the contract's order."""
    if incident.is_closed:
        return []
    present = present_status(connection, incident.id)
    return [status for status in ActivationStatus.values() if status and _may_follow(present, status)]


def _may_follow(present: int, status: int) -> bool:
    declines = status == ActivationStatus.ACTIVATION_STATUS_DECLINED
    try:
        check_may_follow(present, status, DeclineReason.DECLINE_REASON_OTHER if declines else None)
    except WrongState:
        return False
    return True


def get_incident(connection: Connection, typed: str) -> Incident:
    """Fetch the one incident whose id starts with these hex digits.

    Raises:
        InvalidRequest: too short, not hex, or more than one incident starts so.
        NotFound: none does.
    """
    unknown = "this node was told of no incident {digits}: the list has every one"
    found = incidents.find_incident(connection, one_meant(typed, incidents.list_ids(connection), "incident", unknown))
    assert found is not None
    return found


def _set_count(told: ActivationReport, name: str, count: int) -> None:
    try:
        setattr(told, name, count)
    except (ValueError, TypeError):  # protobuf's own words name no field
        raise InvalidRequest(f"activation.{name}: {count} is out of its range") from None
