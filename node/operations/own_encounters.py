"""Which encounter is meant, and whose it is: a supporter reaches nothing but their own (TRUST.md i03).

1. An encounter is named by the last digits of its id, as a list shows them, or by `last`: what one logged last.
2. Another supporter's encounter and one that does not exist are refused in the same words, and both stand in the trail.
"""

from sqlalchemy import Connection

from common.access.person import Person
from common.access.roles import Action
from common.errors import InvalidRequest, NotFound
from common.short_ids import hex_digits
from node.opened import OpenNode
from node.operations.refusing import refuse
from node.persistence import encounter_ids
from node.persistence.bodies import subject_of
from node.persistence.encounter_tables import TABLE

_FEWEST_DIGITS = 4
_NOT_YOURS = "there is no such encounter of yours"
_NO_SUPPORTER = (
    "you are no supporter on this node's roster: an operator links your user to one, with `holdfast node user link`"
)


def own_id(node: OpenNode, person: Person, action: Action, said: object) -> bytes:
    """Give the id of the own encounter that is meant; anybody else's, and none, are refused alike."""
    supporter_id = own_supporter(node, person, action)
    found = node.read(lambda connection: meant(connection, said, supporter_id))
    if not found and said == "last":
        raise NotFound("you have logged no encounter yet")
    if not found:
        others = node.read(lambda connection: meant(connection, said, None))
        about = subject_of(TABLE, others[0]) if others else f"{TABLE} {hex_digits(str(said))}"
        refuse(node, person, action, about.strip(), _NOT_YOURS)
    return only(found)


def own_supporter(node: OpenNode, person: Person, action: Action) -> bytes:
    """Give who of the roster asks; a user who is none is refused."""
    if person.supporter_id is None:
        refuse(node, person, action, "", _NO_SUPPORTER)
    return person.supporter_id


def meant(connection: Connection, said: object, supporter_id: bytes | None) -> list[bytes]:
    """Find what the words typed may mean, of one supporter or of all; raises InvalidRequest where it names nothing."""
    if said == "last" and supporter_id is not None:
        last = encounter_ids.find_last_id(connection, supporter_id)
        return [] if last is None else [last]
    digits = hex_digits(str(said))
    if len(digits) < _FEWEST_DIGITS:
        raise InvalidRequest("encounter: give its reference, the 8 digits that the list shows, or `last`")
    return encounter_ids.list_ids(connection, digits, supporter_id, 2)


def only(found: list[bytes]) -> bytes:
    """Give what was found when it is one; raises InvalidRequest."""
    if len(found) > 1:
        raise InvalidRequest("encounter: several have this reference: give the whole id, as --json shows it")
    return found[0]
