"""The hub's answers to what the agency asked for."""

import sqlalchemy as sa
from alembic import op

from common.storage.columns import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "incident_request_answer",
        sa.Column("command_id", sa.LargeBinary(), nullable=False),
        sa.Column("incident_id", sa.LargeBinary(), nullable=True),
        sa.Column("decline_reason", sa.SmallInteger(), nullable=True),
        sa.Column("heard_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "(incident_id IS NULL) <> (decline_reason IS NULL)", name=op.f("ck_incident_request_answer_one_of_two")
        ),
        sa.PrimaryKeyConstraint("command_id", name=op.f("pk_incident_request_answer")),
    )
