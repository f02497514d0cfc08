"""Who is told what of a line on an incident's board: the agreement in force says who sees the counts.

Every participant sees every status. Where the counts are for the hub's coordinators, the others are not told them; an
agency is always told its own line whole.

Source: DOMAIN.md 4; `agreement.proto`, CountsAudience.
"""

from collections.abc import Sequence
from datetime import datetime

from hub.domain.activation import Activation, without_counts
from hub.domain.agreement import hides_counts
from hub.persistence.transaction import Transaction
from hub.use_cases.agreements import agreement_in_force
from hub.use_cases.notices import board_notice


def counts_are_hidden(tx: Transaction, now: datetime) -> bool:
    """Tell whether participants are not told each other's counts. May read the store: never call it in a `save`."""
    agreement = agreement_in_force(tx, now)
    return agreement is not None and hides_counts(agreement.terms)


def tell_line(line: Activation, recipients: Sequence[bytes], tx: Transaction, *, hiding_counts: bool) -> None:
    """Tell these agencies one line of a board, as `counts_are_hidden` says."""
    if not hiding_counts:
        tx.post(recipients, board_notice(line))
        return
    others = [agency_id for agency_id in recipients if agency_id != line.agency_id]
    if len(others) < len(recipients):
        tx.post([line.agency_id], board_notice(line))
    tx.post(others, board_notice(without_counts(line)))
