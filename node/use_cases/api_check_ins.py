"""Check-ins that another system of the agency asks for: each made once, and told of to whom made it alone.

1. The caller names each with a key of its own. The same key and the same words again give the same check-in; the same
   key with other words is refused.
2. What was asked for is kept as a blind index, and emptied with the check-in: it tells nobody anything.
3. Nobody owns it yet: it stands on the coordinator's list.
4. Whoever made one learns whether it is open or ended, and nothing else of it.
"""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import Connection

from common.access.roles import Action
from common.errors import AlreadyExists, NotFound, WrongState
from node.domain.api_token import ApiToken
from node.domain.jurisdiction import Pack
from node.domain.member import read_code
from node.persistence import api_tokens, local_follow_ups, members
from node.persistence.api_tokens import MadeCheckIn
from node.persistence.bodies import Flagged
from node.use_cases.doing import Doing
from node.use_cases.local_follow_ups import NewFollowUp, open_follow_ups
from node.vault.vault import Vault

NOT_YOURS = "this token made no such check-in"


@dataclass(frozen=True)
class Asked:
    """What a call asks for.

    Args:
        key: the caller's own, by which it knows the call again.
        member: a member's code.
        incident_id: of an incident that this node knows.
        reference: of the region's follow-up.
    """

    key: str
    due_at: datetime
    member: str
    incident_id: bytes | None = None
    reference: str | None = None

    def said(self) -> str:
        """Say it in one way, for the index (2)."""
        incident = "" if self.incident_id is None else self.incident_id.hex()
        return "\n".join((self.due_at.isoformat(), read_code(self.member) or "", incident, self.reference or ""))


def create_check_in(
    connection: Connection, vault: Vault, token: ApiToken, asked: Asked, pack: Pack, zone: tzinfo, now: datetime
) -> tuple[bytes, bool]:
    """Open a check-in, once; give its id, and whether this call made it.

    Raises:
        AlreadyExists: the key was used with other words (1).
        NotFound: no member has that code.
        WrongState: the member's record cannot be believed.
    """
    key_index = vault.blind("api.key", f"{token.id.hex()}\n{asked.key}")
    asked_index = vault.blind("api.asked", asked.said())
    made = api_tokens.find_made(connection, key_index)
    if made is not None:
        if made.asked_index not in (asked_index, None):
            raise AlreadyExists("this Idempotency-Key was used for another check-in: nothing was done")
        return made.id, False
    member_id = _member(connection, vault, asked.member)
    doing = Doing(token.actor, token.id, Action.ASSIGN_FOLLOW_UP, now)
    new = NewFollowUp(asked.due_at, None, member_id, incident_id=asked.incident_id, hub_reference=asked.reference)
    [opened] = open_follow_ups(connection, vault, doing, [new], pack, zone)  # 3
    api_tokens.add_made(connection, MadeCheckIn(opened.id, token.id, key_index, asked_index))
    return opened.id, True


def is_open(connection: Connection, vault: Vault, token: ApiToken, check_in_id: bytes) -> bool:
    """Tell whether a check-in that this token made is still owed (4).

    Raises:
        NotFound: this token made none of that id.
        WrongState: the record cannot be believed.
    """
    if api_tokens.find_made_by(connection, token.id, check_in_id) is None:
        raise NotFound(NOT_YOURS)
    stored = local_follow_ups.find_follow_up(connection, vault, check_in_id)
    if stored is None or (isinstance(stored.follow_up, Flagged) and stored.follow_up.is_erased):
        return False
    if isinstance(stored.follow_up, Flagged):
        raise WrongState("this check-in cannot be read as it was stored: tell the coordinator")
    return stored.follow_up.is_open


def _member(connection: Connection, vault: Vault, said: str) -> bytes:
    code = read_code(said)
    stored = None if code is None else members.find_by_code(connection, vault, code)
    if stored is None:
        raise NotFound("no member of this node has that code")
    if isinstance(stored.member, Flagged):
        raise WrongState("the member's record cannot be read as it was stored: tell the coordinator")
    return stored.id
