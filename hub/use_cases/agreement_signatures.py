"""Signatures under the agreement, of a whole group of pushes.

1. The version must be one that this hub published, under this id.
2. The hash must be that of its terms, and the bound key of the node that sent the report must have signed.
3. An agency signs a version once. Signing again, by any of its nodes, is taken and changes nothing.
4. Every agency that joined or is invited is told who has signed, once for a version in a group.
5. Who signs the version that holds now is told the requests for peers that are addressed to it from now on.

Source: DOMAIN.md 4, "Agreement"; `report.proto`, AgreementSignature.
"""

from dataclasses import replace
from datetime import datetime

from common.agreement.signature import Agreeing, verify_agreement
from common.ledger import SignatureInvalid
from common.wire.v1.codes_pb2 import Outcome
from common.wire.v1.report_pb2 import Report
from hub.domain.agency import Sender
from hub.domain.agreement import Agreement
from hub.persistence import agreements, nodes
from hub.persistence.agreements import AgreementSignature
from hub.persistence.transaction import Transaction
from hub.use_cases.agreement_notices import agreement_notice
from hub.use_cases.agreements import agreement_in_force, remembered, told_of_agreements
from hub.use_cases.mutual_aid import LiveRequests


class AgreementSignatures:
    """What a group of reports signs."""

    def __init__(self, trust_domain: str) -> None:
        self._trust_domain = trust_domain
        self._agreements: dict[int, Agreement] = {}
        self._bound_keys: dict[tuple[bytes, int], bytes] = {}
        self._told: list[bytes] = []
        self._requests: LiveRequests | None = None
        self._new: dict[tuple[int, bytes], AgreementSignature] = {}  # (version, agency id)

    def load(self, reports: list[Report], tx: Transaction) -> None:
        """Read the agreements; and, when there are any, the keys that may sign them and who is told."""
        self._agreements = remembered(tx)
        if self._agreements:
            self._bound_keys = {(node.agency_id, node.node): node.bound_key for node in nodes.list_nodes(tx.connection)}
            self._told = told_of_agreements(tx)
            self._requests = LiveRequests(tx, tx.now)

    def apply(self, report: Report, sender: Sender, now: datetime) -> Outcome:
        """Take one agency's signature, or say why not."""
        signed = report.agreement_signature
        agreement = self._agreements.get(signed.version)
        if agreement is None or agreement.id != signed.agreement_id:  # 1
            return Outcome.OUTCOME_REFUSED_UNKNOWN_AGREEMENT
        if signed.terms_hash != agreement.terms_hash:  # 2
            return Outcome.OUTCOME_REFUSED_SIGNATURE
        agreeing = Agreeing(self._trust_domain, sender.agency_id, agreement.id, agreement.version, agreement.terms_hash)
        try:
            verify_agreement(self._bound_keys.get(sender, b""), agreeing, signed.signature)
        except SignatureInvalid:
            return Outcome.OUTCOME_REFUSED_SIGNATURE
        key = (agreement.version, sender.agency_id)
        if sender.agency_id not in agreement.signed_by and key not in self._new:  # 3
            self._new[key] = AgreementSignature(*key, sender.node, signed.signature, now)
        return Outcome.OUTCOME_APPLIED

    def save(self, tx: Transaction) -> None:
        """Write the new signatures, and tell everybody (4)."""
        agreements.add_signatures(tx.connection, self._new.values())
        for version in sorted({version for version, _ in self._new}):
            before = self._agreements[version]
            signers = {agency_id for of_version, agency_id in self._new if of_version == version}
            after = replace(before, signed_by=before.signed_by | signers)
            self._agreements[version] = after
            tx.post(self._told, agreement_notice(after))
            if after == agreement_in_force(tx, tx.now) and self._requests is not None:  # 5
                self._requests.tell(signers, after.signed_by, tx)
