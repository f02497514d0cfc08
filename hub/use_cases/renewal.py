"""Renewing: a fresh certificate over the present one, for a new key.

1. The call proves the present key, the proof in it the new one.
2. The same key again gets the same certificate again.
3. The present certificate stays good until the first call with the new one, and then for ten minutes, so that open
   streams move over in peace. A node that loses the answer, or its new key, is never locked out.
4. A node has at most one certificate that it did not use yet: asking for another key ends that one.
5. A certificate that was replaced does not renew: only a copy of the node would ask.

Source: DESIGN.md 4; TRUST.md, "a join secret consumed while its reply was lost".
"""

from datetime import datetime, timedelta

from common.errors import InvalidRequest, NotAllowed
from common.identity.keys import spki_hash
from common.identity.names import NodeName
from common.identity.proofs import verify_renewal
from common.wire.v1.uplink_pb2 import RenewRequest, RenewResponse
from hub.domain.credential import Caller, Credential, CredentialStatus
from hub.persistence import credentials
from hub.persistence.transaction import Transaction
from hub.use_cases.issuing import Issuing, chain_of, give_credential

SWAP_GRACE = timedelta(minutes=10)


def renew(caller: Caller, asked: RenewRequest, issuing: Issuing, tx: Transaction, now: datetime) -> RenewResponse:
    """Give a certificate for a new key, by the rules 1 to 5.

    Raises:
        InvalidRequest: the key or the proof does not verify, or the key is not new.
        NotAllowed: the present certificate was replaced.
    """
    name = NodeName(issuing.trust_domain, caller.agency_id, caller.node)
    key = verify_renewal(asked.public_key, asked.proof, name, caller.fingerprint)  # 1
    wanted_hash = spki_hash(key)
    of_node = credentials.list_credentials_of(tx.connection, caller.agency_id, caller.node)
    present = next((each for each in of_node if each.fingerprint == caller.fingerprint), None)
    if present is None or not present.is_accepted(now):
        raise NotAllowed("this certificate is not taken any more: the node must recover its identity")
    if present.spki_hash == wanted_hash:
        raise InvalidRequest("public_key: must be a new key, not the present one")
    for earlier in of_node:
        if earlier.spki_hash == wanted_hash and earlier.is_accepted(now):  # 2
            return _response(earlier, issuing, tx)
    if present.status is CredentialStatus.SUPERSEDED:  # 5
        raise NotAllowed("this certificate was replaced by a newer one: renew with that")
    credentials.supersede(tx.connection, caller.agency_id, caller.node, keep=(caller.fingerprint,), accepted_until=now)
    return _response(give_credential(issuing, caller.agency_id, caller.node, key, tx, now), issuing, tx)  # 4, 3


def first_use(fingerprint: bytes, tx: Transaction, now: datetime) -> None:
    """Let the certificates that this one replaces run out (rule 3). Safe to repeat."""
    used = credentials.find_credential(tx.connection, fingerprint)
    if used is None or used.status is not CredentialStatus.ACTIVE:
        return
    replaced = credentials.supersede(
        tx.connection, used.agency_id, used.node, keep=(fingerprint,), accepted_until=now + SWAP_GRACE
    )
    tx.allow_list_changed |= replaced > 0


def _response(credential: Credential, issuing: Issuing, tx: Transaction) -> RenewResponse:
    return RenewResponse(certificate_chain=chain_of(credential, tx), trust_roots=issuing.roots)
