"""The necessary-disclosure workflow: a clinician's. A supporter may record the notice before a first session.

There is no text to type: codes, times, yes and no.

Source: DOMAIN.md 2, 3; TRUST.md i03.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from common.access.person import Person
from common.access.roles import Action
from common.short_ids import only_one, prefix_typed
from node.domain import disclosure_notice as rules
from node.domain.disclosure_notice import ClosedBecause, Danger, Disclosure, NoticeWay, ToldTo
from node.domain.disclosure_reason import DisclosureReason
from node.domain.local_number import DISCLOSURE, read_number
from node.domain.words import read_word
from node.opened import OpenNode
from node.operations.guarded import Guarded
from node.operations.refusing import refuse
from node.operations.typed import flag_of, iso, moment_of, seen_version_of, words_of
from node.persistence import disclosures, encounter_ids, members
from node.persistence.bodies import Flagged
from node.persistence.disclosures import StoredDisclosure
from node.use_cases import disclosures as use_case
from node.use_cases.disclosures import Told
from node.use_cases.doing import Doing
from node.use_cases.members import get_by_code, record_reads

Arguments = dict[str, Any]
RUN = Action.RUN_DISCLOSURE


def record(node: OpenNode, person: Person, arguments: Arguments) -> Any:
    """Record a disclosure; a reason that the jurisdiction rules out is refused, and the refusal recorded."""
    reason = read_word(DisclosureReason, arguments.get("reason"), "reason")
    told_to = words_of(ToldTo, arguments.get("told"), "told")
    danger = Danger(*(flag_of(arguments, name) for name in ("intent", "plan", "means")))
    pack, zone, now = node.settings.pack, node.settings.zone, node.clock.now()
    at = moment_of(node, arguments.get("at"), "at", now)
    if refusal := rules.why_refused(pack, reason):
        refuse(node, person, RUN, "", refusal)

    def write(connection: Connection) -> Any:
        member_id, encounter_id = _about(node, connection, arguments)
        told = Told(reason, told_to, at, member_id, encounter_id, danger)
        doing, within = Doing.of(person, RUN, now), timedelta(days=node.settings.disclosure_notice_days)
        made = use_case.record(connection, node.vault, doing, told, pack, within, zone)
        return _rows(node, connection, person, [made])[0]

    return node.write("disclosures", write)


def list_(node: OpenNode, person: Person, arguments: Arguments) -> Any:
    """List the open ones, or all."""
    has_closed = flag_of(arguments, "closed")

    def read(connection: Connection) -> Any:
        found = disclosures.list_disclosures(connection, node.vault, has_closed=has_closed)
        return _rows(node, connection, person, found)

    return node.write("disclosures", read)  # a read of members' records is recorded


def show(node: OpenNode, person: Person, arguments: Arguments) -> Any:
    """Give one, with every version."""
    number = _number(arguments)

    def read(connection: Connection) -> Any:
        stored = use_case.get_by_number(connection, node.vault, number)
        versions = disclosures.list_versions(connection, node.vault, stored.id)
        [newest, *every] = _rows(node, connection, person, [stored, *versions])
        return newest | {"versions": every}

    return node.write("disclosures", read)


def notice_given(node: OpenNode, person: Person, arguments: Arguments) -> Any:
    """Record that the person was told in writing."""
    way = read_word(NoticeWay, arguments.get("way"), "way")
    now = node.clock.now()
    at = moment_of(node, arguments.get("at"), "at", now)
    return _changed(node, person, arguments, lambda held: rules.notice_given(held, at, way, now))


def close(node: OpenNode, person: Person, arguments: Arguments) -> Any:
    """Close one for a coded reason."""
    because, now = read_word(ClosedBecause, arguments.get("because"), "because"), node.clock.now()
    return _changed(node, person, arguments, lambda held: rules.closed(held, because, now))


def _first_notice(action: Action) -> Callable[[OpenNode, Person, Arguments], Any]:
    def do(node: OpenNode, person: Person, arguments: Arguments) -> Any:
        """Record that a member was told in writing, before the first session, what stays confidential."""
        way, now = read_word(NoticeWay, arguments.get("way"), "way"), node.clock.now()
        at = moment_of(node, arguments.get("at"), "at", now)

        def write(connection: Connection) -> Any:
            stored, doing = (
                get_by_code(connection, node.vault, str(arguments.get("member"))),
                Doing.of(person, action, now),
            )
            notice = use_case.give_first_notice(connection, node.vault, doing, stored.id, at, way)
            return {"member": _code(stored), "given_at": iso(node, notice.given_at), "way": way.value}

        return node.write("disclosures", write)

    return do


OPERATIONS: dict[str, Guarded] = {
    "disclosure_record": Guarded(RUN, record),
    "disclosure_list": Guarded(RUN, list_),
    "disclosure_show": Guarded(RUN, show),
    "disclosure_notice_given": Guarded(RUN, notice_given),
    "disclosure_close": Guarded(RUN, close),
    "disclosure_first_notice": Guarded(RUN, _first_notice(RUN)),
    "own_first_notice": Guarded(Action.LOG_ENCOUNTER, _first_notice(Action.LOG_ENCOUNTER)),
}


def _changed(node: OpenNode, person: Person, arguments: Arguments, step: Callable[[Disclosure], Disclosure]) -> Any:
    number, seen, doing = _number(arguments), seen_version_of(arguments), Doing.of(person, RUN, node.clock.now())

    def write(connection: Connection) -> Any:
        changed = use_case.change(connection, node.vault, doing, number, seen, step)
        return _rows(node, connection, person, [changed])[0]

    return node.write("disclosures", write)


def _number(arguments: Arguments) -> int:
    return read_number(DISCLOSURE, arguments.get("disclosure"), "disclosure")


def _about(node: OpenNode, connection: Connection, arguments: Arguments) -> tuple[bytes | None, bytes | None]:
    said, typed = arguments.get("member"), arguments.get("encounter")
    member_id = None if said is None else get_by_code(connection, node.vault, str(said)).id
    if typed is None:
        return member_id, None
    digits = prefix_typed(str(typed), "encounter")
    found = encounter_ids.list_ids(connection, digits, None, 2)
    return member_id, only_one(found, digits, "encounter", "there is no encounter {digits}")


def _rows(
    node: OpenNode, connection: Connection, person: Person, found: Sequence[StoredDisclosure | Disclosure]
) -> list[dict[str, Any]]:
    told = [each.disclosure if isinstance(each, StoredDisclosure) else each for each in found]
    about = {each.member_id for each in told if isinstance(each, Disclosure) and each.member_id is not None}
    codes = {id_: _code(each) for id_, each in members.find_members(connection, node.vault, about).items()}
    record_reads(connection, f"user {person.name}", RUN, sorted(about), node.clock.now())
    return [
        {"disclosure": stored.id.hex()[:8], "version": stored.version, "flag": each.because}
        if isinstance(each, Flagged)
        else _row(node, each, codes)
        for stored, each in zip(found, told, strict=True)
    ]


def _row(node: OpenNode, told: Disclosure, codes: dict[bytes, str]) -> dict[str, Any]:
    return {
        "disclosure": told.code,
        "version": told.version,
        "reason": told.reason.value,
        "told": [each.value for each in told.told_to],
        "at": iso(node, told.disclosed_at),
        "member": None if told.member_id is None else codes.get(told.member_id, "erased"),
        "encounter": None if told.encounter_id is None else told.encounter_id.hex(),
        "intent": told.danger.has_intent,
        "plan": told.danger.has_plan,
        "means": told.danger.has_means,
        "jurisdiction": told.jurisdiction,
        "state": told.state.value,
        "notice_due_at": iso(node, told.notice_due_at),
        "notice_given_at": iso(node, told.notice_given_at),
        "notice_way": None if told.notice_way is None else told.notice_way.value,
        "owes_notice": told.owes_notice,
        "overdue": told.owes_notice and told.notice_due_at is not None and told.notice_due_at < node.clock.now(),
        "closed_because": None if told.closed_because is None else told.closed_because.value,
        "flag": None,
    }


def _code(stored: members.StoredMember) -> str:
    return f"{stored.id.hex()[:8]} (flagged)" if isinstance(stored.member, Flagged) else stored.member.code
