"""Reporting windows, what counted in which, and drawn releases, whose figures nothing changes."""

import sqlalchemy as sa
from alembic import op

from common.storage.columns import UtcDateTime

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the tables, and have the database refuse every change of a figure."""
    _windows()
    _releases()
    for what in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER release_figures_no_{what.lower()} BEFORE {what} ON release_figures "
            "BEGIN SELECT RAISE(ABORT, 'a drawn figure is never changed'); END"
        )


def _windows() -> None:
    op.create_table(
        "reporting_window",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("tables", sa.String(length=200), nullable=False),
        sa.Column("k", sa.Integer(), nullable=False),
        sa.Column("release_by", UtcDateTime(), nullable=True),
        sa.Column("told_at", UtcDateTime(), nullable=False),
        sa.Column("clear_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_reporting_window_id_length")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_reporting_window_starts_before_it_ends")),
        sa.CheckConstraint("k >= 2", name=op.f("ck_reporting_window_k")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reporting_window")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "counted_record",
        sa.Column("series", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("subject_id", sa.LargeBinary(), nullable=False),
        sa.Column("window_id", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["window_id"], ["reporting_window.id"], name=op.f("fk_counted_record_window_id")),
        sa.PrimaryKeyConstraint("series", "subject_id", name=op.f("pk_counted_record")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_counted_record_window_id"), "counted_record", ["window_id", "series"])


def _releases() -> None:
    op.create_table(
        "drawn_release",
        sa.Column("window_id", sa.LargeBinary(), nullable=False),
        sa.Column("drawn_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("why", sa.String(length=20), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("state IN ('drawn','held','sent','set_aside')", name=op.f("ck_drawn_release_state")),
        sa.CheckConstraint("(why IS NULL) = (state != 'set_aside')", name=op.f("ck_drawn_release_why_set_aside")),
        sa.ForeignKeyConstraint(["window_id"], ["reporting_window.id"], name=op.f("fk_drawn_release_window_id")),
        sa.PrimaryKeyConstraint("window_id", name=op.f("pk_drawn_release")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "release_figures",
        sa.Column("window_id", sa.LargeBinary(), nullable=False),
        sa.Column("table", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("catalogue", sa.Integer(), nullable=False),
        sa.Column("figures", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["window_id"], ["drawn_release.window_id"], name=op.f("fk_release_figures_window_id")),
        sa.PrimaryKeyConstraint("window_id", "table", name=op.f("pk_release_figures")),
        sqlite_with_rowid=False,
    )
