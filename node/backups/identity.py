"""What makes a node this node, sealed for its backup: root keys, bound key, certificates, settings.

1. Only the files named here are taken and put back, each at its own place; a sealed text cannot name another.

Source: `node/backups/form.py`, rules 3 and 5; TRUST.md e03.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from common.errors import WrongState
from common.storage.files import write_private
from node.settings import SETTINGS_NAME
from node.vault.fields import Altered, DataKey, Place

FILES = (
    SETTINGS_NAME,
    "secrets/bound.key",
    "secrets/identity.key",
    "secrets/identity-next.key",
    "secrets/identity-next.csr",
    "identity/chain.pem",
    "identity/roots.pem",
    "identity/joined-with",
)
_PLACE = Place("backup", "identity", b"")
_RECORDS = "records"  # the key of the copied store


@dataclass(frozen=True)
class Identity:
    """What was sealed."""

    root: dict[str, bytes]
    records_key: bytes
    files: dict[str, bytes]

    def put_back(self, data: Path) -> None:
        """Write the files into a new data directory."""
        for folder in ("secrets", "identity"):
            (data / folder).mkdir(mode=0o700)
        for name, content in self.files.items():
            write_private(data / name, content)


def seal_identity(data: Path, backup_key: bytes, root: dict[str, bytes], records_key: bytes) -> bytes:
    """Seal it under a backup's key."""
    keys = root | {_RECORDS: records_key}
    files = {name: (data / name).read_bytes() for name in FILES if (data / name).is_file()}
    plain = {
        "keys": {name: key.hex() for name, key in keys.items()},
        "files": {name: content.hex() for name, content in files.items()},
    }
    return DataKey(backup_key).seal(_PLACE, json.dumps(plain).encode())


def open_identity(backup_key: bytes, sealed: bytes) -> Identity:
    """Open what `seal_identity` gave; raises WrongState when it was altered."""
    try:
        plain = json.loads(DataKey(backup_key).open(_PLACE, sealed))
    except Altered:
        raise WrongState("what the backup has of this node's keys was altered: use another backup") from None
    keys = {name: bytes.fromhex(key) for name, key in plain["keys"].items()}
    files = {name: bytes.fromhex(content) for name, content in plain["files"].items() if name in FILES}
    records_key = keys.pop(_RECORDS)
    return Identity(keys, records_key, files)
