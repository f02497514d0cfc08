"""A version of the region's collaboration agreement, as the hub told of it, and how this agency stands to it.

Source: DOMAIN.md 4, "Agreement".
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from common.agreement.encoding import terms_hash
from common.agreement.terms import Terms


class Standing(StrEnum):
    """What became of this agency's signature under one version."""

    NOT_SIGNED = "not signed"
    WAITING = "signed, waiting for the hub"
    SIGNED = "signed"  # the hub lists this agency


@dataclass(frozen=True)
class Agreement:
    """One version."""

    version: int
    id: bytes  # 16 bytes, the same for every version
    title: str
    encoded: bytes  # canonical AgreementTerms: what the signatures cover
    terms: Terms
    in_force_from: datetime
    signed_by: frozenset[bytes]  # agency ids

    @property
    def terms_hash(self) -> bytes:
        """The SHA-256 of its terms' bytes."""
        return terms_hash(self.encoded)


def after(held: Agreement | None, told: Agreement) -> Agreement:
    """Give what is held after a notice.

    Who signed only ever grows, in whatever order notices come. A version with other terms under the same number comes
    from a hub that was restored from before it published the first: those signatures are not under these terms.
    """
    if held is None or (held.id, held.encoded) != (told.id, told.encoded):
        return told
    return replace(told, signed_by=held.signed_by | told.signed_by)
