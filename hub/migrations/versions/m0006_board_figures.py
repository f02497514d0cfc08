"""The board's figures of closed incidents, made once for each and then only read."""

import sqlalchemy as sa
from alembic import op

from common.storage.columns import UtcDateTime

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "board_report",
        sa.Column("incident_id", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("k", sa.Integer(), nullable=False),
        sa.Column("first_contact_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_board_report_incident_id")),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_board_report")),
    )
    op.create_table(
        "board_figure",
        sa.Column("incident_id", sa.LargeBinary(), nullable=False),
        sa.Column("row", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("figure", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["board_report.incident_id"], name=op.f("fk_board_figure_incident_id")
        ),
        sa.PrimaryKeyConstraint("incident_id", "row", name=op.f("pk_board_figure")),
    )
