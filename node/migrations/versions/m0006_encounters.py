"""Encounters, their versions, and the notes sealed to people."""

import sqlalchemy as sa
from alembic import op

from common.storage.columns import UtcDateTime

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "encounter",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("occurred_at", UtcDateTime(), nullable=False),
        sa.Column("supporter_id", sa.LargeBinary(), nullable=False),
        sa.Column("member_index", sa.LargeBinary(), nullable=True),
        sa.Column("incident_id", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("import_key", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_encounter_id_length")),
        sa.CheckConstraint("state IN ('current', 'void')", name=op.f("ck_encounter_state")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_encounter_version")),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporter.id"], name=op.f("fk_encounter_supporter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_encounter")),
        sa.UniqueConstraint("import_key", name=op.f("uq_encounter_import_key")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_encounter_occurred_at"), "encounter", ["occurred_at", "id"])
    for column in ("supporter_id", "member_index", "incident_id"):
        op.create_index(op.f(f"ix_encounter_{column}"), "encounter", [column, "occurred_at", "id"])
    op.create_table(
        "encounter_version",
        sa.Column("encounter_id", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("author", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_encounter_version_version")),
        sa.ForeignKeyConstraint(["encounter_id"], ["encounter.id"], name=op.f("fk_encounter_version_encounter_id")),
        sa.PrimaryKeyConstraint("encounter_id", "version", name=op.f("pk_encounter_version")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "note",
        sa.Column("encounter_id", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("recipient", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_note_version")),
        sa.ForeignKeyConstraint(["encounter_id"], ["encounter.id"], name=op.f("fk_note_encounter_id")),
        sa.PrimaryKeyConstraint("encounter_id", "version", "recipient", name=op.f("pk_note")),
    )
