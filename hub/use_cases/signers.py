"""Who signed the agreement in force: the agencies that may ask for peers and offer some."""

from datetime import datetime

from hub.persistence import agencies
from hub.persistence.transaction import Transaction


def signers(tx: Transaction, now: datetime) -> frozenset[bytes]:
    """Give who signed."""
    return frozenset(
        agencies.load_disciplines(tx.connection)
    )  # the joined agencies: no agreement can be published here
