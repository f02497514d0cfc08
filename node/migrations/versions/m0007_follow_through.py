"""Policies, incident rosters; local follow-ups, check-ins, resources, disclosures."""

import sqlalchemy as sa
from alembic import op

from common.storage.columns import UtcDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    _policies()


def _policies() -> None:
    op.create_table(
        "incident_roster",
        sa.Column("incident_id", sa.LargeBinary(), nullable=False),
        sa.Column("supporter_id", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", "supporter_id", "version", name=op.f("pk_incident_roster")),
    )
    op.create_table(
        "policy",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.LargeBinary(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("length(text_hash) = 32", name=op.f("ck_policy_text_hash_length")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_policy_version")),
        sa.PrimaryKeyConstraint("code", "version", name=op.f("pk_policy")),
    )
    op.create_table(
        "policy_acknowledgement",
        sa.Column("who", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("length(who) = 16", name=op.f("ck_policy_acknowledgement_who_length")),
        sa.PrimaryKeyConstraint("who", "code", "version", name=op.f("pk_policy_acknowledgement")),
    )
