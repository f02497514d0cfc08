"""The first tables: the region, agencies, identities, streams and receipts, incidents, mailboxes, the audit trail."""

import sqlalchemy as sa
from alembic import op

from common.storage.columns import UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "agency",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("discipline", sa.Integer(), nullable=False),
        sa.Column("jurisdiction", sa.String(length=32), nullable=False),
        sa.Column("membership", sa.String(length=16), nullable=False),
        sa.Column("quarantined_at", UtcDateTime(), nullable=True),
        sa.Column("mailbox_head", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("membership IN ('invited','joined','evicted','banned')", name=op.f("ck_agency_membership")),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_agency_id_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
        sa.UniqueConstraint("slug", name=op.f("uq_agency_slug")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("outcome", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_entry")),
    )
    op.create_table(
        "incident",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("type", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("jurisdictions", sa.String(length=200), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_table(
        "intermediate",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=False),
        sa.Column("phase", sa.String(length=16), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("phase IN ('prepared','active','retiring','retired')", name=op.f("ck_intermediate_phase")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_intermediate")),
    )
    op.create_index(
        "uq_intermediate_active",
        "intermediate",
        ["phase"],
        unique=True,
        sqlite_where=sa.text("phase = 'active'"),
        postgresql_where=sa.text("phase = 'active'"),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_table(
        "region",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("trust_domain", sa.String(length=253), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("hub_epoch", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_region_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_region")),
    )
    op.create_table(
        "activation",
        sa.Column("incident_id", sa.LargeBinary(), nullable=False),
        sa.Column("agency_id", sa.LargeBinary(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("decline_reason", sa.SmallInteger(), nullable=True),
        sa.Column("supporters_deployed", sa.Integer(), nullable=True),
        sa.Column("supporters_for_mutual_aid", sa.Integer(), nullable=True),
        sa.Column("people_exposed", sa.SmallInteger(), nullable=True),
        sa.Column("contacts_made", sa.SmallInteger(), nullable=True),
        sa.Column("follow_ups_open", sa.Integer(), nullable=True),
        sa.Column("follow_ups_due", sa.Integer(), nullable=True),
        sa.Column("follow_ups_done", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_activation_agency_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_activation_incident_id")),
        sa.PrimaryKeyConstraint("incident_id", "agency_id", name=op.f("pk_activation")),
    )
    op.create_table(
        "mail",
        sa.Column("agency_id", sa.LargeBinary(), nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("notice_id", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_mail_agency_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_mail_notice_id")),
        sa.PrimaryKeyConstraint("agency_id", "cursor", name=op.f("pk_mail")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "node",
        sa.Column("agency_id", sa.LargeBinary(), nullable=False),
        sa.Column("node", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bound_key", sa.LargeBinary(), nullable=False),
        sa.Column("joined_at", UtcDateTime(), nullable=False),
        sa.Column("recovery_number", sa.Integer(), nullable=False),
        sa.Column("recovery_spki_hash", sa.LargeBinary(), nullable=True),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("length(bound_key) = 32", name=op.f("ck_node_bound_key_length")),
        sa.CheckConstraint("node BETWEEN 1 AND 65535", name=op.f("ck_node_node_range")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_node_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "node", name=op.f("pk_node")),
        sa.UniqueConstraint("bound_key", name=op.f("uq_node_bound_key")),
    )
    op.create_table(
        "stream",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("stream_id", sa.LargeBinary(), nullable=False),
        sa.Column("agency_id", sa.LargeBinary(), nullable=False),
        sa.Column("node", sa.Integer(), nullable=False),
        sa.Column("next_sequence", sa.BigInteger(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("next_sequence >= 1", name=op.f("ck_stream_sequence_from_1")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_stream_agency_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_stream")),
        sa.UniqueConstraint("stream_id", name=op.f("uq_stream_stream_id")),
    )
    op.create_index(op.f("ix_stream_agency_id"), "stream", ["agency_id"], unique=False)
    op.create_table(
        "supporter_capacity",
        sa.Column("agency_id", sa.LargeBinary(), nullable=False),
        sa.Column("designated", sa.Integer(), nullable=True),
        sa.Column("available", sa.Integer(), nullable=True),
        sa.Column("paused", sa.Integer(), nullable=True),
        sa.Column("trained_in_date", sa.Integer(), nullable=True),
        sa.Column("told_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_supporter_capacity_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_supporter_capacity")),
    )
    op.create_table(
        "credential",
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("agency_id", sa.LargeBinary(), nullable=False),
        sa.Column("node", sa.Integer(), nullable=False),
        sa.Column("intermediate", sa.Integer(), nullable=False),
        sa.Column("spki_hash", sa.LargeBinary(), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.Column("not_after", UtcDateTime(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("accepted_until", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(status = 'superseded') = (accepted_until IS NOT NULL)", name=op.f("ck_credential_superseded_whole")
        ),
        sa.CheckConstraint("status IN ('active','superseded','revoked')", name=op.f("ck_credential_status")),
        sa.CheckConstraint("length(fingerprint) = 32", name=op.f("ck_credential_fingerprint_length")),
        sa.ForeignKeyConstraint(
            ["agency_id", "node"], ["node.agency_id", "node.node"], name=op.f("fk_credential_agency_id")
        ),
        sa.ForeignKeyConstraint(["intermediate"], ["intermediate.number"], name="fk_credential_intermediate"),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_credential")),
    )
    op.create_index("ix_credential_node", "credential", ["agency_id", "node"], unique=False)
    op.create_table(
        "receipt",
        sa.Column("stream_number", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("node_signature", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at_unix_s", sa.BigInteger(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("hub_epoch", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["stream_number"], ["stream.number"], name=op.f("fk_receipt_stream_number")),
        sa.PrimaryKeyConstraint("stream_number", "size", name=op.f("pk_receipt")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "report",
        sa.Column("stream_number", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.SmallInteger(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["stream_number"], ["stream.number"], name=op.f("fk_report_stream_number")),
        sa.PrimaryKeyConstraint("stream_number", "sequence", name=op.f("pk_report")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "invitation",
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("agency_id", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("spki_hash", sa.LargeBinary(), nullable=True),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("second_key_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(spki_hash IS NULL) = (fingerprint IS NULL)", name=op.f("ck_invitation_bound_whole")),
        sa.CheckConstraint("length(secret_hash) = 32", name=op.f("ck_invitation_secret_hash_length")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_invitation_agency_id")),
        sa.ForeignKeyConstraint(["fingerprint"], ["credential.fingerprint"], name=op.f("fk_invitation_fingerprint")),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_invitation")),
    )
    op.create_index(op.f("ix_invitation_agency_id"), "invitation", ["agency_id"], unique=False)
