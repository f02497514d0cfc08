"""Tables that an agency released and that are left out of the region's figures: the hub's own audit refused them."""

import sqlalchemy as sa
from alembic import op

from common.storage.columns import UtcDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "table_left_out",
        sa.Column("window_id", sa.LargeBinary(), nullable=False),
        sa.Column("agency_id", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("left_out_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["window_id", "agency_id", "kind"],
            ["table_release.window_id", "table_release.agency_id", "table_release.kind"],
            name=op.f("fk_table_left_out_window_id"),
        ),
        sa.PrimaryKeyConstraint("window_id", "agency_id", "kind", name=op.f("pk_table_left_out")),
    )
