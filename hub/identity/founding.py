"""Founds a region: its root, its first intermediate and the hub's own keys. Once, by `holdfast hub init`."""

from datetime import datetime
from pathlib import Path

from common.errors import InvalidRequest
from common.identity.keys import encrypted_key_pem, make_ed25519, make_p256, save_key
from common.identity.names import check_trust_domain
from common.storage.files import write_private
from hub.identity.authority import certificate_pem, make_root
from hub.identity.issuing import ROOT_FILE
from hub.identity.rotation import prepare
from hub.identity.server_certificate import SERVER_KEY_FILE
from hub.persistence.transaction import Transaction

LEDGER_KEY_FILE = "ledger.key"
SHORTEST_PASSPHRASE = 12


def check_new_root(root_key_file: Path, passphrase: str, data: Path) -> None:
    """Check what a root is made with, before anything is made; raises InvalidRequest."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise InvalidRequest(f"passphrase: must have at least {SHORTEST_PASSPHRASE} characters")
    if root_key_file.exists():
        raise InvalidRequest(f"root key: {root_key_file.name!r} exists already; a root key is never overwritten")
    if root_key_file.parent != data and not root_key_file.parent.is_dir():
        raise InvalidRequest(f"root key: there is no folder {root_key_file.parent}: is its medium there?")


def found_authority(
    trust_domain: str, data: Path, root_key_file: Path, passphrase: str, tx: Transaction, now: datetime
) -> None:
    """Make the root (its key encrypted, to be kept offline), the first intermediate, the server's and the ledger's key.

    Args:
        data: the hub's data directory; its folders `secrets` and `authority` are made if need be.
        root_key_file: where the encrypted root key goes, by preference on a medium that is taken away.

    Raises:
        InvalidRequest: the passphrase is too short, or a root key exists there.
    """
    check_trust_domain(trust_domain)
    check_new_root(root_key_file, passphrase, data)
    for folder in ("secrets", "authority"):
        (data / folder).mkdir(mode=0o700, exist_ok=True)
    root = make_root(trust_domain, now)
    write_private(root_key_file, encrypted_key_pem(root.key, passphrase))
    write_private(data / "authority" / ROOT_FILE, certificate_pem(root.certificate))
    save_key(data / "secrets" / SERVER_KEY_FILE, make_p256())
    save_key(data / "secrets" / LEDGER_KEY_FILE, make_ed25519())
    prepare(root, trust_domain, data, tx, now)
