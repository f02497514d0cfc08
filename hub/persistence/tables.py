"""Every table of the hub, so that migrations and tests see them all. A new subject's file is added here."""

from hub.persistence import (  # noqa: F401
    access,
    agencies,
    agreements,
    audit,
    capacities,
    commands,
    credentials,
    follow_ups,
    incident_requests,
    incidents,
    intermediates,
    invitations,
    mailbox,
    mutual_aid,
    nodes,
    people_notices,
    region,
    streams,
)
