"""The region's agreement, as the hub told of it."""

import sqlalchemy as sa
from alembic import op

from common.storage.columns import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("terms", sa.LargeBinary(), nullable=False),
        sa.Column("in_force_from", UtcDateTime(), nullable=False),
        sa.Column("signed_by", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_agreement")),
    )
