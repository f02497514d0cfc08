"""Who of the agency's own supporters was at an incident: in some places the law ends their privilege for it.

Source: DOMAIN.md 3, "Jurisdiction packs".
"""

from enum import StrEnum


class Presence(StrEnum):
    """As what a supporter was at an incident."""

    WITNESS = "witness"
    PARTY = "party"
    RESPONDER = "responder"
