"""Every table of the hub, so that migrations and tests see them all. A new subject's file is added here."""

from hub.persistence import (  # noqa: F401
    agencies,
    audit,
    capacities,
    credentials,
    incident_requests,
    incidents,
    intermediates,
    invitations,
    mailbox,
    nodes,
    region,
    streams,
)
