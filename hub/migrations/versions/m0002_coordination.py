"""What agencies coordinate: incidents they ask for, agreements, follow-ups, mutual aid; and the answers to commands."""

import sqlalchemy as sa
from alembic import op

from common.storage.columns import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("stream", sa.Column("carries", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "answered_command",
        sa.Column("command_id", sa.LargeBinary(), nullable=False),
        sa.Column("agency_id", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_answered_command_agency_id")),
        sa.PrimaryKeyConstraint("command_id", "agency_id", name=op.f("pk_answered_command")),
        sqlite_with_rowid=False,
    )
    _agreements()
    _follow_ups()
    _incidents()
    _mutual_aid()


def _follow_ups() -> None:
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
        sa.Column("offered_to", sa.LargeBinary(), nullable=False),
        sa.Column("declined_by", sa.LargeBinary(), nullable=False),
        sa.Column("offer_version", sa.BigInteger(), nullable=False),
        sa.Column("accept_by", UtcDateTime(), nullable=True),
        sa.Column("escalation", sa.SmallInteger(), nullable=False),
        sa.Column("escalate_at", UtcDateTime(), nullable=True),
        sa.Column("escalations", sa.Integer(), nullable=False),
        sa.Column("contact_by", UtcDateTime(), nullable=True),
        sa.Column("first_contact_at", UtcDateTime(), nullable=True),
        sa.Column("check_ins", sa.Integer(), nullable=False),
        sa.Column("next_check_in", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.SmallInteger(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("hand_overs", sa.Integer(), nullable=False),
        sa.Column("reclaim_asked", sa.Boolean(), nullable=False),
        sa.Column("hub_asked_to_offer", sa.Boolean(), nullable=False),
        sa.Column("recovered_version", sa.BigInteger(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_follow_up_id_length")),
        sa.CheckConstraint("(work = 4) = (outcome IS NOT NULL)", name=op.f("ck_follow_up_outcome_when_closed")),
        sa.CheckConstraint("(work = 4) = (closed_at IS NOT NULL)", name=op.f("ck_follow_up_closed_whole")),
        sa.CheckConstraint("(offer = 1) = (accept_by IS NULL)", name=op.f("ck_follow_up_offer_whole")),
        sa.CheckConstraint("offer = 1 OR length(offered_to) > 0", name=op.f("ck_follow_up_offered_to_somebody")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_follow_up_incident_id")),
        sa.ForeignKeyConstraint(["origin"], ["agency.id"], name=op.f("fk_follow_up_origin")),
        sa.ForeignKeyConstraint(["accountable"], ["agency.id"], name=op.f("fk_follow_up_accountable")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
    )
    for column in ("accountable", "due_at", "incident_id", "reference"):
        op.create_index(op.f(f"ix_follow_up_{column}"), "follow_up", [column], unique=False)
    op.create_table(
        "follow_up_change",
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("follow_up_id", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("verb", sa.SmallInteger(), nullable=False),
        sa.Column("agency_id", sa.LargeBinary(), nullable=True),
        sa.Column("decline_reason", sa.SmallInteger(), nullable=True),
        sa.Column("accountable", sa.LargeBinary(), nullable=False),
        sa.Column("work", sa.SmallInteger(), nullable=False),
        sa.Column("offer", sa.SmallInteger(), nullable=False),
        sa.Column("escalation", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("opened_at", "follow_up_id", "version", name=op.f("pk_follow_up_change")),
        sqlite_with_rowid=False,
    )


def _agreements() -> None:
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


def _mutual_aid() -> None:
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


def _incidents() -> None:
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
    if op.get_bind().dialect.name == "postgresql":  # SQLite's integers are as long as they need be
        for table in ("incident", "activation"):
            op.alter_column(table, "version", type_=sa.BigInteger(), existing_nullable=False)
    op.add_column("activation", sa.Column("first_active_at", UtcDateTime(), nullable=True))
    op.add_column(
        "agency", sa.Column("duty_contact", sa.String(length=200), server_default=sa.text("''"), nullable=False)
    )
    op.add_column("incident", sa.Column("closed_at", UtcDateTime(), nullable=True))
    op.add_column("region", sa.Column("directory_version", sa.BigInteger(), server_default="0", nullable=False))
