"""Requests for a peer, the rota, notices to people, feedback."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Change nothing yet."""
