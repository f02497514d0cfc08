"""A token of the node's JSON interface: what another system of the agency, its CAD or RMS, may ask of this node.

1. A token is 32 random bytes, told once; the store has its hash. Its form says what it is, so that it is found where it
   does not belong.
2. It may do what its permissions say, each narrow, and never more. None of them gives a record, a note or a name.
3. It ends by itself, after a year unless said otherwise, or at once when an operator removes it.

Source: DOMAIN.md 2; issue "two consoles".
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from common.access.sessions import new_token, token_hash
from common.errors import InvalidRequest, NotAllowed, NotAuthenticated

PREFIX = "holdfast-api-"
USUAL, LONGEST = timedelta(days=365), timedelta(days=731)
NO_TOKEN = "no token came with this call, or none that this node knows: Authorization: Bearer holdfast-api-..."  # noqa: S105


class Permission(StrEnum):
    """What a token may do."""

    READ_INCIDENTS = "read_incidents"
    LINK_INCIDENTS = "link_incidents"
    SET_ROSTERS = "set_rosters"
    CREATE_CHECK_INS = "create_check_ins"


@dataclass(frozen=True)
class ApiToken:
    """One token, as it is kept.

    Args:
        name: what an operator calls it; the audit trail names it so.
        used_at: when it was last used, to half a minute.
    """

    id: bytes
    name: str
    permissions: frozenset[Permission]
    made_at: datetime
    made_by: str
    until: datetime
    used_at: datetime | None = None
    removed_at: datetime | None = None

    @property
    def actor(self) -> str:
        """Name it as the audit trail does."""
        return f"api {self.name}"

    def state(self, now: datetime) -> str:
        """Say how it stands."""
        if self.removed_at is not None:
            return "removed"
        return "expired" if now >= self.until else "active"

    def check_stands(self, now: datetime) -> None:
        """Check that it is still good (3); raises NotAuthenticated."""
        if self.state(now) != "active":
            raise NotAuthenticated(f"this token is {self.state(now)}: an operator of this node makes another")

    def check_may(self, permission: Permission) -> None:
        """Check that it may do this (2); raises NotAllowed."""
        if permission not in self.permissions:
            raise NotAllowed(f"this token lacks the permission {permission.value}")


def new_api_token() -> tuple[str, bytes]:
    """Make a token: what is told once, and what it is found by (1)."""
    secret = new_token()
    return PREFIX + secret, _found_by(secret)


def api_token_hash(said: object) -> bytes | None:
    """Give what a token is found by; None for what is no token."""
    if not isinstance(said, str) or not said.startswith(PREFIX):
        return None
    return token_hash(said.removeprefix(PREFIX), b"api token")


def check_until(until: datetime, now: datetime) -> datetime:
    """Check how long a token is to stand (3); raises InvalidRequest."""
    if until <= now:
        raise InvalidRequest("until: lies in the past")
    if until > now + LONGEST:
        raise InvalidRequest("until: at most two years from now")
    return until


def _found_by(secret: str) -> bytes:
    found = token_hash(secret, b"api token")
    assert found is not None
    return found
