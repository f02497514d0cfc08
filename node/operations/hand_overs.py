"""Shift hand-over: a supporter's own shift, and for a coordinator anybody's.

Source: DOMAIN.md 3, "Shift hand-over".
"""

from typing import Any

from sqlalchemy import Connection

from common.access.person import Person
from node.domain.hand_over import HandOver
from node.domain.local_follow_up import LocalFollowUp
from node.domain.local_number import CHECK_IN, code_of, read_number
from node.opened import OpenNode
from node.operations.check_in_words import Shown
from node.operations.check_ins import ASSIGN, SEE_OWN, WORK_OWN, Do, own_id
from node.operations.guarded import Guarded
from node.operations.typed import flag_of, list_of
from node.persistence import hand_overs, local_follow_ups
from node.use_cases import hand_overs as use_case
from node.use_cases.doing import Doing
from node.use_cases.supporters import get_by_name


def _hand_over(is_own: bool) -> Do:
    action = WORK_OWN if is_own else ASSIGN

    def do(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
        """Hand all open check-ins over, or some."""
        own = own_id(node, person, action) if is_own else None
        doing = Doing.of(person, action, node.clock.now())
        numbers = None
        if not flag_of(arguments, "all"):
            said = list_of(arguments.get("check_ins", []), "check-in")
            numbers = [read_number(CHECK_IN, each, "check-in") for each in said]

        def write(connection: Connection) -> Any:
            giver = own or get_by_name(connection, node.vault, str(arguments.get("from"))).id
            receiver = get_by_name(connection, node.vault, str(arguments.get("to"))).id
            made, moved, warnings = use_case.hand_over(
                connection, node.vault, doing, giver, receiver, numbers, node.settings.pack, node.settings.zone
            )
            return _shown(Shown(node, connection), made, moved) | {"warnings": warnings}

        return node.write("hand_over", write)

    return do


def _handed(is_own: bool) -> Do:
    action = SEE_OWN if is_own else ASSIGN

    def do(node: OpenNode, person: Person, _: dict[str, Any]) -> Any:
        """List the hand-overs of a week: those that one gave or got, or all."""
        own = own_id(node, person, action) if is_own else None
        since = node.clock.now() - use_case.SHOWN_FOR

        def read(connection: Connection) -> Any:
            shown, rows = Shown(node, connection), []
            for made in hand_overs.list_hand_overs(connection, since, own):
                items = local_follow_ups.numbers_of(connection, [id_ for id_, _ in made.items])
                rows.append(shown.hand_over(made, [code_of(CHECK_IN, number) for number in items]))
            return rows

        return node.read(read)

    return do


def _undo(is_own: bool) -> Do:
    action = WORK_OWN if is_own else ASSIGN

    def do(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
        """Undo a hand-over within its hour: the one that is named, or the newest."""
        own = own_id(node, person, action) if is_own else None
        doing = Doing.of(person, action, node.clock.now())

        def write(connection: Connection) -> Any:
            made = use_case.get_hand_over(connection, doing, own, str(arguments.get("hand_over") or ""))
            undone = use_case.undo(connection, node.vault, doing, made)
            told = _shown(Shown(node, connection), made, undone.back)
            return told | {"stayed": [each.code for each in undone.stayed]}

        return node.write("hand_over", write)

    return do


OPERATIONS: dict[str, Guarded] = {
    "own_followups_hand_over": Guarded(WORK_OWN, _hand_over(True)),
    "own_followups_handed": Guarded(SEE_OWN, _handed(True)),
    "own_followups_undo": Guarded(WORK_OWN, _undo(True)),
    "check_ins_hand_over": Guarded(ASSIGN, _hand_over(False)),
    "check_ins_handed": Guarded(ASSIGN, _handed(False)),
    "check_ins_undo": Guarded(ASSIGN, _undo(False)),
}


def _shown(shown: Shown, made: HandOver, moved: "list[LocalFollowUp] | tuple[LocalFollowUp, ...]") -> dict[str, Any]:
    return shown.hand_over(made, [each.code for each in moved])
