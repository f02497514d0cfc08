"""An exported ledger is verified by somebody else, with the file and two public keys (TRUST.md t02)."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from common.errors import InvalidRequest
from common.ledger import LedgerBroken
from common.ledger.export import open_export, verify_export, write_export
from common.ledger.note import parse_note
from tests.ledgers import HUB_KEY, NODE_KEY, ORIGIN, StoredLedger, stored_ledger

Lines = list[dict[str, Any]]


def exported(ledger: StoredLedger, path: Path) -> Path:
    with path.open("w", encoding="ascii", newline="\n") as file:
        write_export(file, ORIGIN, NODE_KEY, HUB_KEY, ledger.leaves, ledger.checkpoints, ledger.receipts)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return exported(stored_ledger([1, 2, 1, 3, 1], receipted=[3, 7]), tmp_path / "ledger.jsonl")


def rewrite(path: Path, change: Callable[[Lines], object]) -> None:
    lines: Lines = [json.loads(line) for line in path.read_text().splitlines()]
    change(lines)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


@pytest.mark.parametrize("every_checkpoint", [False, True])
def test_an_export_verifies_like_the_stored_ledger(tmp_path: Path, every_checkpoint: bool) -> None:
    ledger = stored_ledger([1, 2, 1, 3, 1], receipted=[3, 7])
    path = exported(ledger, tmp_path / "ledger.jsonl")

    assert verify_export(path, NODE_KEY, HUB_KEY, every_checkpoint=every_checkpoint) == ledger.verify()
    export = open_export(path)
    assert (export.origin, export.node_key, export.hub_key) == (ORIGIN, NODE_KEY, HUB_KEY)
    assert list(export.leaves()) == ledger.leaves
    assert list(export.checkpoints()) == ledger.checkpoints
    assert list(export.receipts()) == ledger.receipts


def test_t02_an_export_is_verified_with_every_signature_in_it(tmp_path: Path) -> None:
    ledger = stored_ledger([1, 2, 1, 3, 1], receipted=[7])
    ledger.checkpoints[1] = replace(ledger.checkpoints[1], signature=bytes(64))
    path = exported(ledger, tmp_path / "ledger.jsonl")

    with pytest.raises(LedgerBroken, match="the checkpoint of size 3 is not signed by the ledger's key"):
        verify_export(path, NODE_KEY, HUB_KEY)


def test_an_empty_ledger_is_exported_too(tmp_path: Path) -> None:
    path = exported(stored_ledger([]), tmp_path / "ledger.jsonl")

    assert verify_export(path, NODE_KEY, HUB_KEY).leaves == 0


def test_an_export_is_ascii_lines_whose_notes_stand_for_themselves(path: Path) -> None:
    lines = [json.loads(line) for line in path.read_bytes().decode("ascii").splitlines()]

    assert [next(iter(line)) for line in lines] == ["format"] + ["leaf"] * 8 + ["note"] * 5
    signers = [[line.name.rpartition("/")[2] for line in parse_note(note["note"].encode()).lines] for note in lines[9:]]
    assert signers == [["aa" * 16], ["aa" * 16, "hub"], ["aa" * 16], ["aa" * 16, "hub"], ["aa" * 16]]


def test_a_receipt_for_another_tree_than_the_checkpoints_is_exported_and_found(tmp_path: Path) -> None:
    ledger = stored_ledger([1, 1], receipted=[2])
    ledger.receipts[0] = replace(ledger.receipts[0], root=bytes(32))
    path = exported(ledger, tmp_path / "ledger.jsonl")

    assert list(open_export(path).receipts()) == ledger.receipts
    with pytest.raises(LedgerBroken, match="the receipt of size 2 is not signed by the hub"):
        verify_export(path, NODE_KEY, HUB_KEY)


def test_an_export_for_other_keys_is_refused(path: Path) -> None:
    another = Ed25519PrivateKey.generate().public_key()
    for keys in ((another, HUB_KEY), (NODE_KEY, another), (HUB_KEY, NODE_KEY)):
        with pytest.raises(InvalidRequest, match="other keys"):
            verify_export(path, *keys)


def test_t02_an_export_under_a_forged_header_is_refused(tmp_path: Path) -> None:
    path = exported(stored_ledger([1, 1]), tmp_path / "ledger.jsonl")
    rewrite(path, lambda lines: lines[0].update(origin=ORIGIN.replace("bb", "cc")))

    with pytest.raises(InvalidRequest, match="another stream"):
        verify_export(path, NODE_KEY, HUB_KEY)


@pytest.mark.parametrize(
    ("change", "sequence"),
    [
        (lambda lines: lines[5].update(body="AAAA"), 5),
        (lambda lines: lines[5].update(hash="00" * 32), 5),
        (lambda lines: lines.pop(5), 5),
        (lambda lines: lines.insert(5, lines.pop(7)), 5),
        (lambda lines: lines.insert(9, {"leaf": 9, "body": lines[1]["body"], "hash": lines[1]["hash"]}), 9),
        (lambda lines: lines.pop(8), 8),
        (lambda lines: lines.pop(13), 8),
        (lambda lines: lines.insert(10, lines.pop(11)), 3),
        (lambda lines: lines[12].update(note=lines[12]["note"].replace("\n7\n", "\n6\n")), 6),
    ],
)
def test_t02_a_changed_export_names_the_first_bad_entry(
    path: Path, change: Callable[[Lines], object], sequence: int
) -> None:
    rewrite(path, change)

    with pytest.raises(LedgerBroken) as raised:
        verify_export(path, NODE_KEY, HUB_KEY)
    assert raised.value.sequence == sequence


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda lines: lines.pop(0), "line 1: not the header"),
        (lambda lines: lines[0].update(format="holdfast-egress-ledger/2"), "line 1: not the header"),
        (lambda lines: lines[0].update(node_key=7), "line 1: not the header"),
        (lambda lines: lines[0].update(node_key=lines[0]["hub_key"]), "verifier key"),
        (lambda lines: lines[0].update(origin=ORIGIN.replace("aa", "cc")), "line 1: the keys are not named"),
        (lambda lines: lines.insert(3, {"neither": 1}), "line 4: neither a leaf nor a note"),
        (lambda lines: lines.append(lines[1]), "line 15: neither a leaf nor a note, or a leaf among the notes"),
        (lambda lines: lines[4].pop("hash"), "line 5: not a leaf"),
        (lambda lines: lines[4].update(body="AAA"), "line 5: not base64"),
        (lambda lines: lines[4].update(body=None), "line 5: not a leaf"),
        (lambda lines: lines[4].update(leaf="4"), "line 5: not a leaf"),
        (lambda lines: lines[4].update(hash="zz"), "line 5: not a leaf"),
        (lambda lines: lines[11].update(note=7), "line 12: not a note"),
        (lambda lines: lines[11].update(note="text\n"), "note: no signature lines"),
    ],
)
def test_what_is_not_an_export_is_refused_and_the_line_named(
    path: Path, change: Callable[[Lines], object], message: str
) -> None:
    rewrite(path, change)

    with pytest.raises(InvalidRequest, match=message):
        verify_export(path, NODE_KEY, HUB_KEY)


def test_an_export_cut_in_the_middle_of_a_line_is_refused(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])

    with pytest.raises(InvalidRequest, match="line 14: not JSON"):
        verify_export(path, NODE_KEY, HUB_KEY)


@pytest.mark.parametrize("content", [b"", b"[]\n", b"\xff\xfe\n", b"[" * 100_000])
def test_any_other_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)

    with pytest.raises(InvalidRequest, match="line 1"):
        open_export(path)
