"""Every table of a node, for the migrations and the test that compares both."""

from sqlalchemy import MetaData

from node.persistence import (  # noqa: F401
    access,
    agreements,
    audit,
    backups,
    check_in_plans,
    counted,
    data_keys,
    directory,
    disclosure_tables,
    encounters,
    feedback,
    follow_ups,
    guesses,
    hand_overs,
    high_loads,
    import_runs,
    incident_requests,
    incident_rosters,
    incidents,
    ledger,
    local_codes,
    local_follow_up_tables,
    members,
    membership,
    mutual_aid,
    note_keys,
    notes,
    notices,
    outbox,
    people_notices,
    policies,
    releases,
    reporting_windows,
    resources,
    retention,
    rota,
    streams,
    support_requests,
    supporters,
)
from node.persistence.schema import Base

METADATA: MetaData = Base.metadata
