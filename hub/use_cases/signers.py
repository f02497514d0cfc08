"""Who is bound by the agreement in force: only they make and receive offers.

Source: DOMAIN.md 4, "Agreement".
"""

from datetime import datetime

from hub.persistence.transaction import Transaction
from hub.use_cases.agreements import agreement_in_force


def signers(tx: Transaction, now: datetime) -> frozenset[bytes]:
    """Give the agencies that signed the version that holds now; nobody, when none does."""
    agreement = agreement_in_force(tx, now)
    return frozenset() if agreement is None else agreement.signed_by
