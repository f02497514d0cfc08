"""Encounters that a list shows by what is sealed: records are opened in the list's order until there are enough.

1. One query gives each record's body together with its wrapped key, and no row is read after the last that is needed.
2. A body is parsed where a wanted word of each field stands in it. It has one form (bodies.py, 1): what does not stand
   there is not said.
3. One that does not open may be what is wanted, so it counts as found: whoever looks is told.
4. What was opened ends with the call. What is shown is opened again, and checked against the trail.

Source: DESIGN.md 6, "At rest"; TRUST.md t03.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from node.persistence.bodies import Flagged, Sealed, read_content, to_json, unsealed
from node.persistence.data_keys import wrapped_of
from node.persistence.encounter_tables import ENCOUNTER, NEWEST, TABLE, VERSION
from node.persistence.encounters import Span, in_span
from node.vault.vault import Vault

_AT_ONCE = 50  # rows taken from the database before they are opened

Words = Mapping[str, frozenset[Any]]


@dataclass(frozen=True)
class Matches:
    """What was found, in the order of the list.

    Args:
        opened_last: where the search goes on that ended at its bound; None where it found enough, or came to the end.
    """

    ids: list[bytes]
    opened_last: bytes | None = None


def find_matches(connection: Connection, vault: Vault, span: Span, wanted: Words, enough: int, most: int) -> Matches:
    """Find the first encounters of a list whose body says what is wanted.

    Args:
        wanted: what a field of the body may be, by its name; of `referrals`, that one of them is among these.
        enough: how many are looked for.
        most: how many are opened at the most.
    """
    query = select(ENCOUNTER.c.id, ENCOUNTER.c.version, VERSION.c.body, wrapped_of(ENCOUNTER.c.id)).select_from(NEWEST)
    texts = [[to_json(word) for word in words] for words in wanted.values()]
    found, opened, last = list[bytes](), 0, None
    with connection.execute(in_span(query, vault, span).limit(most)) as rows:
        for some in rows.partitions(_AT_ONCE):
            for row in some:
                if _is_match(vault, row, wanted, texts):
                    found.append(row[0])
                    if len(found) == enough:
                        return Matches(found)
            opened, last = opened + len(some), some[-1][0]
    return Matches(found, last if opened == most else None)


def _is_match(vault: Vault, row: Row[Any], wanted: Words, texts: list[list[bytes]]) -> bool:
    id_, version, body, wrapped = tuple(row)
    plain = unsealed(vault, TABLE, Sealed(id_, version, body), wrapped)
    if isinstance(plain, Flagged):
        return True  # 3
    if not all(any(text in plain for text in each) for each in texts):
        return False  # 2
    content = read_content(plain)
    return isinstance(content, Flagged) or all(
        not allowed.isdisjoint(content[name]) if name == "referrals" else content[name] in allowed
        for name, allowed in wanted.items()
    )
