"""A node with people on its roster, and encounters; valid by default."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Any

from common.access.person import Person
from common.access.roles import Action, Role
from node.domain.encounter import (
    ActivationType,
    Duration,
    Encounter,
    Mode,
    RecipientClass,
    Referral,
    SupportKind,
)
from node.domain.member import Member
from node.domain.supporter import Supporter
from node.opened import OpenNode
from node.persistence.encounters import Span, StoredEncounter
from node.use_cases import encounters, members, supporters
from node.use_cases.encounters import NewEncounter, Page
from tests.builders import NOON
from tests.local_node import person

EVERY = Span()


def encounter(supporter_id: bytes, **changes: Any) -> Encounter:
    """A contact an hour ago."""
    values: dict[str, Any] = {
        "occurred_at": NOON - timedelta(hours=1),
        "kind": SupportKind.WORK_STRESS,
        "activation_type": ActivationType.SELF_REFERRAL,
        "recipient_class": RecipientClass.SWORN_OR_UNIFORMED,
        "mode": Mode.IN_PERSON,
        "duration": Duration.FROM_15,
        "participants": 1,
        "referrals": (Referral.NONE,),
    }
    return Encounter(supporter_id=supporter_id, **(values | changes))


@dataclass(frozen=True)
class Somebody:
    """A supporter who is signed in."""

    person: Person
    supporter_id: bytes


def supporter(node: OpenNode, name: str = "casey", *roles: Role, **fields: Any) -> Somebody:
    """Record a supporter who is a user too."""
    given = [Supporter("", name, designated_on=date(2025, 1, 1), **fields)]
    made = node.write(
        "s", lambda c: supporters.add_supporters(c, node.vault, "user kim", Action.CHANGE_ROSTER, given, NOON)
    )
    return Somebody(person(Role.SUPPORTER, *roles, name=name, supporter_id=made[0].id), made[0].id)


def member(node: OpenNode, name: str = "Ann Ek", **fields: Any) -> bytes:
    """Record a member."""
    given = [Member("", name, **fields)]
    return node.write("m", lambda c: members.add_members(c, node.vault, "user kim", Action.CHANGE_ROSTER, given, NOON))[
        0
    ].id


def added(node: OpenNode, by: Somebody, *told: Encounter) -> list[bytes]:
    """Store encounters as an import does, and give their ids."""
    rows = [NewEncounter(each) for each in told]
    return node.write("e", lambda c: encounters.add_encounters(c, node.vault, rows, by.person, NOON))


def listed(node: OpenNode, **options: Any) -> Sequence[Any]:
    """List the newest encounters."""
    span = Span(**options)
    return node.read(lambda c: encounters.list_page(c, node.vault, span, {})).rows


def log(node: OpenNode, by: Somebody, told: Encounter) -> StoredEncounter:
    """Log an encounter as its supporter does."""
    return node.write(
        "e", lambda c: encounters.log_encounter(c, node.vault, by.person, told, node.settings.pack, UTC, NOON)
    )


def change(node: OpenNode, by: Somebody, of: StoredEncounter, **changes: Any) -> StoredEncounter:
    """Correct an encounter five minutes later."""
    now = NOON + timedelta(minutes=5)
    return node.write(
        "e",
        lambda c: encounters.change_encounter(c, node.vault, by.person, of.id, changes, node.settings.pack, UTC, now),
    )


def page(node: OpenNode, span: Span = EVERY, limit: int = 50, **wanted: Any) -> Page:
    """List a page of encounters, those with these words."""
    allowed = {name: frozenset(words) for name, words in wanted.items()}
    return node.read(lambda c: encounters.list_page(c, node.vault, span, allowed, limit))
