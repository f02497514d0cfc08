"""Collaboration agreements: published at the hub, told to every agency, in force from a date.

Every rule that goes by the terms asks here. Before a region has published any, the defaults hold and nobody has signed.

Source: DOMAIN.md 4, "Agreement".
"""

import os
from datetime import datetime

from common.agreement.encoding import encode_terms
from common.agreement.terms import DEFAULT_TERMS, Terms
from common.agreement.versions import in_force, not_superseded
from common.errors import NotFound
from hub.domain.agency import Membership
from hub.domain.agreement import Agreement, check_begins
from hub.persistence import agencies, agreements, audit
from hub.persistence.transaction import Transaction
from hub.use_cases.agreement_notices import agreement_notice


def publish(title: str, terms: Terms, in_force_from: datetime, tx: Transaction, now: datetime) -> Agreement:
    """Publish the next version of the region's agreement, and tell every agency.

    Args:
        in_force_from: when it begins to hold; not in the past, and after the version before.

    Raises:
        InvalidRequest: names the term that breaks a rule, or says that the date lies in the past.
        WrongState: the version before begins later.
    """
    known = agreements.load_agreements(tx.connection)
    before = known[max(known)] if known else None
    check_begins(in_force_from, before, now)
    agreement = Agreement(
        id=os.urandom(16) if before is None else before.id,
        version=1 if before is None else before.version + 1,
        title=title,
        encoded=encode_terms(terms),
        terms=terms,
        in_force_from=in_force_from,
        published_at=now,
    )
    agreements.add_agreement(tx.connection, agreement)
    tx.post(told_of_agreements(tx), agreement_notice(agreement))
    audit.record(tx.connection, now, tx.actor, "agreement publish", f"version {agreement.version}", "done")
    tx.memory.forget_agreements()  # whatever this command's savepoint comes to, they are read again
    return agreement


def agreement_in_force(tx: Transaction, now: datetime) -> Agreement | None:
    """Give the version that holds now; None before the first one's date. Reads the store once, then never again."""
    return in_force(remembered(tx).values(), now)


def terms_of(tx: Transaction, version: int) -> Terms:
    """Give the terms of one version; those that hold without any for version 0.

    Raises:
        NotFound: the hub has published no such version.
    """
    if version == 0:
        return DEFAULT_TERMS
    agreement = remembered(tx).get(version)
    if agreement is None:
        raise NotFound(f"this hub has published no version {version} of the agreement")
    return agreement.terms


def has_signed(tx: Transaction, now: datetime, agency_id: bytes) -> bool:
    """Tell whether an agency signed the version that holds now; no agency has, when none does."""
    agreement = agreement_in_force(tx, now)
    return agreement is not None and agency_id in agreement.signed_by


def tell_agreements(agency_id: bytes, tx: Transaction, now: datetime) -> None:
    """Tell one agency the version that holds now, and those that will. Called when it joins."""
    for agreement in not_superseded(remembered(tx).values(), now):
        tx.post([agency_id], agreement_notice(agreement))


def remembered(tx: Transaction) -> dict[int, Agreement]:
    """Give every version by its number, out of the writer's memory; that there is none is remembered too."""
    if not tx.memory.agreements_are_known:
        tx.memory.agreements.update(agreements.load_agreements(tx.connection))
        tx.memory.agreements_are_known = True
    return tx.memory.agreements


def told_of_agreements(tx: Transaction) -> list[bytes]:
    """Give who is told of agreements: every agency that joined or is invited."""
    told = (Membership.JOINED, Membership.INVITED)
    return [agency.id for agency in agencies.list_agencies(tx.connection) if agency.membership in told]
