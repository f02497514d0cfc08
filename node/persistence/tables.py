"""Every table of a node, for the migrations and the test that compares both."""

from sqlalchemy import MetaData

from node.persistence import (  # noqa: F401
    access,
    agreements,
    audit,
    backups,
    data_keys,
    directory,
    feedback,
    follow_ups,
    guesses,
    incident_requests,
    incident_rosters,
    incidents,
    ledger,
    local_codes,
    members,
    membership,
    mutual_aid,
    note_keys,
    notices,
    outbox,
    people_notices,
    policies,
    rota,
    streams,
    support_requests,
    supporters,
)
from node.persistence.schema import Base

METADATA: MetaData = Base.metadata
