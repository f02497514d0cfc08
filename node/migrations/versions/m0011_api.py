"""Tokens of the JSON interface, what was made by them, and the agency's own numbers of incidents."""

import sqlalchemy as sa
from alembic import op

from common.storage.columns import UtcDateTime

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "api_token",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("name_key", sa.String(length=40), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("permissions", sa.String(length=200), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_api_token_id_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("name_key", name=op.f("uq_api_token_name_key")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "api_check_in",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("token_id", sa.LargeBinary(), nullable=False),
        sa.Column("key_index", sa.LargeBinary(), nullable=False),
        sa.Column("asked_index", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["local_follow_up.id"], name=op.f("fk_api_check_in_id")),
        sa.ForeignKeyConstraint(["token_id"], ["api_token.id"], name=op.f("fk_api_check_in_token_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_check_in")),
        sa.UniqueConstraint("key_index", name=op.f("uq_api_check_in_key_index")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "agency_number",
        sa.Column("system", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("incident_id", sa.LargeBinary(), nullable=False),
        sa.Column("linked_at", UtcDateTime(), nullable=False),
        sa.Column("linked_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("system", "number", name=op.f("pk_agency_number")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_agency_number_incident_id"), "agency_number", ["incident_id"])
