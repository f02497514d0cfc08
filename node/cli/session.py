"""Where `holdfast node` keeps the token of a session."""

from pathlib import Path

from common.access.token_file import TokenFile


def token_file(data: Path) -> TokenFile:
    """Give the file: `$HOLDFAST_NODE_SESSION` when it is set, else in the data directory."""
    return TokenFile(data, "HOLDFAST_NODE_SESSION")
