"""Signed notes (C2SP signed-note): a text and the lines of those who signed it.

1. A note is UTF-8 with no control character but the newline: the text, an empty line, one or more signature lines.
2. A signature line is an em dash, a space, the key's name, a space, base64(key id || signature), a newline.
3. A key's name is not empty and has neither white space nor a plus sign.
4. A key id is the first 4 bytes of SHA-256(name, newline, kind, public key). It tells keys apart and proves nothing.
5. Lines of other keys are left alone; base64 has exactly one accepted form, so that a note has one encoding.

Source: https://c2sp.org/signed-note; DESIGN.md 3.
"""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from common.errors import InvalidRequest

MAX_NOTE_LENGTH = 65536
PUBLIC_KEY_LENGTH = 32

_DASH = "\u2014 "
_KEY_ID_LENGTH = 4


class KeyKind(IntEnum):
    """What a key signs: the byte in its id (rule 4)."""

    ED25519 = 0x01  # the text of the note
    COSIGNATURE_V1 = 0x04  # the time, then the text: see `receipt`


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature under a note."""

    name: str
    key_id: bytes  # 4 bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text, its final newline included, and its signatures, none of them verified."""

    text: bytes
    lines: tuple[SignatureLine, ...]


def key_id(name: str, kind: KeyKind, key: Ed25519PublicKey) -> bytes:
    """Give the 4 bytes that, with its name, say which key signed (rule 4)."""
    return sha256(f"{name}\n".encode() + bytes([kind]) + key.public_bytes_raw()).digest()[:_KEY_ID_LENGTH]


def encode_note(text: bytes, lines: Sequence[SignatureLine]) -> bytes:
    """Put a text and its signatures together.

    Raises:
        InvalidRequest: a name or the text has what a note cannot carry (rules 1 and 3).
    """
    signed = "".join(f"{_DASH}{line.name} {encode_base64(line.key_id + line.signature)}\n" for line in lines)
    raw = text + b"\n" + signed.encode()
    if parse_note(raw) != Note(text, tuple(lines)):
        raise InvalidRequest("note: its text or a key's name cannot be told from its signatures")
    return raw


def parse_note(raw: bytes) -> Note:
    """Take a note apart, verifying nothing.

    Raises:
        InvalidRequest: it breaks rule 1, 2, 3 or 5; the message says which line.
    """
    if len(raw) > MAX_NOTE_LENGTH:
        raise InvalidRequest(f"note: longer than {MAX_NOTE_LENGTH} bytes")
    try:
        content = raw.decode()
    except UnicodeDecodeError:
        raise InvalidRequest("note: not UTF-8") from None
    if any(character < " " and character != "\n" for character in content):
        raise InvalidRequest("note: it has a control character")
    text, separator, signed = content.rpartition("\n\n")
    if not separator or not signed.endswith("\n"):
        raise InvalidRequest("note: no signature lines after an empty line")
    lines = tuple(_parse_line(line, number) for number, line in enumerate(signed[:-1].split("\n"), 1))
    return Note(f"{text}\n".encode(), lines)


def verifier_key(name: str, kind: KeyKind, key: Ed25519PublicKey) -> str:
    """Write a public key the way C2SP tools take it: `<name>+<key id>+<base64(kind || key)>`."""
    return f"{name}+{key_id(name, kind, key).hex()}+{encode_base64(bytes([kind]) + key.public_bytes_raw())}"


def parse_verifier_key(text: str, kind: KeyKind) -> tuple[str, Ed25519PublicKey]:
    """Read the name and the key out of what `verifier_key` wrote.

    Raises:
        InvalidRequest: not such a key, of another kind, or its key id does not fit.
    """
    name, _, rest = text.partition("+")
    material = decode_base64(rest.partition("+")[2], "verifier key")
    if len(material) != 1 + PUBLIC_KEY_LENGTH or material[0] != kind:
        raise InvalidRequest("verifier key: not a key of the kind wanted here")
    key = Ed25519PublicKey.from_public_bytes(material[1:])
    if text != verifier_key(name, kind, key) or not _is_name(name):
        raise InvalidRequest("verifier key: its name, id and key do not fit together")
    return name, key


def encode_base64(data: bytes) -> str:
    """Encode as standard base64 with padding."""
    return b64encode(data).decode()


def decode_base64(text: str, field: str) -> bytes:
    """Decode standard base64, refusing any but its one canonical form.

    Raises:
        InvalidRequest: not such base64; the message names `field`.
    """
    try:
        data = b64decode(text, validate=True)
    except (Base64Error, ValueError):
        raise InvalidRequest(f"{field}: not base64") from None
    if encode_base64(data) != text:
        raise InvalidRequest(f"{field}: not canonical base64")
    return data


def _parse_line(line: str, number: int) -> SignatureLine:
    field = f"note: signature line {number}"
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not _is_name(name):
        raise InvalidRequest(f"{field}: not a dash, a key's name and a signature")
    data = decode_base64(encoded, field)
    if len(data) <= _KEY_ID_LENGTH:
        raise InvalidRequest(f"{field}: no signature after the key id")
    return SignatureLine(name, data[:_KEY_ID_LENGTH], data[_KEY_ID_LENGTH:])


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(character.isspace() for character in name)
