"""Passkeys (WebAuthn): registered by who is signed in, then proof enough to sign in.

1. A challenge is 32 random bytes, kept hashed, good for five minutes, used once, whatever came of it.
2. It is bound to the session that registers, or to the *attempt* that signs in: a token that only the browser has which
   asked. An answer for another session, attempt or user is refused.
3. Origin and domain (rp id) are the ones of the settings, never the caller's word. The authenticator must have verified
   its user (a fingerprint, a PIN).
4. A signature counter that does not rise is refused: the key was copied. Authenticators that count nothing stay at 0.
5. Asking for a challenge tells nothing about who is a user.

Source: W3C Web Authentication Level 2, sections 7.1 and 7.2; TRUST.md e05.
"""

import json
import os
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, delete, insert, select, update
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from common.access.person import Person
from common.access.sessions import new_token, token_hash
from common.access.signing_in import Answer, let_in
from common.access.tables import Access
from common.access.users import get_by_id
from common.audit.entry import Entry
from common.errors import AlreadyExists, InvalidRequest, NotAuthenticated

GOOD_FOR = timedelta(minutes=5)
MOST_KEYS = 10
WRONG = "this passkey is not good here: begin again, and use the one that you registered"
_VERIFIED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True)
class Party:
    """Who asks for passkeys: one node or hub, as a browser knows it (3)."""

    origin: str  # such as https://node.ridgeline.example
    name: str  # what the agency or region is called

    @property
    def rp_id(self) -> str:
        """The domain that passkeys are bound to."""
        return urlsplit(self.origin).hostname or ""


def credential_in(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Read what a browser gave; raises InvalidRequest when it is not there."""
    credential = arguments.get("credential")
    if not isinstance(credential, dict):
        raise InvalidRequest("credential: what the browser gave is needed, as it is")
    return credential


def begin_registration(
    access: Access, connection: Connection, now: datetime, party: Party, person: Person, token: str
) -> dict[str, Any]:
    """Give what a browser needs to make a passkey for who is signed in."""
    keys = connection.execute(_of(access, person.user_id)).all()
    if len(keys) >= MOST_KEYS:
        raise InvalidRequest(f"a user may have {MOST_KEYS} passkeys: remove one first")
    options = generate_registration_options(
        rp_id=party.rp_id,
        rp_name=party.name,
        user_name=person.name,
        user_id=person.user_id,
        challenge=_challenge(access, connection, now, person.user_id, token),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=bytes(key.credential_id)) for key in keys],
    )
    return dict(json.loads(options_to_json(options)))


def finish_registration(
    access: Access,
    connection: Connection,
    now: datetime,
    party: Party,
    person: Person,
    token: str,
    credential: dict[str, Any],
    name: str,
) -> str | None:
    """Store the passkey that a browser made. Gives why not, in a word that the caller refuses with after the commit."""
    challenge = _take_challenge(access, connection, now, credential, token, person.user_id)
    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge or b"",
            expected_rp_id=party.rp_id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        made = None
    if made is None or challenge is None:
        _record(access, connection, now, person.name, "passkey add", "refused: not proved")
        return WRONG
    held = connection.execute(select(access.passkeys).where(access.passkeys.c.credential_id == made.credential_id))
    if held.one_or_none() is not None:
        raise AlreadyExists("this passkey is registered already")
    row = {"credential_id": made.credential_id, "user_id": person.user_id, "public_key": made.credential_public_key}
    kept = {"sign_count": made.sign_count, "name": name[:64], "made_at": now}
    connection.execute(insert(access.passkeys), row | kept)
    _record(access, connection, now, person.name, "passkey add", f"done: {_print(made.credential_id)}")
    return None


def begin_sign_in(access: Access, connection: Connection, now: datetime, party: Party) -> dict[str, Any]:
    """Give what a browser needs to sign in by passkey, and the attempt that it must give back (2, 5)."""
    attempt = new_token()
    challenge = _challenge(access, connection, now, None, attempt)
    options = generate_authentication_options(rp_id=party.rp_id, challenge=challenge, user_verification=_VERIFIED)
    return {"attempt": attempt, "options": json.loads(options_to_json(options))}


def finish_sign_in(
    access: Access, connection: Connection, now: datetime, party: Party, attempt: str, credential: dict[str, Any]
) -> Answer:
    """Sign in who answers a challenge with a passkey that is registered."""
    challenge = _take_challenge(access, connection, now, credential, attempt, None)
    row = connection.execute(
        select(access.passkeys).where(access.passkeys.c.credential_id == _decoded(credential.get("rawId")))
    ).one_or_none()
    user = None if row is None else get_by_id(access, connection, bytes(row.user_id))
    if row is None or user is None or challenge is None or not user.is_active or not _is_own(credential, user.id):
        _record(access, connection, now, None if user is None else user.name, "sign in", "refused: not proved")
        return Answer(refusal=NotAuthenticated(WRONG))
    try:
        proved = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.rp_id,
            expected_origin=party.origin,
            credential_public_key=bytes(row.public_key),
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        _record(access, connection, now, user.name, "sign in", "refused: not proved")
        return Answer(refusal=NotAuthenticated(WRONG))
    is_key = access.passkeys.c.credential_id == row.credential_id
    connection.execute(update(access.passkeys).where(is_key).values(sign_count=proved.new_sign_count, used_at=now))
    return Answer(user, let_in(access, connection, now, user, "passkey"))


def list_passkeys(access: Access, connection: Connection, user_id: bytes) -> list[dict[str, Any]]:
    """List a user's passkeys."""
    return [
        {"id": _print(bytes(row.credential_id)), "name": row.name, "made_at": row.made_at.isoformat()}
        | {"used_at": row.used_at and row.used_at.isoformat()}
        for row in connection.execute(_of(access, user_id).order_by(access.passkeys.c.made_at))
    ]


def remove_passkey(access: Access, connection: Connection, now: datetime, person: Person, key: str) -> bool:
    """Remove one of a user's passkeys, and tell whether there was such a one."""
    for row in connection.execute(_of(access, person.user_id)).all():
        if _print(bytes(row.credential_id)) == key:
            connection.execute(delete(access.passkeys).where(access.passkeys.c.credential_id == row.credential_id))
            _record(access, connection, now, person.name, "passkey remove", f"done: {key}")
            return True
    return False


def _challenge(access: Access, connection: Connection, now: datetime, user_id: bytes | None, token: str) -> bytes:
    table, challenge = access.challenges, os.urandom(32)
    connection.execute(delete(table).where(table.c.until <= now))
    row = {"challenge_hash": sha256(challenge).digest(), "user_id": user_id, "session_hash": token_hash(token)}
    connection.execute(insert(table), row | {"until": now + GOOD_FOR})
    return challenge


def _take_challenge(
    access: Access, connection: Connection, now: datetime, credential: dict[str, Any], token: str, user_id: bytes | None
) -> bytes | None:
    """Give the challenge that was answered, used up by that (1); None when it is not this one's (2)."""
    table = access.challenges
    try:
        said = json.loads(_decoded(credential["response"]["clientDataJSON"]))
        challenge = _decoded(said["challenge"])
    except (ValueError, KeyError, TypeError):
        return None
    hashed = sha256(challenge).digest()
    row = connection.execute(select(table).where(table.c.challenge_hash == hashed)).one_or_none()
    connection.execute(delete(table).where(table.c.challenge_hash == hashed))
    if row is None or now >= row.until or row.session_hash != token_hash(token) or row.user_id != user_id:
        return None
    return challenge


def _is_own(credential: dict[str, Any], user_id: bytes) -> bool:
    """Tell whether the browser says that the passkey is of the user whom it is registered for."""
    response = credential.get("response")
    handle = response.get("userHandle") if isinstance(response, dict) else None
    return handle is None or _decoded(handle) == user_id


def _decoded(said: Any) -> bytes:
    try:
        return urlsafe_b64decode(said + "=" * (-len(said) % 4))
    except (TypeError, ValueError):
        return b""


def _of(access: Access, user_id: bytes) -> Any:
    return select(access.passkeys).where(access.passkeys.c.user_id == user_id)


def _print(credential_id: bytes) -> str:
    return sha256(credential_id).hexdigest()[:16]


def _record(access: Access, connection: Connection, now: datetime, name: str | None, action: str, outcome: str) -> None:
    actor, subject = ("unknown", "") if name is None else (f"user {name}", f"user {name}")
    access.trail.record(connection, now, Entry(actor, action, "" if action == "sign in" else subject, outcome))
