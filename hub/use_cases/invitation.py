"""Inviting an agency: it becomes known to the hub, and its operator gets one join string."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from common.errors import InvalidRequest, NotAllowed, WrongState
from common.identity.join_string import SECRET_BYTES, JoinString, format_join_string, read_address
from common.identity.names import AGENCY_ID_BYTES
from common.wire.v1.codes_pb2 import Discipline
from hub.domain.agency import Agency, Membership
from hub.domain.credential import Invitation
from hub.persistence import agencies, audit, invitations
from hub.persistence.transaction import Transaction

DEFAULT_LIFE = timedelta(hours=1)
LONGEST_LIFE = timedelta(days=7)
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?\Z", re.ASCII)
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Inviting:
    """What an operator asks for. The two random parts are made by whoever calls, so that the rule stays pure."""

    slug: str  # what operators type from now on
    discipline: Discipline  # of a new agency
    address: str  # the enrollment port as the agency reaches it, `host:port`
    pin: bytes  # SHA-256 of the hub's own SubjectPublicKeyInfo
    secret: bytes  # 16 random bytes
    new_agency_id: bytes  # 16 random bytes, used when the agency is new
    name: str = ""  # empty: the slug
    jurisdiction: str = ""
    life: timedelta = DEFAULT_LIFE


@dataclass(frozen=True)
class Invited:
    """An invitation: what to hand to the agency. It is shown once; the hub keeps only the secret's hash."""

    agency: Agency
    join_string: str
    expires_at: datetime


def invite(asked: Inviting, tx: Transaction, now: datetime) -> Invited:
    """Invite an agency, new or known; an earlier invitation that nobody used ends.

    Raises:
        InvalidRequest: names the argument that is wrong.
        NotAllowed: the agency is banned.

    Source: DESIGN.md 4.
    """
    _check(asked)
    agency = agencies.find_agency_by_slug(tx.connection, asked.slug) or _add_agency(asked, tx, now)
    if agency.membership is Membership.BANNED:
        raise NotAllowed(f"{agency.slug} is banned: it cannot be invited again")
    if agency.membership is Membership.EVICTED:
        agencies.set_membership(tx.connection, agency.id, Membership.INVITED)
        agency = agencies.get_agency(tx.connection, agency.id)
    invitations.revoke_invitations(tx.connection, agency.id, now, unused_only=True)
    expires_at = now + asked.life
    secret_hash = hashlib.sha256(asked.secret).digest()
    invitations.add_invitation(tx.connection, Invitation(secret_hash, agency.id, now, expires_at))
    audit.record(tx.connection, now, tx.actor, "invite", agency.id.hex(), "done")
    host, port = read_address(asked.address)
    return Invited(agency, format_join_string(JoinString(host, port, asked.pin, asked.secret)), expires_at)


def withdraw(slug: str, tx: Transaction, now: datetime) -> Agency:
    """End an agency's invitation that nobody used yet.

    Raises:
        NotFound: no agency has this name.
        WrongState: there is none: it was used, it has expired, or it was withdrawn.
    """
    agency = agencies.get_agency_by_slug(tx.connection, slug)
    if not invitations.count_open(tx.connection, agency.id, now):
        raise WrongState(f"{slug} has no open invitation: it was used, it has expired, or it was withdrawn")
    invitations.revoke_invitations(tx.connection, agency.id, now, unused_only=True)
    audit.record(tx.connection, now, tx.actor, "invitation withdraw", agency.id.hex(), "done")
    return agency


def _add_agency(asked: Inviting, tx: Transaction, now: datetime) -> Agency:
    agency = Agency(
        id=asked.new_agency_id,
        slug=asked.slug,
        name=asked.name or asked.slug,
        discipline=asked.discipline,
        jurisdiction=asked.jurisdiction,
        membership=Membership.INVITED,
        quarantined_at=None,
        mailbox_head=0,
        created_at=now,
    )
    agencies.add_agency(tx.connection, agency)
    return agency


def _check(asked: Inviting) -> None:
    if not _SLUG.match(asked.slug):
        raise InvalidRequest("agency: must be 1 to 64 lower-case letters, digits and hyphens, such as stonegate-fire")
    if asked.discipline not in Discipline.values() or not asked.discipline:
        raise InvalidRequest("discipline: is not one that the contract knows")
    if len(asked.name) > _LONGEST_NAME or not asked.name.isprintable() or asked.name != asked.name.strip():
        raise InvalidRequest(f"name: must be at most {_LONGEST_NAME} printable characters on one line")
    if len(asked.jurisdiction) > 32 or not (asked.jurisdiction.isascii() and asked.jurisdiction.isprintable()):
        raise InvalidRequest("jurisdiction: must be a short code, such as US-CO")
    if not timedelta(minutes=1) <= asked.life <= LONGEST_LIFE:
        raise InvalidRequest("life: an invitation lives for 1 minute to 7 days")
    if len(asked.secret) != SECRET_BYTES or len(asked.new_agency_id) != AGENCY_ID_BYTES:
        raise InvalidRequest("invite: its random parts have the wrong length")
