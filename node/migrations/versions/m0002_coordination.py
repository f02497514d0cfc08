"""Coordination: requests for peers."""

import sqlalchemy as sa
from alembic import op

from common.storage.columns import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "peer_request",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("incident_id", sa.LargeBinary(), nullable=True),
        sa.Column("asking_agency_id", sa.LargeBinary(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("disciplines", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("matches", sa.JSON(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("fill_by", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_peer_request")),
    )
