"""Counts: reporting windows, what agencies release for them or hold back, and the editions that are made of it."""

import sqlalchemy as sa
from alembic import op

from common.storage.columns import UtcDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "reporting_window",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("tables", sa.LargeBinary(), nullable=False),
        sa.Column("k", sa.Integer(), nullable=False),
        sa.Column("release_by", UtcDateTime(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_reporting_window_id_length")),
        sa.CheckConstraint("starts_at < ends_at AND ends_at <= release_by", name=op.f("ck_reporting_window_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reporting_window")),
        sa.UniqueConstraint("starts_at", "ends_at", "tables", name=op.f("uq_reporting_window_starts_at")),
    )
    op.create_table(
        "table_release",
        *_of_an_agency("table_release"),
        sa.Column("kind", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("catalogue_version", sa.Integer(), nullable=False),
        sa.Column("counts", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("window_id", "agency_id", "kind", name=op.f("pk_table_release")),
    )
    op.create_index(op.f("ix_table_release_window_id"), "table_release", ["window_id", "received_at"], unique=False)
    op.create_table(
        "release_hold",
        *_of_an_agency("release_hold"),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("window_id", "agency_id", name=op.f("pk_release_hold")),
    )
    op.create_table(
        "edition",
        *_of_a_window("edition"),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("agencies", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("window_id", "number", name=op.f("pk_edition")),
    )
    op.create_table(
        "edition_table",
        *_of_a_window("edition_table"),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("discipline", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("contributors", sa.Integer(), nullable=False),
        sa.Column("figures", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("window_id", "number", "discipline", "kind", name=op.f("pk_edition_table")),
    )


def _of_a_window(table: str) -> tuple[sa.Column[bytes], sa.ForeignKeyConstraint]:
    name = op.f(f"fk_{table}_window_id")
    return (
        sa.Column("window_id", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["window_id"], ["reporting_window.id"], name=name),
    )


def _of_an_agency(table: str) -> tuple[sa.Column[bytes] | sa.ForeignKeyConstraint, ...]:
    return (
        *_of_a_window(table),
        sa.Column("agency_id", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f(f"fk_{table}_agency_id")),
    )
