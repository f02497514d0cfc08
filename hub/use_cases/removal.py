"""Removing an agency: *evict* (it may be invited again) and *ban* (never again) are two verbs.

Either ends its certificates, its open invitations and its recoveries in one transaction; its open calls end when the
allow-list is read again after the commit. Nothing that it reported is deleted.

Source: DESIGN.md 4; TRUST.md s09.
"""

from datetime import datetime

from common.errors import WrongState
from hub.domain.agency import Agency, Membership
from hub.persistence import agencies, audit, credentials, invitations, nodes
from hub.persistence.transaction import Transaction
from hub.use_cases.directory import publish_directory
from hub.use_cases.mutual_aid import leave_aid
from hub.use_cases.ownership import leave_follow_ups


def evict(slug: str, tx: Transaction, now: datetime) -> Agency:
    """Remove an agency; it may be invited again. Safe to repeat.

    Raises:
        NotFound: no agency has this name.
        WrongState: it is banned, which is more.
    """
    agency = agencies.get_agency_by_slug(tx.connection, slug)
    if agency.membership is Membership.BANNED:
        raise WrongState(f"{slug} is banned already: an eviction would be less")
    return _remove(agency, Membership.EVICTED, "evict", tx, now)


def ban(slug: str, tx: Transaction, now: datetime) -> Agency:
    """Remove an agency for good: it is not invited and does not recover ever again. Safe to repeat.

    Raises:
        NotFound: no agency has this name.
    """
    return _remove(agencies.get_agency_by_slug(tx.connection, slug), Membership.BANNED, "ban", tx, now)


def _remove(agency: Agency, membership: Membership, verb: str, tx: Transaction, now: datetime) -> Agency:
    agencies.set_membership(tx.connection, agency.id, membership)
    credentials.revoke_credentials(tx.connection, agency.id)
    invitations.revoke_invitations(tx.connection, agency.id, now, unused_only=False)
    nodes.remove_nodes(tx.connection, agency.id, now)
    tx.allow_list_changed = True
    leave_follow_ups(agency.id, tx, now)
    leave_aid(agency.id, tx, now)
    publish_directory(tx, now)
    audit.record(tx.connection, now, tx.actor, verb, agency.id.hex(), "done")
    return agencies.get_agency(tx.connection, agency.id)
