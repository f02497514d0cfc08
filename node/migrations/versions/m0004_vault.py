"""The data keys of records, what is kept for how long, and how the backups stand."""

import sqlalchemy as sa
from alembic import op

from common.storage.columns import UtcDateTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "data_key",
        sa.Column("subject_id", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("key_id", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("destroyed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("length(subject_id) = 16", name=op.f("ck_data_key_subject_length")),
        sa.CheckConstraint(
            "(wrapped IS NULL) = (destroyed_at IS NOT NULL)", name=op.f("ck_data_key_destroyed_or_there")
        ),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_data_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "backup_state",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("is_due", sa.Boolean(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_backup_state_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_state")),
    )
    op.create_table(
        "retention_rule",
        sa.Column("record_class", sa.String(length=40), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("days >= 1", name=op.f("ck_retention_rule_days")),
        sa.PrimaryKeyConstraint("record_class", name=op.f("pk_retention_rule")),
    )
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("placed_at", UtcDateTime(), nullable=False),
        sa.Column("placed_by", sa.String(length=200), nullable=False),
        sa.Column("lifted_at", UtcDateTime(), nullable=True),
        sa.Column("lifted_by", sa.String(length=200), nullable=True),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_legal_hold_id_length")),
        sa.CheckConstraint(
            "(subject_id IS NULL) = (scope = 'everything')", name=op.f("ck_legal_hold_subject_or_everything")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
