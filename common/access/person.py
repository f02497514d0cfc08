"""Who acts: a signed-in user, as every guarded operation is told of them."""

from dataclasses import dataclass

from common.access.roles import Role


@dataclass(frozen=True)
class Person:
    """A signed-in user, for one operation. Whether the action is allowed was decided before."""

    user_id: bytes  # 16 bytes
    name: str  # what the user signs in with; it stands in the audit trail
    roles: frozenset[Role]
    supporter_id: bytes | None = None  # node: the user is this supporter of the roster
    note_key: bytes | None = None  # node: the private key (X25519, raw) that opens notes sealed to this user; else None

    def is_a(self, role: Role) -> bool:
        """Tell whether the user has a role."""
        return role in self.roles
