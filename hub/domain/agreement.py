"""A version of the region's collaboration agreement, and which agencies signed it.

A region has one agreement: its id is made at the first publication, its versions are 1, 2, 3 and so on. A new version
supersedes the one before at its date (`common.agreement.versions`).

Source: DOMAIN.md 4, "Agreement".
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from common.agreement.encoding import terms_hash
from common.agreement.signature import HIGHEST_VERSION, ID_LENGTH
from common.agreement.terms import Terms
from common.errors import InvalidRequest, WrongState
from common.wire.v1.agreement_pb2 import CountsAudience

MAX_TITLE = 200  # characters
SLACK = timedelta(minutes=1)  # "from now" is said a moment before it is done


@dataclass(frozen=True)
class Agreement:
    """One version."""

    id: bytes  # 16 bytes, the same for every version
    version: int
    title: str
    encoded: bytes  # canonical AgreementTerms: what the signatures cover
    terms: Terms
    in_force_from: datetime
    published_at: datetime
    signed_by: frozenset[bytes] = frozenset()  # agency ids

    def __post_init__(self) -> None:
        if not self.title.strip() or len(self.title) > MAX_TITLE or not self.title.isprintable():
            raise InvalidRequest(f"title: 1 to {MAX_TITLE} printable characters are needed")
        if len(self.id) != ID_LENGTH or not 1 <= self.version <= HIGHEST_VERSION:
            raise InvalidRequest(f"agreement: an id has {ID_LENGTH} bytes, a version is 1 to {HIGHEST_VERSION:,}")

    @property
    def terms_hash(self) -> bytes:
        """The SHA-256 of its terms' bytes."""
        return terms_hash(self.encoded)


def hides_counts(terms: Terms) -> bool:
    """Tell whether participants see each other's status alone, and the hub's coordinators the counts."""
    return terms.counts_seen_by == CountsAudience.COUNTS_AUDIENCE_HUB


def check_begins(in_force_from: datetime, before: Agreement | None, now: datetime) -> None:
    """Check that a new version may begin to hold at a time.

    Raises:
        InvalidRequest: it lies in the past, or has no zone.
        WrongState: the version before does not hold until later.
    """
    if in_force_from.tzinfo is None:
        raise InvalidRequest("in force from: a time with its zone is needed")
    if in_force_from < now - SLACK:
        raise InvalidRequest("in force from: must not lie in the past: nobody can keep what was not published")
    if before is not None and in_force_from <= before.in_force_from:
        raise WrongState(
            f"version {before.version} holds from {before.in_force_from.isoformat()} on: "
            "a version that supersedes it must begin after that"
        )
