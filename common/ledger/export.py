"""The ledger as a file: all that somebody else needs to verify it, but the two public keys.

1. The file is JSON lines, ASCII, in this order: one header, the leaves by sequence, the notes by size.
2. The header says which format, stream and keys: `{"format", "origin", "node_key", "hub_key"}`, keys as C2SP tools
   write them.
3. A leaf is `{"leaf": sequence, "body": base64, "hash": hex}`.
4. A note is `{"note": text}`: a C2SP checkpoint with the node's signature, if the node made one of this size, and the
   hub's cosignature for each receipt of it. `note` in a file of its own is what other C2SP tools read.
5. Nothing in the file is believed: the reader brings the two keys, and the header only says for which the file is.

Source: DESIGN.md 1 (promise 2), 3 ("Delivery"); TRUST.md r01.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from common.errors import InvalidRequest
from common.ledger.checkpoint import (
    SignedCheckpoint,
    checkpoint_line,
    checkpoint_text,
    hub_key_name,
    node_key_name,
    parse_checkpoint_text,
    parse_origin,
)
from common.ledger.note import (
    KeyKind,
    SignatureLine,
    decode_base64,
    encode_base64,
    encode_note,
    key_id,
    parse_note,
    parse_verifier_key,
    verifier_key,
)
from common.ledger.receipt import Receipt, by_size, parse_timed_signature, receipt_line
from common.ledger.verification import Leaf, LedgerSummary, verify_ledger

FORMAT = "holdfast-egress-ledger/1"

_HEADER = ("format", "origin", "node_key", "hub_key")
_MAX_HEADER_LENGTH = 4096


def write_export(
    file: TextIO,
    origin: str,
    node_key: Ed25519PublicKey,
    hub_key: Ed25519PublicKey,
    leaves: Iterable[Leaf],
    checkpoints: Iterable[SignedCheckpoint],
    receipts: Iterable[Receipt],
) -> None:
    """Write one stream's ledger; leaves, checkpoints and receipts as `verify_ledger` takes them, streamed through."""
    stream = parse_origin(origin)
    node_name, hub_name = node_key_name(stream.trust_domain, stream.agency_id), hub_key_name(stream.trust_domain)
    header = {
        "format": FORMAT,
        "origin": origin,
        "node_key": verifier_key(node_name, KeyKind.ED25519, node_key),
        "hub_key": verifier_key(hub_name, KeyKind.COSIGNATURE_V1, hub_key),
    }
    file.write(json.dumps(header) + "\n")
    file.writelines(
        f'{{"leaf": {sequence}, "body": "{encode_base64(body)}", "hash": "{leaf_hash.hex()}"}}\n'
        for sequence, body, leaf_hash in leaves
    )
    file.writelines(
        json.dumps({"note": note.decode()}) + "\n"
        for size, checkpoint, of_size in by_size(checkpoints, receipts)
        for note in _notes(origin, node_key, hub_key, size, checkpoint, of_size)
    )


def _notes(
    origin: str,
    node_key: Ed25519PublicKey,
    hub_key: Ed25519PublicKey,
    size: int,
    checkpoint: SignedCheckpoint | None,
    receipts: list[Receipt],
) -> Iterator[bytes]:
    """Write one note for each root that was signed for this size: more than one is a fork, and is not hidden."""
    lines: dict[bytes, list[SignatureLine]] = {}
    if checkpoint is not None:
        lines[checkpoint.root] = [checkpoint_line(origin, node_key, checkpoint.signature)]
    for receipt in receipts:
        lines.setdefault(receipt.root, []).append(receipt_line(origin, hub_key, receipt))
    for root, of_root in lines.items():
        yield encode_note(checkpoint_text(origin, size, root), of_root)


@dataclass(frozen=True, slots=True)
class LedgerExport:
    """A file that `write_export` made. Its parts are read anew at each call, one line at a time."""

    path: Path
    origin: str
    node_key: Ed25519PublicKey  # as the file says; see rule 5
    hub_key: Ed25519PublicKey

    def leaves(self) -> Iterator[Leaf]:
        """Read the leaves.

        Raises:
            InvalidRequest: names the first line that is not as rule 3 says.
        """
        for number, line in self._lines("leaf"):
            try:
                body = decode_base64(line["body"], f"line {number}")
                yield Leaf(_whole(line["leaf"]), body, bytes.fromhex(line["hash"]))
            except (KeyError, TypeError, ValueError):
                raise InvalidRequest(f"line {number}: not a leaf") from None

    def checkpoints(self) -> Iterator[SignedCheckpoint]:
        """Read the node's signatures out of the notes."""
        stream = parse_origin(self.origin)
        name = node_key_name(stream.trust_domain, stream.agency_id)
        for size, root, signature in self._signatures(name, key_id(name, KeyKind.ED25519, self.node_key)):
            yield SignedCheckpoint(size, root, signature)

    def receipts(self) -> Iterator[Receipt]:
        """Read the hub's countersignatures out of the notes."""
        name = hub_key_name(parse_origin(self.origin).trust_domain)
        for size, root, timed in self._signatures(name, key_id(name, KeyKind.COSIGNATURE_V1, self.hub_key)):
            yield Receipt(size, root, *parse_timed_signature(timed))

    def _signatures(self, name: str, wanted_key_id: bytes) -> Iterator[tuple[int, bytes, bytes]]:
        for number, line in self._lines("note"):
            if not isinstance(line["note"], str):
                raise InvalidRequest(f"line {number}: not a note")
            note = parse_note(line["note"].encode())
            origin, size, root = parse_checkpoint_text(note.text)
            if origin != self.origin:
                raise InvalidRequest(f"line {number}: a note about another stream")
            for signed in note.lines:
                if (signed.name, signed.key_id) == (name, wanted_key_id):
                    yield size, root, signed.signature

    def _lines(self, wanted: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """Give the lines of one kind with their numbers; the header is line 1."""
        with self.path.open("rb") as file:
            in_notes = False
            for number, raw in enumerate(file, 1):
                line = _parse_line(raw, number)
                if number == 1:
                    continue
                if ("leaf" in line) == ("note" in line) or (in_notes and "leaf" in line):
                    raise InvalidRequest(f"line {number}: neither a leaf nor a note, or a leaf among the notes")
                in_notes = "note" in line
                if wanted in line:
                    yield number, line


def open_export(path: Path) -> LedgerExport:
    """Read the header of an exported ledger.

    Raises:
        InvalidRequest: not such a file.
    """
    with path.open("rb") as file:
        header = _parse_line(file.readline(_MAX_HEADER_LENGTH), 1)
    if header.get("format") != FORMAT or not all(isinstance(header.get(key), str) for key in _HEADER):
        raise InvalidRequest(f"line 1: not the header of a {FORMAT} file")
    stream = parse_origin(header["origin"])
    node_name, node_key = parse_verifier_key(header["node_key"], KeyKind.ED25519)
    hub_name, hub_key = parse_verifier_key(header["hub_key"], KeyKind.COSIGNATURE_V1)
    expected = node_key_name(stream.trust_domain, stream.agency_id), hub_key_name(stream.trust_domain)
    if (node_name, hub_name) != expected:
        raise InvalidRequest("line 1: the keys are not named after this agency and this hub")
    return LedgerExport(path, header["origin"], node_key, hub_key)


def verify_export(
    path: Path, node_key: Ed25519PublicKey, hub_key: Ed25519PublicKey, *, every_checkpoint: bool = True
) -> LedgerSummary:
    """Verify an exported ledger with nothing but the file and the two keys, known from elsewhere (rule 5).

    Raises:
        InvalidRequest: not such a file, or made for other keys.
        LedgerBroken: names the first bad entry.
    """
    export = open_export(path)
    if (export.node_key, export.hub_key) != (node_key, hub_key):
        raise InvalidRequest("line 1: the file is for other keys than the ones given")
    leaves, checkpoints, receipts = export.leaves(), export.checkpoints(), export.receipts()
    return verify_ledger(
        leaves, checkpoints, receipts, export.origin, node_key, hub_key, every_checkpoint=every_checkpoint
    )


def _parse_line(raw: bytes, number: int) -> dict[str, Any]:
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError):
        raise InvalidRequest(f"line {number}: not JSON: the file was cut or changed here") from None
    if not isinstance(line, dict):
        raise InvalidRequest(f"line {number}: not a JSON object")
    return line


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value
