"""Every table of a node, for the migrations and the test that compares both."""

from sqlalchemy import MetaData

from node.persistence import (  # noqa: F401
    access,
    agreements,
    audit,
    data_keys,
    directory,
    encounters,
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
    notes,
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
