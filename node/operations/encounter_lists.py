"""Encounters, listed and shown: to a supporter their own, to a coordinator each coded one."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from common.access.person import Person
from common.access.roles import Action
from common.errors import InvalidRequest, NotFound
from node.domain.encounter import Referral
from node.domain.moments import read_day, start_of
from node.domain.words import read_word
from node.opened import OpenNode
from node.operations.encounter_words import CODED, codes_shown, read_count, read_duration, read_fields, shown
from node.operations.guarded import Guarded
from node.operations.own_encounters import meant, only, own_id, own_supporter
from node.persistence import encounter_ids
from node.persistence import encounters as stored
from node.persistence.encounters import Span
from node.use_cases import encounters, notes, supporters

_OF_BODY = ("duration", "referrals", *CODED)
_MOST_ROWS = 500


def list_own(node: OpenNode, person: Person, said: dict[str, Any]) -> Any:
    """List the encounters of the supporter who asks."""
    own = own_supporter(node, person, Action.SEE_OWN_ENCOUNTERS)
    return _listed(node, person, Action.SEE_OWN_ENCOUNTERS, said, own)


def list_all(node: OpenNode, person: Person, said: dict[str, Any]) -> Any:
    """List every coded encounter, or those of one supporter."""
    return _listed(node, person, Action.SEE_ENCOUNTERS, said, None)


def show_own(node: OpenNode, person: Person, said: dict[str, Any]) -> Any:
    """Show one encounter of the supporter who asks, with every version."""
    id_ = own_id(node, person, Action.SEE_OWN_ENCOUNTERS, said.get("encounter"))
    has_note = node.read(lambda connection: notes.is_written(connection, id_))
    return _shown_whole(node, person, Action.SEE_OWN_ENCOUNTERS, id_) | {"has_note": has_note}


def show_any(node: OpenNode, person: Person, said: dict[str, Any]) -> Any:
    """Show any one encounter, with every version."""
    found = node.read(lambda connection: meant(connection, said.get("encounter"), None))
    if not found:
        raise NotFound("there is no such encounter: `holdfast node encounter list --all` shows them")
    return _shown_whole(node, person, Action.SEE_ENCOUNTERS, only(found))


OPERATIONS: dict[str, Guarded] = {
    "own_encounters": Guarded(Action.SEE_OWN_ENCOUNTERS, list_own),
    "own_encounter": Guarded(Action.SEE_OWN_ENCOUNTERS, show_own),
    "encounters": Guarded(Action.SEE_ENCOUNTERS, list_all),
    "encounter": Guarded(Action.SEE_ENCOUNTERS, show_any),
}


def _listed(node: OpenNode, person: Person, action: Action, said: dict[str, Any], own: bytes | None) -> Any:
    now = node.clock.now()
    limit = encounters.PAGE if said.get("limit") is None else read_count(said["limit"], "limit")
    if not 1 <= limit <= _MOST_ROWS:
        raise InvalidRequest(f"limit: 1 to {_MOST_ROWS}")

    def write(connection: Connection) -> Any:
        span = _span(node, connection, said, own)
        page = encounters.list_page(connection, node.vault, span, _wanted(said), limit)
        encounters.record_reads(connection, person, action, page.rows, now)
        codes = codes_shown(node, connection, list(page.rows))
        return {
            "encounters": [shown(node, row, codes) for row in page.rows],
            "after": None if page.after is None else page.after.hex(),
            "is_whole": page.is_whole,
        }

    return node.write("encounter", write)


def _span(node: OpenNode, connection: Connection, said: dict[str, Any], own: bytes | None) -> Span:
    zone, today = node.settings.zone, node.clock.now().astimezone(node.settings.zone).date()
    fields = read_fields(node, connection, {name: said.get(name) for name in ("incident", "member")}, node.clock.now())
    if own is None and said.get("supporter") is not None:
        own = supporters.get_by_name(connection, node.vault, str(said["supporter"])).id
    days: dict[str, datetime] = {}
    for name in ("since", "until"):
        if said.get(name) is not None:
            days[name] = start_of(read_day(said[name], name, today), zone)
    return Span(
        supporter_id=own,
        member_id=fields.get("member_id"),
        incident_id=fields.get("incident_id"),
        has_void=bool(said.get("void")),
        after=_after(connection, said.get("after"), own),
        **days,
    )


def _after(connection: Connection, said: object, own: bytes | None) -> tuple[datetime, bytes] | None:
    if said is None:
        return None
    found = meant(connection, said, own)
    at = encounter_ids.find_occurred_at(connection, only(found)) if found else None
    if at is None:
        raise InvalidRequest("after: is no encounter of this list")
    return at, found[0]


def _wanted(said: dict[str, Any]) -> dict[str, frozenset[Any]]:
    wanted: dict[str, frozenset[Any]] = {}
    for name in _OF_BODY:
        given = said.get(name)
        if given is not None and given != []:
            each = given if isinstance(given, list) else [given]
            wanted[name] = frozenset(_word(name, word) for word in each[:20])
    return wanted


def _word(name: str, said: object) -> Any:
    if name == "duration":
        return read_duration(said)
    return read_word(Referral if name == "referrals" else CODED[name], said, name)


def _shown_whole(node: OpenNode, person: Person, action: Action, id_: bytes) -> Any:
    now = node.clock.now()

    def write(connection: Connection) -> Any:
        newest = encounters.get_encounter(connection, node.vault, id_)
        versions = stored.list_versions(connection, node.vault, id_)
        encounters.record_reads(connection, person, action, [newest], now)
        codes = codes_shown(node, connection, [newest, *versions])
        return shown(node, newest, codes) | {"versions": [shown(node, each, codes) for each in versions]}

    return node.write("encounter", write)
