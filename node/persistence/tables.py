"""Every table of a node, for the migrations and the test that compares both."""

from sqlalchemy import MetaData

from node.persistence import agreements, directory, follow_ups, incidents, ledger, membership, notices, outbox, streams  # noqa: F401
from node.persistence.schema import Base

METADATA: MetaData = Base.metadata
