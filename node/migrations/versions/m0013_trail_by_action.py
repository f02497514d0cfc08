"""The audit trail, found by what was done: an index over its lines."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the index."""
    op.create_index(op.f("ix_audit_entry_action"), "audit_entry", ["action"])
