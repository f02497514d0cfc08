"""Keys and certificates on disk: a crash at any step leaves an identity that works."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from common.errors import NotFound, WrongState
from common.identity.keys import make_p256, save_key, spki_hash
from common.storage.files import write_private
from node.credentials import CredentialFiles
from node.keys import NodeKeys
from node.settings import NodeSettings
from tests.pki import Identity, Region


@pytest.fixture
def files(tmp_path: Path) -> CredentialFiles:
    made = CredentialFiles(tmp_path)
    made.prepare()
    return made


def certify(region: Region, files: CredentialFiles, now: datetime | None = None) -> Identity:
    return region.node(key=files.next_key(), now=now)


def save(files: CredentialFiles, region: Region, identity: Identity) -> None:
    roots = [region.root.certificate.public_bytes(Encoding.DER)]
    files.save([identity.der, identity.issuer.public_bytes(Encoding.DER)], roots)


def test_s07_the_next_key_and_its_request_stay_the_same_until_certified(files: CredentialFiles) -> None:
    key, csr = files.next_request()

    again, same = files.next_request()

    assert (spki_hash(again.public_key()), same) == (spki_hash(key.public_key()), csr)


def test_a_certified_key_gives_way_to_a_new_one(files: CredentialFiles) -> None:
    region = Region()
    first = certify(region, files)
    save(files, region, first)

    assert files.load().leaf == first.der
    assert spki_hash(files.next_key().public_key()) != spki_hash(first.key.public_key())


def test_d01_a_crash_between_chain_and_key_leaves_the_new_identity(files: CredentialFiles, tmp_path: Path) -> None:
    region = Region()
    save(files, region, certify(region, files))
    fresh = certify(region, files, region.now + timedelta(hours=1))
    write_private(tmp_path / "identity" / "chain.pem", fresh.chain_pem)  # and here the power goes

    assert files.load().leaf == fresh.der
    third = certify(region, files, region.now + timedelta(hours=2))  # the key in use is not thrown away
    assert files.load().leaf == fresh.der
    save(files, region, third)
    assert files.load().leaf == third.der


def test_a_key_that_belongs_to_no_certificate_is_told(files: CredentialFiles, tmp_path: Path) -> None:
    region = Region()
    save(files, region, certify(region, files))
    save_key(tmp_path / "secrets" / "identity.key", make_p256())

    with pytest.raises(WrongState, match="no key in secrets/ belongs"):
        files.load()


def test_a_node_that_has_not_joined_says_what_to_do(files: CredentialFiles) -> None:
    with pytest.raises(NotFound, match="holdfast node join"):
        files.load()


def test_secrets_can_be_read_by_their_owner_alone(files: CredentialFiles, tmp_path: Path) -> None:
    files.make_bound_key()
    NodeKeys.make(tmp_path, NodeSettings.model_validate({}))
    files.next_request()

    for path in (tmp_path / "secrets").iterdir():
        assert path.stat().st_mode & 0o077 == 0
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0
