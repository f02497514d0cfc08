"""Where the key-encryption key (KEK) comes from: a file, a passphrase, or a systemd credential.

1. A file holds its 32 bytes, readable by its owner alone.
2. A passphrase is stretched with argon2id; salt and cost stand beside what the key wraps, never the passphrase.
3. A credential is what systemd decrypted for this service: 32 bytes, or 64 hex digits. Only systemd replaces it.

Source: DESIGN.md 6; RFC 9106, section 4, second recommended option.
"""

import os
import re
import unicodedata
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from argon2.low_level import Type, hash_secret_raw

from common.errors import InvalidRequest, NotFound, WrongState
from common.storage.files import read_private
from node.domain.key_source import KeySource as KeySource
from node.vault.fields import KEY_BYTES

CREDENTIAL_NAME = "holdfast-key"
CREDENTIALS = "CREDENTIALS_DIRECTORY"  # set by systemd
SHORTEST_PASSPHRASE = 15  # characters
LONGEST_PASSPHRASE = 1024
_SALT_BYTES = 16
_MOST_KIB, _MOST_PASSES, _MOST_LANES = 1 << 21, 64, 64  # what a keyring may ask this machine to spend


@dataclass(frozen=True)
class Stretch:
    """How a passphrase becomes a key."""

    salt: bytes = field(default_factory=lambda: os.urandom(_SALT_BYTES))
    passes: int = 3
    memory_kib: int = 65_536
    lanes: int = 4

    def key(self, passphrase: str) -> bytes:
        """Stretch a passphrase; takes some tenths of a second and 64 MiB, on purpose."""
        said = unicodedata.normalize("NFC", passphrase).encode()
        return hash_secret_raw(said, self.salt, self.passes, self.memory_kib, self.lanes, KEY_BYTES, Type.ID)

    def to_plain(self) -> dict[str, Any]:
        """Give what JSON can carry."""
        return asdict(self) | {"salt": self.salt.hex()}

    @classmethod
    def from_plain(cls, plain: Any) -> "Stretch":
        """Read what `to_plain` gave; raises ValueError for anything else, or a cost beyond reason."""
        made = cls(bytes.fromhex(plain["salt"]), int(plain["passes"]), int(plain["memory_kib"]), int(plain["lanes"]))
        costs = ((made.passes, _MOST_PASSES), (made.memory_kib, _MOST_KIB), (made.lanes, _MOST_LANES))
        if len(made.salt) != _SALT_BYTES or not all(0 < cost <= most for cost, most in costs):
            raise ValueError("a cost out of range")
        return made


def check_passphrase(said: str) -> str:
    """Give a new passphrase back; raises InvalidRequest when it is too short to keep anything."""
    if not SHORTEST_PASSPHRASE <= len(said) <= LONGEST_PASSPHRASE:
        raise InvalidRequest(f"passphrase: {SHORTEST_PASSPHRASE} characters or more, such as five words")
    return said


def read_key_file(path: Path) -> bytes:
    """Read a key file (rule 1); raises NotFound, or WrongState when it is no key or others can read it."""
    key = read_private(path)
    if len(key) != KEY_BYTES:
        raise WrongState(
            f"the key file {path.name!r} holds {len(key)} bytes, a key has {KEY_BYTES}: put the right one back"
        )
    return key


def read_credential() -> bytes:
    """Read what systemd decrypted for this process (rule 3); raises NotFound or WrongState."""
    folder = os.environ.get(CREDENTIALS, "")
    path = Path(folder) / CREDENTIAL_NAME
    if not folder or not path.is_file():
        raise NotFound(
            f"systemd gave this process no credential {CREDENTIAL_NAME!r}: LoadCredentialEncrypted= in its unit does; "
            "a command finds it with `systemd-run -p LoadCredentialEncrypted=...` (see the runbook, Keys)"
        )
    said = path.read_bytes()
    if len(said) == KEY_BYTES:
        return said
    digits = said.strip()
    if re.fullmatch(rb"[0-9a-fA-F]{%d}" % (2 * KEY_BYTES), digits):
        return bytes.fromhex(digits.decode())
    raise WrongState(f"the credential {CREDENTIAL_NAME!r} is no key: {KEY_BYTES} bytes, or {2 * KEY_BYTES} hex digits")
