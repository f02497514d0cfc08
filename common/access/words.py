"""Users and what they sign in with, said for people.

Source: DOMAIN.md 2.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from common.access.roles import Role

NODE_ROLES = (Role.SUPPORTER, Role.COORDINATOR, Role.CLINICIAN, Role.LEADER, Role.AUDITOR, Role.OPERATOR)
HUB_ROLES = (Role.REGIONAL_COORDINATOR, Role.STATE_COORDINATOR, Role.BOARD, Role.AUDITOR, Role.OPERATOR)


def user_rows(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Turn what `shown_users` lists into rows of a table for people."""
    return [user | {"roles": ", ".join(user["roles"]), "second_factor": factor_words(user)} for user in found]


def factor_words(told: Mapping[str, object]) -> str:
    """Say for people what `factors_of` tells; `none` where the password is all."""
    count = told["passkeys"]
    words = ["one-time codes"] if told["has_one_time_codes"] else []
    if count:
        words.append("a passkey" if count == 1 else f"{count} passkeys")
    return ", ".join(words) or "none"


def secret_lines(told: Mapping[str, str], command: str) -> list[str]:
    """Say for people what to do with a new secret.

    Args:
        told: the secret and its URI.
        command: what confirms it, such as `holdfast node one-time-code confirm`.
    """
    return [
        "Give this secret to the authenticator on your phone. It is shown only now:",
        f"  {told['secret']}",
        f"  {told['uri']}",
        f"Nothing has changed yet: `{command}` asks for the secret and for the code that your phone shows then.",
    ]
