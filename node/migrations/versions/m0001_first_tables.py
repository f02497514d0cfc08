"""The first tables: membership, streams, the egress ledger and its outbox, the mailbox, incidents and the directory."""

import sqlalchemy as sa
from alembic import op

from common.storage.columns import UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "board_line",
        sa.Column("incident_id", sa.LargeBinary(), nullable=False),
        sa.Column("agency_id", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("decline_reason", sa.SmallInteger(), nullable=True),
        sa.Column("supporters_deployed", sa.Integer(), nullable=True),
        sa.Column("supporters_for_mutual_aid", sa.Integer(), nullable=True),
        sa.Column("people_exposed", sa.SmallInteger(), nullable=True),
        sa.Column("contacts_made", sa.SmallInteger(), nullable=True),
        sa.Column("follow_ups_open", sa.Integer(), nullable=True),
        sa.Column("follow_ups_due", sa.Integer(), nullable=True),
        sa.Column("follow_ups_done", sa.Integer(), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", "agency_id", name=op.f("pk_board_line")),
    )
    op.create_table(
        "directory_entry",
        sa.Column("agency_id", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("discipline", sa.SmallInteger(), nullable=False),
        sa.Column("jurisdiction", sa.String(length=100), nullable=False),
        sa.Column("duty_contact", sa.String(length=400), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_directory_entry")),
    )
    op.create_table(
        "incident",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("type", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("agency_ids", sa.JSON(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("activate_by", UtcDateTime(), nullable=True),
        sa.Column("jurisdictions", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.LargeBinary(), nullable=False),
        sa.Column("node", sa.Integer(), nullable=False),
        sa.Column("trust_domain", sa.String(length=253), nullable=False),
        sa.Column("agency_name", sa.String(length=200), nullable=False),
        sa.Column("hub_ledger_key", sa.LargeBinary(), nullable=False),
        sa.Column("hub_epoch", sa.BigInteger(), nullable=False),
        sa.Column("uplink_address", sa.String(length=300), nullable=False),
        sa.Column("enrollment_address", sa.String(length=300), nullable=False),
        sa.Column("recovery_number", sa.BigInteger(), nullable=False),
        sa.Column("mailbox_cursor", sa.BigInteger(), nullable=False),
        sa.Column("joined_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_membership_one_row")),
        sa.CheckConstraint("length(agency_id) = 16", name=op.f("ck_membership_agency_id_length")),
        sa.CheckConstraint("length(hub_ledger_key) = 32", name=op.f("ck_membership_hub_ledger_key_length")),
        sa.CheckConstraint("mailbox_cursor >= 0", name=op.f("ck_membership_cursor_from_0")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_table(
        "notice",
        sa.Column("hub_epoch", sa.BigInteger(), nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("notice_id", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("is_applied", sa.Boolean(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("cursor >= 1", name=op.f("ck_notice_cursor_from_1")),
        sa.PrimaryKeyConstraint("hub_epoch", "cursor", name=op.f("pk_notice")),
    )
    op.create_table(
        "stream",
        sa.Column("stream_id", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.Column("next_sequence", sa.BigInteger(), nullable=False),
        sa.Column("sent_through", sa.BigInteger(), nullable=False),
        sa.Column("flow", sa.String(length=16), nullable=False),
        sa.Column("flow_reason", sa.String(length=600), nullable=False),
        sa.Column("flow_since", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("flow IN ('flowing','ahead','quarantined','halted')", name=op.f("ck_stream_flow")),
        sa.CheckConstraint("length(stream_id) = 16", name=op.f("ck_stream_stream_id_length")),
        sa.CheckConstraint(
            "next_sequence >= 1 AND sent_through >= next_sequence - 1", name=op.f("ck_stream_sent_before_acknowledged")
        ),
        sa.PrimaryKeyConstraint("stream_id", name=op.f("pk_stream")),
        sa.UniqueConstraint("number", name=op.f("uq_stream_number")),
    )
    op.create_table(
        "ledger_checkpoint",
        sa.Column("stream_id", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["stream_id"], ["stream.stream_id"], name=op.f("fk_ledger_checkpoint_stream_id")),
        sa.PrimaryKeyConstraint("stream_id", "size", name=op.f("pk_ledger_checkpoint")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger_leaf",
        sa.Column("stream_id", sa.LargeBinary(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(leaf_hash) = 32", name=op.f("ck_ledger_leaf_hash_length")),
        sa.CheckConstraint("sequence >= 1", name=op.f("ck_ledger_leaf_sequence_from_1")),
        sa.ForeignKeyConstraint(["stream_id"], ["stream.stream_id"], name=op.f("fk_ledger_leaf_stream_id")),
        sa.PrimaryKeyConstraint("stream_id", "sequence", name=op.f("pk_ledger_leaf")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger_receipt",
        sa.Column("stream_id", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("hub_epoch", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at_unix_s", sa.BigInteger(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["stream_id"], ["stream.stream_id"], name=op.f("fk_ledger_receipt_stream_id")),
        sa.PrimaryKeyConstraint("stream_id", "size", "hub_epoch", name=op.f("pk_ledger_receipt")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outbox",
        sa.Column("stream_id", sa.LargeBinary(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("command_id", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.SmallInteger(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("acknowledged_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["stream_id", "sequence"],
            ["ledger_leaf.stream_id", "ledger_leaf.sequence"],
            name=op.f("fk_outbox_stream_id"),
        ),
        sa.PrimaryKeyConstraint("stream_id", "sequence", name=op.f("pk_outbox")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_outbox_command_id"), "outbox", ["command_id"], unique=False)
    op.create_index(op.f("ix_outbox_subject_id"), "outbox", ["subject_id"], unique=False)
