"""Local follow-ups, check-ins, resources, disclosures."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Change nothing yet."""
