"""Policies, incident rosters; local follow-ups, check-ins, resources, disclosures."""

import sqlalchemy as sa
from alembic import op

from common.storage.columns import UtcDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    _policies()
    _care()


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


def _care() -> None:
    _check_ins()
    _hand_overs()
    _disclosures()
    op.create_table(
        "resource",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("reach", sa.String(length=300), nullable=False),
        sa.Column("hours", sa.String(length=120), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("is_confidential", sa.Boolean(), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("author", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_resource_number")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_resource_version")),
        sa.PrimaryKeyConstraint("number", "version", name=op.f("pk_resource")),
    )


def _check_ins() -> None:
    op.create_table(
        "local_follow_up",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("member_index", sa.LargeBinary(), nullable=True),
        sa.Column("supporter_id", sa.LargeBinary(), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("encounter_id", sa.LargeBinary(), nullable=True),
        sa.Column("incident_id", sa.LargeBinary(), nullable=True),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("hub_reference", sa.String(length=8), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_local_follow_up_id_length")),
        sa.CheckConstraint("state IN ('open', 'done', 'closed')", name=op.f("ck_local_follow_up_state")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_local_follow_up_version")),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporter.id"], name=op.f("fk_local_follow_up_supporter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_follow_up")),
        sa.UniqueConstraint("number", name=op.f("uq_local_follow_up_number")),
        sa.UniqueConstraint("member_index", "incident_id", "step", name=op.f("uq_local_follow_up_member_index")),
    )
    for columns in (["state", "due_at"], ["supporter_id", "state", "due_at"], ["encounter_id"], ["hub_reference"]):
        op.create_index(op.f(f"ix_local_follow_up_{columns[0]}"), "local_follow_up", columns)
    _versions_of("local_follow_up", "follow_up_id")
    op.create_table(
        "check_in_plan",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("incident_id", sa.LargeBinary(), nullable=False),
        sa.Column("member_index", sa.LargeBinary(), nullable=True),
        sa.Column("planned_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_check_in_plan_id_length")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_check_in_plan_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in_plan")),
        sa.UniqueConstraint("incident_id", "member_index", name=op.f("uq_check_in_plan_incident_id")),
    )
    op.create_index(op.f("ix_check_in_plan_ended_at"), "check_in_plan", ["ended_at"])


def _hand_overs() -> None:
    op.create_table(
        "hand_over",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("from_supporter", sa.LargeBinary(), nullable=False),
        sa.Column("to_supporter", sa.LargeBinary(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by_user", sa.LargeBinary(), nullable=False),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_hand_over_id_length")),
        sa.CheckConstraint("from_supporter <> to_supporter", name=op.f("ck_hand_over_to_another")),
        *_supporter_keys("hand_over", "from_supporter", "to_supporter"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
    )
    for column in ("from_supporter", "to_supporter", "at"):
        op.create_index(op.f(f"ix_hand_over_{column}"), "hand_over", [column])
    op.create_table(
        "hand_over_item",
        sa.Column("hand_over_id", sa.LargeBinary(), nullable=False),
        sa.Column("follow_up_id", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["hand_over_id"], ["hand_over.id"], name=op.f("fk_hand_over_item_hand_over_id")),
        sa.ForeignKeyConstraint(["follow_up_id"], ["local_follow_up.id"], name=op.f("fk_hand_over_item_follow_up_id")),
        sa.PrimaryKeyConstraint("hand_over_id", "follow_up_id", name=op.f("pk_hand_over_item")),
    )
    op.create_table(
        "high_load",
        sa.Column("supporter_id", sa.LargeBinary(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        *_supporter_keys("high_load", "supporter_id"),
        sa.PrimaryKeyConstraint("supporter_id", name=op.f("pk_high_load")),
    )


def _disclosures() -> None:
    op.create_table(
        "disclosure",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("owed_by", UtcDateTime(), nullable=True),
        sa.Column("member_index", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_disclosure_id_length")),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_disclosure_state")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_disclosure_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure")),
        sa.UniqueConstraint("number", name=op.f("uq_disclosure_number")),
    )
    op.create_index(op.f("ix_disclosure_owed_by"), "disclosure", ["owed_by"])
    op.create_index(op.f("ix_disclosure_member_index"), "disclosure", ["member_index"])
    _versions_of("disclosure", "disclosure_id")
    op.create_table(
        "first_session_notice",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("member_index", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_first_session_notice_id_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_session_notice")),
        sa.UniqueConstraint("member_index", name=op.f("uq_first_session_notice_member_index")),
    )


def _versions_of(table: str, subject: str) -> None:
    versions = f"{table}_version"
    op.create_table(
        versions,
        sa.Column(subject, sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("author", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f(f"ck_{versions}_version")),
        sa.ForeignKeyConstraint([subject], [f"{table}.id"], name=op.f(f"fk_{versions}_{subject}")),
        sa.PrimaryKeyConstraint(subject, "version", name=op.f(f"pk_{versions}")),
    )


def _supporter_keys(table: str, *columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], ["supporter.id"], name=op.f(f"fk_{table}_{column}")) for column in columns
    ]
