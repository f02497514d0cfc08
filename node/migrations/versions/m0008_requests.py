"""Requests for a peer, the rota, notices to people, feedback."""

import sqlalchemy as sa
from alembic import op

from common.storage.columns import UtcDateTime

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    _feedback()
    _notices()
    _rota()
    _support_requests()


def _feedback() -> None:
    op.create_table(
        "code_guess",
        sa.Column("purpose", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("purpose", name=op.f("pk_code_guess")),
    )
    op.create_table(
        "feedback_code",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("is_used", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_feedback_code")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "feedback_count",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("rating", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_feedback_count_rating")),
        sa.PrimaryKeyConstraint("month", "rating", name=op.f("pk_feedback_count")),
        sqlite_with_rowid=False,
    )


def _notices() -> None:
    op.create_table(
        "notice_preference",
        sa.Column("user_id", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_notice_preference")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "people_notice",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("about", sa.LargeBinary(), nullable=False),
        sa.Column("recipient", sa.LargeBinary(), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("held_until", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("trouble", sa.String(length=40), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_notice")),
        sa.UniqueConstraint("about", "recipient", "way", name=op.f("uq_people_notice_about")),
    )
    op.create_index(op.f("ix_people_notice_state"), "people_notice", ["state", "due_at"], unique=False)


def _rota() -> None:
    op.create_table(
        "rota_change",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("starts", UtcDateTime(), nullable=False),
        sa.Column("ends", UtcDateTime(), nullable=False),
        sa.Column("duty", sa.String(length=8), nullable=False),
        sa.Column("user_id", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("duty IN ('first','backup')", name=op.f("ck_rota_change_duty")),
        sa.CheckConstraint("starts < ends", name=op.f("ck_rota_change_starts_before_it_ends")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_change")),
    )
    op.create_index(op.f("ix_rota_change_ends"), "rota_change", ["ends"], unique=False)
    op.create_table(
        "rota_turn",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("starts", sa.String(length=5), nullable=False),
        sa.Column("ends", sa.String(length=5), nullable=False),
        sa.Column("duty", sa.String(length=8), nullable=False),
        sa.Column("user_id", sa.LargeBinary(), nullable=False),
        sa.Column("valid_from", sa.String(length=10), nullable=False),
        sa.Column("valid_until", sa.String(length=10), nullable=True),
        sa.CheckConstraint("duty IN ('first','backup')", name=op.f("ck_rota_turn_duty")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_rota_turn_weekday")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_turn")),
    )


def _support_requests() -> None:
    op.create_table(
        "support_request",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code_index", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("state IN ('waiting','taken','answered','closed')", name=op.f("ck_support_request_state")),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_support_request_id_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_request")),
        sa.UniqueConstraint("code_index", name=op.f("uq_support_request_code_index")),
    )
    op.create_index(op.f("ix_support_request_changed_at"), "support_request", ["changed_at"], unique=False)
    op.create_table(
        "support_request_key",
        sa.Column("request_id", sa.LargeBinary(), nullable=False),
        sa.Column("recipient", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["support_request.id"], name=op.f("fk_support_request_key_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("request_id", "recipient", name=op.f("pk_support_request_key")),
    )
    op.create_table(
        "support_request_version",
        sa.Column("request_id", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("author", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["support_request.id"],
            name=op.f("fk_support_request_version_request_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("request_id", "version", name=op.f("pk_support_request_version")),
    )
