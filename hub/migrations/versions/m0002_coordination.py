"""Coordination: requests for peers and the offers on them."""

import sqlalchemy as sa
from alembic import op

from common.storage.columns import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "peer_request",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("asking_agency_id", sa.LargeBinary(), nullable=False),
        sa.Column("incident_id", sa.LargeBinary(), nullable=True),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("disciplines", sa.String(length=64), nullable=False),
        sa.Column("languages", sa.String(length=64), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_peer_request_id_length")),
        sa.ForeignKeyConstraint(["asking_agency_id"], ["agency.id"], name=op.f("fk_peer_request_asking_agency_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_peer_request_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_peer_request")),
    )
    op.create_index(op.f("ix_peer_request_due_at"), "peer_request", ["due_at"])
    op.create_table(
        "peer_offer",
        sa.Column("request_id", sa.LargeBinary(), nullable=False),
        sa.Column("agency_id", sa.LargeBinary(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("supporters", sa.Integer(), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.CheckConstraint("matched <= supporters", name=op.f("ck_peer_offer_matched")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_peer_offer_agency_id")),
        sa.ForeignKeyConstraint(["request_id"], ["peer_request.id"], name=op.f("fk_peer_offer_request_id")),
        sa.PrimaryKeyConstraint("request_id", "agency_id", name=op.f("pk_peer_offer")),
    )
