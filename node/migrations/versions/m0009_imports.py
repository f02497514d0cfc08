"""What was imported."""

import sqlalchemy as sa
from alembic import op

from common.storage.columns import UtcDateTime

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the table of imports."""
    op.create_table(
        "import_run",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("author", sa.LargeBinary(), nullable=False),
        sa.Column("file_digest", sa.LargeBinary(), nullable=False),
        sa.Column("reading_digest", sa.LargeBinary(), nullable=False),
        sa.Column("imported", sa.Integer(), nullable=False),
        sa.Column("already_there", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_import_run_id_length")),
        sa.CheckConstraint("length(file_digest) = 32", name=op.f("ck_import_run_file_digest_length")),
        sa.CheckConstraint("imported >= 0 AND already_there >= 0 AND refused >= 0", name=op.f("ck_import_run_counts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_import_run_file_digest"), "import_run", ["file_digest"])
