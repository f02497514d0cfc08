"""Agreements and their signatures; which disciplines an incident's protocol asks, and by when."""

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
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("terms", sa.LargeBinary(), nullable=False),
        sa.Column("in_force_from", UtcDateTime(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_agreement_id_length")),
        sa.CheckConstraint("version BETWEEN 1 AND 65535", name=op.f("ck_agreement_version_range")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_agreement")),
    )
    op.create_table(
        "agreement_signature",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.LargeBinary(), nullable=False),
        sa.Column("node", sa.Integer(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("length(signature) = 64", name=op.f("ck_agreement_signature_signature_length")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_agreement_signature_agency_id")),
        sa.ForeignKeyConstraint(["version"], ["agreement.version"], name=op.f("fk_agreement_signature_version")),
        sa.PrimaryKeyConstraint("version", "agency_id", name=op.f("pk_agreement_signature")),
    )
    op.add_column("incident", sa.Column("asked", sa.String(length=64), server_default=sa.text("''"), nullable=False))
    op.add_column("incident", sa.Column("activate_by", UtcDateTime(), nullable=True))
