"""Who sent what, and who received it, is settled offline, from signatures alone (TRUST.md r01)."""

from dataclasses import replace
from pathlib import Path

import pytest

from common.ledger import LedgerBroken, ProofInvalid, SignatureInvalid
from common.ledger.checkpoint import sign_checkpoint, verify_checkpoint
from common.ledger.export import open_export, verify_export, write_export
from common.ledger.merkle import Frontier, inclusion_proof, leaf_hash, verify_inclusion
from common.ledger.receipt import countersign, verify_receipt
from tests.ledgers import HUB_KEY, HUB_SIGNING_KEY, NODE_KEY, NODE_SIGNING_KEY, ORIGIN, stored_ledger


def test_r01_a_node_that_denies_sending_is_contradicted_by_its_own_signature() -> None:
    sent = stored_ledger([1, 4, 3])
    held_by_the_hub = [leaf.leaf_hash for leaf in sent.leaves]
    checkpoint = sent.checkpoints[-1]
    proof = inclusion_proof(held_by_the_hub, 3)

    verify_checkpoint(NODE_KEY, ORIGIN, checkpoint.size, checkpoint.root, checkpoint.signature)
    verify_inclusion(leaf_hash(b"report 4"), 3, checkpoint.size, proof, checkpoint.root)


def test_r01_a_hub_cannot_put_a_report_into_a_nodes_mouth() -> None:
    sent = stored_ledger([1, 4, 3])
    checkpoint = sent.checkpoints[-1]
    forged = Frontier()
    forged.extend([*(leaf.leaf_hash for leaf in sent.leaves[:3]), leaf_hash(b"never sent")])

    proof = inclusion_proof([leaf.leaf_hash for leaf in sent.leaves], 3)
    signature = sign_checkpoint(HUB_SIGNING_KEY, ORIGIN, 4, forged.root())

    with pytest.raises(ProofInvalid):
        verify_inclusion(leaf_hash(b"never sent"), 3, checkpoint.size, proof, checkpoint.root)
    with pytest.raises(SignatureInvalid):
        verify_checkpoint(NODE_KEY, ORIGIN, 4, forged.root(), signature)


def test_r01_a_hub_that_denies_receiving_is_contradicted_by_its_receipt(tmp_path: Path) -> None:
    kept = stored_ledger([1, 4, 3], receipted=[5])
    path = tmp_path / "ledger.jsonl"
    with path.open("w", encoding="ascii") as file:
        write_export(file, ORIGIN, NODE_KEY, HUB_KEY, kept.leaves, kept.checkpoints, kept.receipts)

    summary = verify_export(path, NODE_KEY, HUB_KEY)

    assert (summary.receipted, summary.receipted_at_unix_s) == (5, 1_800_000_000)
    (receipt,) = open_export(path).receipts()
    proof = inclusion_proof([leaf.leaf_hash for leaf in kept.leaves[:5]], 3)
    verify_receipt(HUB_KEY, ORIGIN, receipt.size, receipt.root, receipt.signed_at_unix_s, receipt.signature)
    verify_inclusion(leaf_hash(b"report 4"), 3, receipt.size, proof, receipt.root)


def test_r01_a_node_cannot_claim_a_receipt_that_the_hub_did_not_give() -> None:
    kept = stored_ledger([1, 4, 3], receipted=[5])
    last = kept.checkpoints[-1]
    for signature in (
        kept.receipts[0].signature,
        countersign(NODE_SIGNING_KEY, ORIGIN, last.size, last.root, 1_800_000_000),
    ):
        claimed = replace(kept.receipts[0], size=last.size, root=last.root, signature=signature)
        ledger = replace(kept, receipts=[kept.receipts[0], claimed])

        with pytest.raises(LedgerBroken, match="the receipt of size 8 is not signed by the hub"):
            ledger.verify()


@pytest.mark.parametrize("every_checkpoint", [False, True])
@pytest.mark.parametrize(("sequence", "since"), [(2, 1), (5, 5), (8, 5)])
def test_r01_a_node_that_rewrites_its_history_with_its_own_key_is_contradicted_by_the_receipts(
    sequence: int, since: int, every_checkpoint: bool
) -> None:
    ledger = stored_ledger([1] * 10, receipted=[4, 8])
    ledger.edit_body_and_hash(sequence)
    ledger.recompute_roots(sign=True)

    with pytest.raises(LedgerBroken, match="than the hub has confirmed") as raised:
        ledger.verify(every_checkpoint=every_checkpoint)
    assert raised.value.sequence == since
