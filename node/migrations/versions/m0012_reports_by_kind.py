"""What left, found by its kind: an index over the outbox."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the index."""
    op.create_index(op.f("ix_outbox_kind"), "outbox", ["kind", "stream_id", "sequence", "outcome"])
