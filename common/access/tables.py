"""The tables of users, sessions and what people sign in with. Each side declares them once, on its own metadata."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, LargeBinary, MetaData, String, Table

from common.access.names import LONGEST_NAME
from common.audit.trail import Trail
from common.storage.columns import UtcDateTime


@dataclass(frozen=True)
class Access:
    """Where one side keeps its users, and its audit trail."""

    trail: Trail
    users: Table
    roles: Table  # a user's roles: since when, and by whom
    sessions: Table
    limits: Table  # of bad passwords, by name, whether there is such a user or not
    passkeys: Table
    challenges: Table
    recovery_codes: Table


def declare_access(metadata: MetaData, trail: Trail) -> Access:
    """Declare the tables on one side's metadata."""
    return Access(
        trail,
        _users(metadata),
        _roles(metadata),
        _sessions(metadata),
        _limits(metadata),
        _passkeys(metadata),
        _challenges(metadata),
        _recovery_codes(metadata),
    )


def _users(metadata: MetaData) -> Table:
    return Table(
        "user_account",
        metadata,
        Column("id", LargeBinary, primary_key=True),
        Column("name", String(LONGEST_NAME), nullable=False),
        Column("name_key", String(LONGEST_NAME), nullable=False, unique=True),  # as names are compared
        Column("state", String(8), nullable=False),
        Column("supporter_id", LargeBinary),
        Column("made_at", UtcDateTime, nullable=False),
        Column("password_hash", String(200)),
        Column("password_at", UtcDateTime),
        Column("setup_hash", LargeBinary),
        Column("setup_until", UtcDateTime),
        Column("one_time_sealed", LargeBinary),
        Column("one_time_step", BigInteger, nullable=False),  # the last one used; 0: none
        Column("signed_in_at", UtcDateTime),
        CheckConstraint("length(id) = 16", name="id_length"),
        CheckConstraint("state IN ('active', 'disabled')", name="state_known"),
    )


def _roles(metadata: MetaData) -> Table:
    return Table(
        "user_role",
        metadata,
        _user_id(primary_key=True),
        Column("role", String(30), primary_key=True),
        Column("given_at", UtcDateTime, nullable=False),
        Column("given_by", String(200), nullable=False),
    )


def _sessions(metadata: MetaData) -> Table:
    return Table(
        "user_session",
        metadata,
        Column("token_hash", LargeBinary, primary_key=True),
        _user_id(index=True),
        Column("method", String(16), nullable=False),
        Column("made_at", UtcDateTime, nullable=False),
        Column("seen_at", UtcDateTime, nullable=False),
        Column("carried", LargeBinary),  # sealed under the token itself
    )


def _limits(metadata: MetaData) -> Table:
    return Table(
        "sign_in_limit",
        metadata,
        Column("name_digest", LargeBinary, primary_key=True),
        Column("failures", BigInteger, nullable=False),
        Column("lockouts", BigInteger, nullable=False),
        Column("last_at", UtcDateTime, nullable=False),
        Column("locked_until", UtcDateTime),
    )


def _passkeys(metadata: MetaData) -> Table:
    return Table(
        "passkey",
        metadata,
        Column("credential_id", LargeBinary, primary_key=True),
        _user_id(index=True),
        Column("public_key", LargeBinary, nullable=False),
        Column("sign_count", BigInteger, nullable=False),
        Column("name", String(64), nullable=False),
        Column("made_at", UtcDateTime, nullable=False),
        Column("used_at", UtcDateTime),
    )


def _challenges(metadata: MetaData) -> Table:
    return Table(
        "passkey_challenge",
        metadata,
        Column("challenge_hash", LargeBinary, primary_key=True),
        Column("user_id", LargeBinary),  # None: whoever signs in
        Column("session_hash", LargeBinary),  # None: nobody is signed in yet
        Column("until", UtcDateTime, nullable=False),
    )


def _recovery_codes(metadata: MetaData) -> Table:
    return Table(
        "recovery_code",
        metadata,
        Column("code_hash", LargeBinary, primary_key=True),
        _user_id(index=True),
        Column("made_at", UtcDateTime, nullable=False),
        Column("used_at", UtcDateTime),
    )


def _user_id(**options: Any) -> Column[Any]:
    return Column("user_id", LargeBinary, ForeignKey("user_account.id"), nullable=False, **options)
