"""What the hub tells agencies, as the wire writes it."""

from collections.abc import Sequence

from common.wire.times import timestamp
from common.wire.v1 import notice_pb2 as wire
from common.wire.v1.codes_pb2 import Outcome
from hub.domain.activation import COUNTS, Activation
from hub.domain.agency import Agency, Membership
from hub.domain.incident import Incident

REASONS: dict[Outcome, str] = {
    Outcome.OUTCOME_REFUSED_KIND_UNIMPLEMENTED: "This hub's version cannot act on such a report yet; it is recorded.",
    Outcome.OUTCOME_REFUSED_RANGE: "A field is out of its range.",
    Outcome.OUTCOME_REFUSED_UNKNOWN_INCIDENT: "This hub knows no incident with that id.",
    Outcome.OUTCOME_REFUSED_NOT_A_PARTICIPANT: "Your agency is not a participant of that incident.",
    Outcome.OUTCOME_REFUSED_INCIDENT_CLOSED: "That incident is closed and takes no more reports.",
    Outcome.OUTCOME_REFUSED_TRANSITION: "That status cannot follow the one the hub has.",
    Outcome.OUTCOME_REFUSED_TIME: "By the hub's clock a time is over, lies in the future, or in a closed period.",
    Outcome.OUTCOME_REFUSED_STALE_VERSION: "It was decided on an older version; look at what is true now.",
    Outcome.OUTCOME_REFUSED_NOT_ACCOUNTABLE: "Another agency is accountable for that follow-up.",
    Outcome.OUTCOME_REFUSED_UNKNOWN_FOLLOW_UP: "This hub knows no such follow-up.",
    Outcome.OUTCOME_REFUSED_UNKNOWN_REQUEST: "This hub knows no such request for peers.",
    Outcome.OUTCOME_REFUSED_NO_AGREEMENT: "The agreement in force is not signed by every agency concerned.",
    Outcome.OUTCOME_REFUSED_NO_OPEN_OFFER: "That offer is not open any more.",
    Outcome.OUTCOME_REFUSED_DUPLICATE: "Its id was used before, for something else.",
    Outcome.OUTCOME_REFUSED_DISCLOSURE: "The table would let a withheld figure be derived.",
    Outcome.OUTCOME_REFUSED_SIGNATURE: "The signature does not verify.",
    Outcome.OUTCOME_REFUSED_UNKNOWN_AGREEMENT: "This hub has published no such version of the agreement.",
    Outcome.OUTCOME_REFUSED_UNKNOWN_WINDOW: "This hub has opened no such reporting window, or not for that table.",
}


def incident_notice(incident: Incident) -> wire.IncidentNotice:
    """Tell what an incident is now."""
    return wire.IncidentNotice(
        incident_id=incident.id,
        type=incident.type,
        title=incident.title,
        status=incident.status,
        started_at=timestamp(incident.started_at),
        opened_at=timestamp(incident.opened_at),
        version=incident.version,
        agency_ids=incident.agency_ids,
        jurisdictions=incident.jurisdictions,
        asked=incident.asked,  # type: ignore[arg-type]
        activate_by=None if incident.activate_by is None else timestamp(incident.activate_by),
    )


def board_notice(line: Activation) -> wire.Notice:
    """Tell one agency's line of a board."""
    board = wire.ActivationBoardNotice(
        incident_id=line.incident_id,
        agency_id=line.agency_id,
        status=line.status,
        changed_at=timestamp(line.changed_at),
        version=line.version,
    )
    for name in COUNTS:
        if (value := getattr(line, name)) is not None:
            setattr(board, name, value)
    return wire.Notice(activation_board=board)


def refused_notice(stream_id: bytes, sequence: int, command_id: bytes, outcome: Outcome, detail: str) -> wire.Notice:
    """Tell an agency that a report was recorded as refused, and why in one sentence."""
    return wire.Notice(
        report_refused=wire.ReportRefusedNotice(
            stream_id=stream_id,
            sequence=sequence,
            command_id=command_id,
            outcome=outcome,
            reason=f"{REASONS[outcome]} {detail}".strip(),
        )
    )


def quarantine_notice(stream_id: bytes, sequence: int, *, lifted: bool) -> wire.Notice:
    """Tell an agency that two histories were seen under its identity, or that this is settled."""
    reason = (
        "The finding was looked into and lifted: reports are taken again."
        if lifted
        else "Two histories exist under your identity. No report is taken until the hub's operator has looked into it."
    )
    return wire.Notice(
        quarantine=wire.QuarantineNotice(lifted=lifted, stream_id=stream_id, sequence=sequence, reason=reason)
    )


def directory_notice(agencies: Sequence[Agency], version: int) -> wire.Notice:
    """Tell who is in the network."""
    entries = [
        wire.DirectoryEntry(
            agency_id=agency.id,
            name=agency.name,
            discipline=agency.discipline,
            jurisdiction=agency.jurisdiction,
            duty_contact=agency.duty_contact,
            active=agency.membership is Membership.JOINED,
        )
        for agency in agencies
    ]
    return wire.Notice(directory=wire.DirectoryNotice(entries=entries, version=version))
