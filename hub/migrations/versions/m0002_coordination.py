"""Incidents that agencies ask for; when teams were first active and incidents closed; duty contacts."""

import sqlalchemy as sa
from alembic import op

from common.storage.columns import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "incident_request",
        sa.Column("command_id", sa.LargeBinary(), nullable=False),
        sa.Column("agency_id", sa.LargeBinary(), nullable=False),
        sa.Column("type", sa.SmallInteger(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("agency_ids", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("incident_id", sa.LargeBinary(), nullable=True),
        sa.Column("decline_reason", sa.SmallInteger(), nullable=True),
        sa.CheckConstraint(
            "(state = 'waiting' AND incident_id IS NULL AND decline_reason IS NULL)"
            " OR (state = 'opened' AND incident_id IS NOT NULL AND decline_reason IS NULL)"
            " OR (state = 'declined' AND incident_id IS NULL AND decline_reason IS NOT NULL)",
            name=op.f("ck_incident_request_state"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_incident_request_agency_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_request_incident_id")),
        sa.PrimaryKeyConstraint("command_id", name=op.f("pk_incident_request")),
    )
    op.add_column("activation", sa.Column("first_active_at", UtcDateTime(), nullable=True))
    op.add_column(
        "agency", sa.Column("duty_contact", sa.String(length=200), server_default=sa.text("''"), nullable=False)
    )
    op.add_column("incident", sa.Column("closed_at", UtcDateTime(), nullable=True))
    op.add_column("region", sa.Column("directory_version", sa.BigInteger(), server_default="0", nullable=False))
