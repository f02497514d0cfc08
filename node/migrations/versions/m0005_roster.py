"""Members and supporters, and the local codes that they are given."""

import sqlalchemy as sa
from alembic import op

from common.storage.columns import UtcDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "local_code",
        sa.Column("prefix", sa.String(length=4), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", name=op.f("pk_local_code")),
    )
    op.create_table(
        "member",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("code_index", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_member_id_length")),
        sa.CheckConstraint("state IN ('current', 'former')", name=op.f("ck_member_state")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_member_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("code_index", name=op.f("uq_member_code_index")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "member_term",
        sa.Column("term", sa.LargeBinary(), nullable=False),
        sa.Column("member_id", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("term", "member_id", name=op.f("pk_member_term")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_member_term_member_id"), "member_term", ["member_id"])
    op.create_table(
        "supporter",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("code_index", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("paused_since", UtcDateTime(), nullable=True),
        sa.Column("paused_until", UtcDateTime(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_supporter_id_length")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_supporter_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supporter")),
        sa.UniqueConstraint("code_index", name=op.f("uq_supporter_code_index")),
    )
