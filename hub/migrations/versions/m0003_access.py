"""Users and sessions; the audit trail becomes a tree, with a leaf for each line that is there."""

import sqlalchemy as sa
from alembic import op

from common.access.first_tables import create_access_tables
from common.audit.entry import Entry, entry_leaf
from common.storage.columns import UtcDateTime

revision = "0003"
down_revision = "0002"

_PAGE = 10_000


def upgrade() -> None:
    create_access_tables()
    with op.batch_alter_table("audit_entry") as table:
        table.add_column(sa.Column("version", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("digest", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("leaf_hash", sa.LargeBinary(), nullable=True))
    op.create_table(
        "audit_tree",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_tree")),
    )
    op.create_table(
        "audit_checkpoint",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_audit_checkpoint")),
    )
    _plant()
    with op.batch_alter_table("audit_entry") as table:
        table.alter_column("version", existing_type=sa.BigInteger(), nullable=False)
        table.alter_column("digest", existing_type=sa.LargeBinary(), nullable=False)
        table.alter_column("leaf_hash", existing_type=sa.LargeBinary(), nullable=False)
        table.create_index(op.f("ix_audit_entry_subject"), ["subject"])


def _plant() -> None:
    """Give each line that is there its leaf. The hub signs the tree when it next starts: it has the key."""
    entries = sa.table(
        "audit_entry",
        sa.column("sequence", sa.BigInteger()),
        sa.column("at", UtcDateTime()),
        *(sa.column(name, sa.String()) for name in ("actor", "action", "subject", "outcome")),
        sa.column("version", sa.BigInteger()),
        sa.column("digest", sa.LargeBinary()),
        sa.column("leaf_hash", sa.LargeBinary()),
    )
    connection, last = op.get_bind(), 0
    query = sa.select(entries).order_by(entries.c.sequence).limit(_PAGE)
    change = (
        sa.update(entries)
        .where(entries.c.sequence == sa.bindparam("of"))
        .values(version=0, digest=b"", leaf_hash=sa.bindparam("leaf"))
    )
    while rows := connection.execute(query.where(entries.c.sequence > last)).all():
        leaves = [{"of": row.sequence, "leaf": entry_leaf(row.sequence, row.at, _entry(row))} for row in rows]
        connection.execute(change, leaves)
        last = rows[-1].sequence


def _entry(row: sa.Row[tuple[object, ...]]) -> Entry:
    return Entry(row.actor, row.action, row.subject, row.outcome)
