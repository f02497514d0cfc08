"""The region's collaboration agreement at a node: what holds now, and this agency's signature under it.

1. A version may be signed from its publication until another one supersedes it.
2. An agency signs a version once: while a signature waits for the hub, there is no second one.
3. A signature that the hub refused may be given again.
4. Signed it is when the hub lists this agency: until then it waits.

Source: DOMAIN.md 4, "Agreement"; `report.proto`, AgreementSignature.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from common.agreement import versions
from common.agreement.signature import Agreeing, sign_agreement
from common.agreement.terms import DEFAULT_TERMS, Terms
from common.errors import NotFound, WrongState
from common.identity.keys import Ed25519PrivateKey
from common.ids import new_id
from common.wire.times import timestamp
from common.wire.v1.agreement_pb2 import DocumentationMinimum
from common.wire.v1.report_pb2 import AgreementSignature, Report
from node.domain.agreement import Agreement, Standing
from node.persistence import agreements, ledger, outbox
from node.persistence.membership import get_membership
from node.persistence.outbox import OutboxEntry
from node.use_cases.outbox import append

_NOT_TOLD = replace(DEFAULT_TERMS, documentation=DocumentationMinimum.DOCUMENTATION_MINIMUM_OUTCOME)
_CLOCK_MAY_BE_OFF = timedelta(0), timedelta(days=1), timedelta(days=-1)  # no report that is further off is taken
_NONE_KNOWN = "the hub has told of no agreement yet"


def sign(
    connection: Connection, key: Ed25519PrivateKey, version: int, now: datetime, *, shown: bytes | None = None
) -> OutboxEntry:
    """Write this agency's signature under a version; it leaves as soon as the hub can be reached.

    Args:
        shown: the hash of the terms that a person was shown, where one was.

    Raises:
        NotFound: the hub told of no such version.
        WrongState: it is superseded, signed already, or its terms are not those that were shown.
    """
    agreement = get_agreement(connection, version)
    if agreement not in versions.not_superseded(agreements.list_agreements(connection), now):  # 1
        raise WrongState(f"version {version} is superseded: the list shows the one in force")
    standing = standing_of(connection, agreement)
    if standing is not Standing.NOT_SIGNED:  # 2
        raise WrongState(f"version {version}: {standing.value}; there is nothing more to do")
    if shown is not None and shown != agreement.terms_hash:
        raise WrongState(f"the hub published version {version} anew since it was shown: read it again")
    own = get_membership(connection)
    agreeing = Agreeing(own.trust_domain, own.agency_id, agreement.id, version, agreement.terms_hash)
    signed = AgreementSignature(
        agreement_id=agreement.id,
        version=version,
        terms_hash=agreement.terms_hash,
        signature=sign_agreement(key, agreeing),
    )
    report = Report(command_id=new_id(now), occurred_at=timestamp(now), agreement_signature=signed)
    return append(connection, [report], key, now)[0]


def agreement_in_force(connection: Connection, now: datetime) -> Agreement | None:
    """Give the version that holds now; None before the first one's date."""
    return versions.in_force(agreements.list_agreements(connection), now)


def has_signed(connection: Connection, now: datetime, agency_id: bytes | None = None) -> bool:
    """Tell whether the hub lists an agency, by default this one, under the version that holds now."""
    agreement = agreement_in_force(connection, now)
    signer = agency_id or get_membership(connection).agency_id
    return agreement is not None and signer in agreement.signed_by


def check_signed(connection: Connection, now: datetime) -> None:
    """Check that this agency may make and receive offers: it signed the version that holds now.

    A signature that waits for the hub leaves before what is written after it. And nothing is refused for an agreement
    that begins, or ends, so near to now that this machine's clock may be wrong about it.

    Raises:
        WrongState: it has not; says what to do.
    """
    at = [agreement_in_force(connection, now + off) for off in _CLOCK_MAY_BE_OFF]
    if all(each is None or standing_of(connection, each) is Standing.NOT_SIGNED for each in at):
        raise WrongState(
            "this agency has not signed the agreement in force, so it neither makes nor accepts offers: sign it first"
        )


def terms_of(connection: Connection, version: int) -> Terms:
    """Give the terms of one version; the usual ones for 0. Of one that was never told here, nothing is held against
    anybody: the hub knows it.
    """
    if version == 0:
        return DEFAULT_TERMS
    known = agreements.find_agreement(connection, version)
    return _NOT_TOLD if known is None else known.terms


def get_agreement(connection: Connection, version: int) -> Agreement:
    """Fetch one version, or raise NotFound."""
    agreement = agreements.find_agreement(connection, version)
    if agreement is None:
        raise NotFound(f"the hub has told of no version {version} of an agreement: the list has every one")
    return agreement


def agreement_to_show(connection: Connection, now: datetime) -> Agreement:
    """Give the version in force, or the newest when none is yet; raises NotFound when there is none."""
    every = agreements.list_agreements(connection)
    if not every:
        raise NotFound(_NONE_KNOWN)
    return versions.in_force(every, now) or every[-1]


def agreement_to_sign(connection: Connection, now: datetime) -> Agreement:
    """Give the first version that this agency has still to sign.

    Raises:
        NotFound: the hub told of none.
        WrongState: all are signed.
    """
    every = versions.not_superseded(agreements.list_agreements(connection), now)
    if not every:
        raise NotFound(_NONE_KNOWN)
    for agreement in every:
        if standing_of(connection, agreement) is Standing.NOT_SIGNED:
            return agreement
    raise WrongState("this agency has signed every version that holds or will hold: there is nothing more to do")


def standing_of(connection: Connection, agreement: Agreement) -> Standing:
    """Tell what became of this agency's signature under a version (rules 2 to 4)."""
    if get_membership(connection).agency_id in agreement.signed_by:
        return Standing.SIGNED
    for entry in outbox.list_about(connection, "agreement_signature", agreement.id):
        if entry.is_refused:  # 3
            continue
        leaf = next(ledger.read_leaves(connection, entry.stream_id, entry.sequence, 1))
        signed = Report.FromString(leaf.body).agreement_signature
        if (signed.version, signed.terms_hash) == (agreement.version, agreement.terms_hash):
            return Standing.WAITING
    return Standing.NOT_SIGNED
