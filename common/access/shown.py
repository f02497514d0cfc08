"""Users as an operator sees and names them: JSON in, JSON out."""

from collections.abc import Iterable
from typing import Any

from common.access.roles import Role
from common.access.users import User
from common.errors import InvalidRequest

NODE_ROLES = (Role.SUPPORTER, Role.COORDINATOR, Role.CLINICIAN, Role.LEADER, Role.AUDITOR, Role.OPERATOR)
HUB_ROLES = (Role.REGIONAL_COORDINATOR, Role.STATE_COORDINATOR, Role.BOARD, Role.AUDITOR, Role.OPERATOR)


def read_roles(said: Iterable[str], known: Iterable[Role]) -> frozenset[Role]:
    """Read roles that one side has; raises InvalidRequest naming one that it has not."""
    by_word = {role.value: role for role in known}
    wanted = list(said)
    for word in wanted:
        if word not in by_word:
            raise InvalidRequest(f"role: {word!r} is none here; there are {', '.join(sorted(by_word))}")
    return frozenset(by_word[word] for word in wanted)


def shown_user(user: User, *, is_locked: bool = False) -> dict[str, Any]:
    """Give a user as what JSON can carry."""
    if user.password_hash is None and user.is_active:
        state = "waits for set-up"
    else:
        state = "locked" if is_locked and user.is_active else user.state
    return {
        "name": user.name,
        "roles": sorted(user.roles),
        "state": state,
        "supporter_id": user.supporter_id and user.supporter_id.hex(),
        "made_at": user.made_at.isoformat(),
        "signed_in_at": user.signed_in_at and user.signed_in_at.isoformat(),
        "has_one_time_codes": user.one_time_sealed is not None,
    }
