"""What agencies coordinate, as the hub told of it: agreements, follow-ups, due claims, aid, answers to requests."""

import sqlalchemy as sa
from alembic import op

from common.storage.columns import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("stream", sa.Column("doubted_from", sa.BigInteger(), nullable=True))
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
    _follow_ups()
    _incidents()
    _mutual_aid()


def _follow_ups() -> None:
    op.create_table(
        "due_claim",
        sa.Column("subject_id", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_due_claim")),
    )
    op.create_table(
        "follow_up",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("reference", sa.String(length=8), nullable=False),
        sa.Column("incident_id", sa.LargeBinary(), nullable=True),
        sa.Column("origin", sa.LargeBinary(), nullable=False),
        sa.Column("accountable", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("work", sa.SmallInteger(), nullable=False),
        sa.Column("cohort", sa.SmallInteger(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("agreement_version", sa.Integer(), nullable=False),
        sa.Column("offer", sa.SmallInteger(), nullable=False),
        sa.Column("offered_to", sa.JSON(), nullable=False),
        sa.Column("accept_by", UtcDateTime(), nullable=True),
        sa.Column("escalation", sa.SmallInteger(), nullable=False),
        sa.Column("contact_by", UtcDateTime(), nullable=True),
        sa.Column("first_contact_at", UtcDateTime(), nullable=True),
        sa.Column("check_ins", sa.Integer(), nullable=False),
        sa.Column("next_check_in", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.SmallInteger(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("reclaim_asked", sa.Boolean(), nullable=False),
        sa.Column("hub_asked_to_offer", sa.Boolean(), nullable=False),
        sa.Column("queue", sa.String(length=600), nullable=False),
        sa.Column("duty_contact", sa.String(length=400), nullable=False),
        sa.Column("hub_epoch", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_follow_up_id_length")),
        sa.CheckConstraint("length(accountable) = 16", name=op.f("ck_follow_up_accountable_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
    )
    op.create_index(op.f("ix_follow_up_incident_id"), "follow_up", ["incident_id"], unique=False)
    op.create_index(op.f("ix_follow_up_reference"), "follow_up", ["reference"], unique=False)


def _mutual_aid() -> None:
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


def _incidents() -> None:
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
