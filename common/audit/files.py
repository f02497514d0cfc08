"""How an exported trail is named on the command line, and what is said of one."""

from pathlib import Path
from typing import Annotated, Any

import typer

from common.errors import InvalidRequest

ExportedFile = Annotated[
    Path | None, typer.Option("--file", metavar="FILE", help="A file of `audit export`; give the trail's key too.")
]
TrailKey = Annotated[
    str | None, typer.Option("--key", help="The trail's public key, as `audit verify` printed it; kept from before.")
]


def both_given(file: Path | None, key: str | None) -> tuple[Path, str]:
    """Give a file and its key; raises InvalidRequest when one is missing."""
    if file is None or key is None:
        raise InvalidRequest("--file and --key go together: the key must come from elsewhere than the file")
    return file, key


def exported_lines(told: dict[str, Any], name: str) -> list[str]:
    """Say what was exported, and how it is proved; a part of the trail is not."""
    count = f"{told['lines']} lines in {name}"
    if not told.get("key"):
        return [count]
    return [
        count,
        f"An auditor proves it anywhere: audit verify --file {name} --key {told['key']}",
        "Give the key by another way than the file.",
    ]
