"""After-action reports: read for coordinators; for the board made once, stored, and then only read.

What the board's figures are made of is read on a connection that only reads, they are worked out in a thread, and one
short command writes them: the writer waits for nothing. Where two are made at once, the first that is written stands.

Source: DOMAIN.md 4, last paragraph; `hub.domain.board_figures`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from common.agreement.terms import DEFAULT_TERMS
from common.agreement.versions import in_force
from common.wire.v1.codes_pb2 import FollowUpOutcome
from hub.domain.activation import Activation
from hub.domain.after_action import AfterAction, for_board, for_coordinators
from hub.domain.board_figures import BoardFigures, make_board_figures
from hub.domain.incident import Incident
from hub.domain.incident_counts import FollowUpFacts
from hub.persistence import agreements, audit, incidents
from hub.persistence.board_figures import add_board_figures, find_board_figures
from hub.persistence.transaction import Transaction
from hub.use_cases.incident_follow_ups import asked_agency_ids, follow_up_facts

_OUTCOMES = [number for number in FollowUpOutcome.values() if number]


@dataclass(frozen=True)
class Draft:
    """What an incident's figures for the board are to be made of."""

    incident: Incident
    lines: Sequence[Activation]
    facts: Sequence[FollowUpFacts]
    k: int


def coordinators_report(connection: Connection, incident_id: bytes) -> AfterAction:
    """Make the report that shows everything as it is now.

    Raises:
        WrongState: the incident is not closed.
    """
    incident, lines = incidents.get_board(connection, incident_id)
    facts = follow_up_facts(connection, incident_id)
    return for_coordinators(incident, lines, facts, asked=asked_agency_ids(connection, incident), outcomes=_OUTCOMES)


def find_board_report(connection: Connection, incident_id: bytes) -> AfterAction | None:
    """Give the board's report; None where its figures were not made yet."""
    found = find_board_figures(connection, incident_id)
    return None if found is None else for_board(*incidents.get_board(connection, incident_id), found)


def get_draft(connection: Connection, incident_id: bytes, now: datetime) -> Draft:
    """Read what the board's figures are to be made of."""
    agreement = in_force(agreements.load_agreements(connection).values(), now)
    terms = DEFAULT_TERMS if agreement is None else agreement.terms
    incident, lines = incidents.get_board(connection, incident_id)
    return Draft(incident, lines, follow_up_facts(connection, incident_id), terms.k)


def made(draft: Draft, secret: bytes, now: datetime, *, with_open: bool) -> BoardFigures:
    """Work the board's figures out. Takes its time.

    Args:
        secret: the hub's, always the same.
        with_open: also while follow-ups are open.

    Raises:
        WrongState: the incident is not closed, or a follow-up is open.
    """
    return make_board_figures(
        draft.incident,
        draft.lines,
        draft.facts,
        outcomes=_OUTCOMES,
        k=draft.k,
        secret=secret,
        now=now,
        with_open=with_open,
    )


def keep(figures: BoardFigures, tx: Transaction, now: datetime) -> AfterAction:
    """Store the board's figures, unless it has some of this incident; give the report of those that stand."""
    incident_id, connection = figures.incident_id, tx.connection
    standing = find_board_figures(connection, incident_id)
    if standing is None:
        add_board_figures(connection, figures)
        audit.record(connection, now, tx.actor, "board figures", incident_id.hex(), "done")
    return for_board(*incidents.get_board(connection, incident_id), standing or figures)
