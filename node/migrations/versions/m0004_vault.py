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
