"""An agency's sheet on its way into a node, and its records on their way out, as a coordinator has them."""

import csv
from pathlib import Path
from typing import Any

from common.access.roles import Role
from node.opened import OpenNode
from node.operations.exports import export
from node.operations.imports import import_
from tests.local_node import person

COORDINATOR = person(Role.COORDINATOR)
HEADING = "Date,Peer,Employee,Reason\n"


def imported(node: OpenNode, file: Path, **arguments: Any) -> dict[str, Any]:
    """Import a file as a coordinator."""
    answer: dict[str, Any] = import_(node, COORDINATOR, {"file": str(file), **arguments})
    return answer


def exported(node: OpenNode, kind: str, file: Path, **arguments: Any) -> list[dict[str, str]]:
    """Export records, and read them back."""
    export(node, COORDINATOR, {"kind": kind, "file": str(file), **arguments})
    with file.open(newline="", encoding="utf-8-sig") as text:
        return list(csv.DictReader(text))


def sheet_file(folder: Path, text: str, name: str = "sheet.csv") -> Path:
    """Write a file, and give its path."""
    path = folder / name
    path.write_text(text, "utf-8")
    return path
