"""Backups, as the operator who holds the machine asks for them.

Source: DESIGN.md 6, "At rest"; TRUST.md e03.
"""

from pathlib import Path
from typing import Any

from common.errors import HoldfastError, InvalidRequest, NotFound
from node.backups.form import RECORDS, find_backups, read_manifest
from node.backups.making import make_backup
from node.backups.present_keys import folder_of
from node.backups.restoring import verify_backup
from node.opened import OpenNode
from node.operations.guarded import progress_of
from node.persistence.backups import find_state


def make(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Make a backup; runs beside the thread that writes."""
    backup = make_backup(node, _folder(arguments), progress_of(arguments))
    answer = {"backup": str(backup), "bytes": (backup / RECORDS).stat().st_size}
    return answer | {"is_in_backup_folder": backup.parent == folder_of(node)}


def list_(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """List the backups of a folder, the newest first."""
    folder = _folder(arguments) or folder_of(node)
    if folder is None:
        raise InvalidRequest("which folder? Name it, or set backup_folder in node.toml")
    return [_line(backup) for backup in reversed(find_backups(folder))]


def verify(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Check a backup as a restore would: one that is named by its path, or one of the settings' folder by its name."""
    named = arguments.get("name")
    backup = Path(str(arguments["backup"])) if named is None else _of_folder(node, str(named))
    checked = verify_backup(backup, node.keys.unwrapped, progress_of(arguments))
    alive = sum(key.wrapped is not None for key in checked.keys)
    return {"backup": checked.backup.name, "made_at": checked.manifest.made_at, "data_keys": alive}


def standing(node: OpenNode) -> dict[str, Any]:
    """Tell how the backups stand, for the status and the doctor."""
    found, now = node.read(find_state), node.clock.now()
    return {
        "folder": node.settings.backup_folder,
        "made_at": None if found.made_at is None else found.made_at.isoformat(),
        "age_s": None if found.made_at is None else max(0, round((now - found.made_at).total_seconds())),
        "is_erasure_due": found.is_due,
    }


def _of_folder(node: OpenNode, name: str) -> Path:
    folder = folder_of(node)
    found = [] if folder is None else [backup for backup in find_backups(folder) if backup.name == name]
    if not found:
        raise NotFound("there is no such backup in the folder any more: look at the list again")
    return found[0]


def _folder(arguments: dict[str, Any]) -> Path | None:
    said = str(arguments.get("folder") or "")
    return Path(said) if said else None


def _line(backup: Path) -> dict[str, Any]:
    try:
        manifest = read_manifest(backup)
    except HoldfastError as error:
        return {"backup": backup.name, "made_at": None, "bytes": None, "schema_revision": None, "wrong": str(error)}
    return {
        "backup": backup.name,
        "made_at": manifest.made_at,
        "bytes": manifest.records.size,
        "schema_revision": manifest.schema_revision,
        "wrong": None,
    }
