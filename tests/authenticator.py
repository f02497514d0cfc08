"""A passkey in software: an EC P-256 key that answers a browser's calls, and can lie as an attacker's would."""

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Authenticator:
    """One passkey of one person."""

    def __init__(self, origin: str = "https://localhost:8443", rp_id: str = "localhost") -> None:
        self.origin, self.rp_id = origin, rp_id
        self.credential_id = os.urandom(32)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.count, self.counts = 0, True  # many authenticators count nothing
        self.user_handle = ""

    def create(self, options: dict[str, Any], flags: int = PRESENT | VERIFIED) -> dict[str, Any]:
        """Answer `navigator.credentials.create`."""
        self.user_handle = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        point = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + cbor2.dumps(point)
        made = {"fmt": "none", "attStmt": {}, "authData": self._signed_over(flags | ATTESTED) + attested}
        client = self._client("webauthn.create", options["challenge"])
        return self._credential({"clientDataJSON": encoded(client), "attestationObject": encoded(cbor2.dumps(made))})

    def get(self, options: dict[str, Any], flags: int = PRESENT | VERIFIED) -> dict[str, Any]:
        """Answer `navigator.credentials.get`."""
        self.count += self.counts
        client, said = self._client("webauthn.get", options["challenge"]), self._signed_over(flags)
        signature = self.key.sign(said + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._credential(
            {
                "clientDataJSON": encoded(client),
                "authenticatorData": encoded(said),
                "signature": encoded(signature),
                "userHandle": self.user_handle,
            }
        )

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _signed_over(self, flags: int) -> bytes:
        return sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _credential(self, response: dict[str, str]) -> dict[str, Any]:
        id_ = encoded(self.credential_id)
        return {"id": id_, "rawId": id_, "type": "public-key", "clientExtensionResults": {}, "response": response}


def encoded(raw: bytes) -> str:
    """Base64url without padding, as browsers write bytes."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(said: str) -> bytes:
    """Read what `encoded` wrote."""
    return urlsafe_b64decode(said + "=" * (-len(said) % 4))


def wrong_origin(passkey: Authenticator) -> None:
    passkey.origin = "https://localhost.example"


def wrong_domain(passkey: Authenticator) -> None:
    passkey.rp_id = "example"


def copied(passkey: Authenticator) -> None:
    passkey.count = 0


def another_key(passkey: Authenticator) -> None:
    passkey.key = Authenticator().key


def another_user(passkey: Authenticator) -> None:
    passkey.user_handle = encoded(b"u" * 16)


def unknown(passkey: Authenticator) -> None:
    passkey.credential_id = b"c" * 32


WRONG_IN_ONE_WAY = [wrong_origin, wrong_domain, copied, another_key, another_user, unknown]
NO_CREDENTIALS: list[dict[str, Any]] = [
    {},
    {"rawId": 7},
    {"response": None},
    {"response": {"clientDataJSON": "e30"}},
    {"id": "x", "rawId": "x"},
]
