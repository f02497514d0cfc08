"""Coordinators of a local node with a key of their own, on call or not, and members who ask for a peer."""

from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import text

from common.access import users
from common.access.roles import Role
from node.opened import OpenNode
from node.operations.answering import answer
from node.persistence import note_keys
from node.persistence.access import ACCESS
from node.persistence.note_keys import NoteKey
from tests.people import sign_in_as

CANARIES = {"named": "canary-dana-whitfield", "contact": "canary-555-0199", "when": "canary-tuesday-night"}
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class SignedIn:
    """Somebody who is signed in at a node."""

    node: OpenNode
    name: str
    token: str
    user_id: bytes
    private: bytes

    def do(self, operation: str, **arguments: Any) -> Any:
        return answer(self.node, operation, {"session": self.token, **arguments})

    def is_on_call(self, starts: str = "00:00", ends: str = "00:00", duty: str = "first") -> None:
        """Put this person on the rota, every day."""
        for day in DAYS:
            self.do("rota_set", user=self.name, weekday=day, starts=starts, ends=ends, duty=duty)


def signed_in(node: OpenNode, name: str, *roles: Role, has_key: bool = True) -> SignedIn:
    """Add a user with these roles; with a note key, unless told otherwise."""
    key = X25519PrivateKey.generate()
    private = key.private_bytes_raw()
    token = sign_in_as(node, *roles, name=name, note_key=private if has_key else None)
    user = node.read(lambda connection: users.get(ACCESS, connection, name))
    if has_key:
        public = key.public_key().public_bytes_raw()
        kept = NoteKey(user.id, public, b"wrapped", b"wrapped", node.clock.now())
        node.write("keys", lambda connection: note_keys.put(connection, kept))
    return SignedIn(node, name, token, user.id, private)


def coordinator(node: OpenNode, name: str = "dana") -> SignedIn:
    """A coordinator with a key."""
    return signed_in(node, name, Role.COORDINATOR)


def asks(node: OpenNode, **said: Any) -> str:
    """Somebody asks for a peer; gives the code."""
    return str(answer(node, "ask_for_peer", said)["code"])


def asked(node: OpenNode, dana: SignedIn) -> str:
    """Have somebody ask, and give the request's id."""
    before = {row["id"] for row in dana.do("support_requests")}
    asks(node, wish="named", kind="grief or loss", **CANARIES)
    [new] = {row["id"] for row in dana.do("support_requests")} - before
    return str(new)


def sql(node: OpenNode, statement: str, **values: Any) -> None:
    """Change the store behind everybody's back."""
    node.write("t", lambda connection: connection.execute(text(statement), values))
