"""Erases: the data keys are destroyed, what they sealed and what found it is emptied, the trail keeps that it was done.

1. A record under a legal hold is not erased.
2. With a member goes everything about them: encounters and their notes, check-ins, disclosures.
3. What is left outside of the store (its log, the keys beside the backups) is noted as due in the same transaction.

Source: DESIGN.md 6, "At rest"; TRUST.md i04.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from common.access.roles import Action
from common.audit.entry import Entry
from common.errors import WrongState
from node.domain.retention import RecordClass
from node.persistence.audit import TRAIL
from node.persistence.backups import set_due
from node.persistence.data_keys import destroy_keys
from node.persistence.due_records import find_held
from node.persistence.erasing import empty_records, find_about
from node.persistence.retention import list_holds
from node.vault.vault import Vault

_WHAT = {
    "member": "member",
    "encounter": "encounter",
    "local_follow_up": "check-in",
    "check_in_plan": "plan of check-ins",
    "disclosure": "disclosure",
    "first_session_notice": "notice before the first session",
}


def erase(connection: Connection, actor: str, subjects: Sequence[tuple[str, bytes]], now: datetime) -> int:
    """Erase subjects, each given as (table, id); tell how many had a key. Holds were looked at before."""
    ids = [id_ for _, id_ in subjects]
    destroyed = destroy_keys(connection, ids, now)
    empty_records(connection, ids)
    set_due(connection, is_due=True)  # 3
    action = Action.ERASE_RECORD.value
    TRAIL.record_all(connection, now, (Entry(actor, action, f"{table} {id_.hex()}") for table, id_ in subjects))
    return destroyed


def plan_member(connection: Connection, vault: Vault, member_id: bytes) -> dict[str, int]:
    """Tell what would be gone with a member, in words and numbers.

    Raises:
        WrongState: a legal hold keeps the member (1).
    """
    _check_holds(connection, vault, member_id)
    about = find_about(connection, vault, member_id)
    return {_WHAT[table]: len(ids) for table, ids in {"member": [member_id], **about}.items()}


def erase_member(connection: Connection, vault: Vault, actor: str, member_id: bytes, now: datetime) -> dict[str, int]:
    """Erase a member with everything about them (2); raises as `plan_member` does."""
    gone = plan_member(connection, vault, member_id)
    about = find_about(connection, vault, member_id)
    subjects = [("member", member_id), *((table, id_) for table, ids in about.items() for id_ in ids)]
    erase(connection, actor, subjects, now)
    return gone


def is_held(connection: Connection, vault: Vault, member_id: bytes) -> bool:
    """Tell whether a legal hold keeps a member (1)."""
    return bool(find_held(connection, vault, RecordClass.MEMBER, [member_id], list_holds(connection, in_force=True)))


def _check_holds(connection: Connection, vault: Vault, member_id: bytes) -> None:
    if is_held(connection, vault, member_id):
        raise WrongState(
            "a legal hold keeps this member: nothing was erased. `holdfast node hold list` shows it; who placed it "
            "knows when it may be lifted"
        )
