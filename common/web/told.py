"""Where a console is opened, said for people at a terminal."""

from typing import Any


def console_lines(found: dict[str, Any]) -> list[str]:
    """Say for people what `console_standing` tells."""
    if found["address"] is None:
        return ["console      none: console_listen is empty"]
    if found["fingerprint"] is None:
        return [f"console      {found['address']}"]
    told = f"console      {found['address']}, certificate until {found['certificate_until']}"
    return [told, f"             SHA-256 {found['fingerprint']}"]
