"""A supporter and a person whom they supervise: one rule, for what comes from outside and for what is given out inside.

1. A person's supervisor is not eligible to own a follow-up of theirs, anywhere.
2. Where a pack says so, nobody is assigned a supporter who supervises them: inside the agency too it is refused.
3. Elsewhere a coordinator may assign it all the same, and is warned.

Source: DOMAIN.md 3, "Eligibility to own a follow-up" and "Jurisdiction packs".
"""

from collections.abc import Iterable

from node.domain.jurisdiction import Pack
from node.domain.member import Member
from node.domain.supporter import Supporter


def supervises(supporter: Supporter, member: Member) -> bool:
    """Tell whether a supporter is a member's supervisor."""
    return supporter.member_id is not None and supporter.member_id == member.supervisor_id


def why_not_supervisor(packs: Iterable[Pack], *, supervises_person: bool) -> str:
    """Say why a supporter is not eligible (1), to stand after their code; empty when they do not supervise."""
    if not supervises_person:
        return ""
    strict = " and ".join(pack.title for pack in packs if pack.supervisor_may_not_support)
    return f"supervises the person{f', which the law of {strict} rules out' if strict else ''}"


def is_assignment_refused(pack: Pack) -> bool:
    """Tell whether a supervisor may not even be assigned (2); else it is warned of (3)."""
    return pack.supervisor_may_not_support
