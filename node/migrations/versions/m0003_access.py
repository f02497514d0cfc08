"""Who may do what, and who did: users, sessions, keys for notes, the audit trail and its tree."""

import sqlalchemy as sa
from alembic import op

from common.access.first_tables import create_access_tables
from common.storage.columns import UtcDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    create_access_tables()
    op.create_table(
        "note_key",
        sa.Column("user_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("under_password", sa.LargeBinary(), nullable=True),
        sa.Column("under_recovery", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("length(public_key) = 32", name=op.f("ck_note_key_public_key_length")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_note_key_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_note_key")),
    )
    _audit_trail()


def _audit_trail() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("outcome", sa.String(length=200), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_subject"), "audit_entry", ["subject"])
    op.create_table(
        "audit_tree",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_tree")),
    )
    op.create_table(
        "audit_checkpoint",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_audit_checkpoint")),
    )
