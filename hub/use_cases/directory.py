"""The directory: who is in the network. Every joined agency has the whole of it, and gets it again when it changes."""

from datetime import datetime

from hub.domain.agency import Membership
from hub.persistence import agencies
from hub.persistence.transaction import Transaction
from hub.use_cases.notices import directory_notice


def publish_directory(tx: Transaction, now: datetime) -> None:
    """Tell every joined agency who is in the network. Called when an agency joins or leaves."""
    everyone = agencies.list_agencies(tx.connection)
    joined = [agency.id for agency in everyone if agency.membership is Membership.JOINED]
    tx.post(joined, directory_notice(everyone, version=int(now.timestamp() * 1_000_000)))
