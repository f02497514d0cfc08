"""A whole audit trail as a file: whoever has the trail's public key verifies it on another machine.

1. The file is JSON lines, ASCII: one header, the trail's lines by number, the signatures over its tree by size.
2. The header is `{"format", "origin", "key"}`, the key as C2SP tools write it.
3. A line is `{"line": [number, time, actor, action, subject, outcome, version, digest in hex], "hash": hex}`;
   a signature is `{"signed": size, "root": hex, "signature": hex}`.
4. Nothing in the file is believed: the reader brings the key, and the header only says for which the file is.

Source: TRUST.md t02; DESIGN.md 1 (promise 2), as `common.ledger.export` does for what left.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from common.audit.checkpoint import audit_origin, read_note
from common.audit.entry import Entry, entry_body
from common.audit.verification import HashedEntry, Proved, verify_trail
from common.errors import InvalidRequest
from common.ledger import LedgerBroken, SignatureInvalid
from common.ledger.checkpoint import SignedCheckpoint
from common.ledger.note import KeyKind, parse_verifier_key, verifier_key

FORMAT = "holdfast-audit-trail/1"
_MOST = 16 * 1024  # bytes of one line of the file
T = TypeVar("T")


def trail_key(key: Ed25519PublicKey) -> str:
    """Write a trail's public key in one line, for the auditor to keep."""
    return verifier_key(audit_origin(key), KeyKind.ED25519, key)


def parse_trail_key(said: str) -> Ed25519PublicKey:
    """Read what `trail_key` wrote; raises InvalidRequest."""
    name, key = parse_verifier_key(said.strip(), KeyKind.ED25519)
    if name != audit_origin(key):
        raise InvalidRequest("key: not the key of an audit trail: `audit verify` prints it, it begins holdfast-audit/")
    return key


def trail_lines(
    key: Ed25519PublicKey, entries: Iterable[HashedEntry], checkpoints: Iterable[SignedCheckpoint]
) -> Iterator[bytes]:
    """Give the file's lines (1), streamed through."""
    yield _line({"format": FORMAT, "origin": audit_origin(key), "key": trail_key(key)})
    for sequence, at, entry, hashed in entries:
        yield b'{"line": ' + entry_body(sequence, at, entry) + b', "hash": "' + hashed.hex().encode() + b'"}\n'
    for signed in checkpoints:
        yield _line({"signed": signed.size, "root": signed.root.hex(), "signature": signed.signature.hex()})


def verify_file(path: Path, key: Ed25519PublicKey, kept: SignedCheckpoint | None = None) -> Proved:
    """Verify an exported trail with nothing but the file and the key, known from elsewhere (4).

    Args:
        kept: from the note that an auditor kept, its signature checked.

    Raises:
        InvalidRequest: no such file, or made for another key.
        LedgerBroken: names the first bad line of the trail.
    """
    number, header = next(_rows(path), (1, {}))
    if header.get("format") != FORMAT:
        raise InvalidRequest(f"line {number}: not the header of a {FORMAT} file; a part of a trail proves nothing")
    if header.get("key") != trail_key(key):
        raise InvalidRequest("line 1: the file is of another trail than the key that you gave")
    return verify_trail(_each(path, "line", _entry), _each(path, "signed", _checkpoint), key, kept)


def verdict_on_file(path: Path, said_key: str, note: bytes | None) -> dict[str, Any]:
    """Verify an exported trail and answer as `audit verify` does.

    Args:
        said_key: as `trail_key` wrote it.
        note: the checkpoint that an auditor kept.
    """
    key = parse_trail_key(said_key)
    return verdict(key, lambda: (verify_file(path, key, None if note is None else read_note(key, note)), None))


def verdict(key: Ed25519PublicKey, prove: Callable[[], tuple[Proved, str | None]]) -> dict[str, Any]:
    """Answer as `audit verify` does.

    Args:
        prove: gives what was proved, with the newest checkpoint.
    """
    try:
        proved, checkpoint = prove()
    except LedgerBroken as broken:
        return {"verified": False, "first_bad": broken.sequence, "reason": broken.reason}
    except SignatureInvalid as foreign:
        return {"verified": False, "first_bad": None, "reason": str(foreign)}
    return {"verified": True, **vars(proved), "checkpoint": checkpoint, "key": trail_key(key)}


def _each(path: Path, wanted: str, read: Callable[[dict[str, Any]], T]) -> Iterator[T]:
    """Read the rows of one kind; the header is line 1."""
    for number, row in _rows(path):
        if number == 1:
            continue
        if ("line" in row) == ("signed" in row):
            raise InvalidRequest(f"line {number}: neither a line of a trail nor a signature")
        if wanted in row:
            try:
                yield read(row)
            except (KeyError, TypeError, ValueError):
                raise InvalidRequest(f"line {number}: not as such a file has it") from None


def _entry(row: dict[str, Any]) -> HashedEntry:
    sequence, at, actor, action, subject, outcome, version, digest = row["line"]
    texts = (actor, action, subject, outcome)
    if not all(isinstance(text, str) for text in texts) or type(sequence) is not int or type(version) is not int:
        raise TypeError
    entry = Entry(*texts, version=version, digest=bytes.fromhex(digest))
    return sequence, datetime.fromisoformat(at), entry, bytes.fromhex(row["hash"])


def _checkpoint(row: dict[str, Any]) -> SignedCheckpoint:
    if type(row["signed"]) is not int:
        raise TypeError
    return SignedCheckpoint(row["signed"], bytes.fromhex(row["root"]), bytes.fromhex(row["signature"]))


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        file = path.open("rb")
    except OSError:
        raise InvalidRequest(f"{path.name!r} cannot be read") from None
    with file:
        number = 0
        while raw := file.readline(_MOST):
            number += 1
            try:
                row = json.loads(raw)
            except (ValueError, RecursionError):
                raise InvalidRequest(f"line {number}: not JSON: the file was cut or changed here") from None
            if not isinstance(row, dict):
                raise InvalidRequest(f"line {number}: not a JSON object")
            yield number, row


def _line(row: dict[str, Any]) -> bytes:
    return json.dumps(row).encode("ascii") + b"\n"
