"""`holdfast node today`: what a coordinator should see to, in one read."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from common.access.person import Person
from common.access.roles import Action
from node.domain.local_follow_up import LocalFollowUp
from node.domain.release import read_mode
from node.opened import OpenNode
from node.operations.check_in_plans import create_due_check_ins
from node.operations.check_in_words import Shown
from node.operations.guarded import Guarded
from node.operations.typed import flag_of, iso
from node.use_cases import today as use_case
from node.use_cases.releases import list_waiting


def today(node: OpenNode, _: Person, arguments: dict[str, Any]) -> Any:
    """Give everything that is due, late, unassigned, lapsing or waiting; no member stands in it."""
    now, settings, is_brief = node.clock.now(), node.settings, flag_of(arguments, "brief")
    create_due_check_ins(node)

    def read(connection: Connection) -> Any:
        use_case.keep_loads(connection, node.vault, now)
        found = use_case.today(
            connection,
            node.vault,
            settings.pack,
            settings.zone,
            timedelta(days=settings.high_load_days),
            now,
            has_hub=node.has_hub,
            is_brief=is_brief,
        )
        return _plain(node, connection, found) | {"counts": _counts(node, connection)}

    return node.write("today", read)


def keep_care(node: OpenNode) -> None:
    """Open check-ins whose time has come, and take down whose caseload is full: a step of the scheduler."""
    now = node.clock.now()
    create_due_check_ins(node)
    node.write("today", lambda connection: use_case.keep_loads(connection, node.vault, now))


OPERATIONS: dict[str, Guarded] = {"today": Guarded(Action.ASSIGN_FOLLOW_UP, today)}


def _counts(node: OpenNode, connection: Connection) -> list[dict[str, Any]]:
    """Give the periods whose counts wait to leave."""
    waiting = list_waiting(connection, read_mode(node.settings.release_mode))
    return [{"period": window.label, "leaves_at": None if at is None else iso(node, at)} for window, at in waiting]


def _plain(node: OpenNode, connection: Connection, found: use_case.Today) -> dict[str, Any]:
    shown = Shown(node, connection)

    def rows(some: Iterable[LocalFollowUp]) -> list[dict[str, Any]]:
        return [
            {"check_in": each.code, "owner": shown.owner(each.supporter_id), "due_at": iso(node, each.due_at)}
            for each in some
        ]

    return {
        "overdue": rows(found.overdue),
        "due": rows(found.due),
        "unassigned": rows(found.unassigned),
        "flagged": found.flagged,
        "high_load": [vars(each) | {"since": iso(node, each.since)} for each in found.high_loads],
        "training": [
            {"supporter": each.supporter, "topic": each.topic.value, "expires_on": each.expires_on.isoformat()}
            for each in found.lapsing
        ],
        "policies": [{"supporter": code, "outstanding": list(some)} for code, some in found.policies.items()],
        "disclosure_notices": [iso(node, at) for at in found.notices_owed],
        "without_first_notice": found.without_first_notice,
        "resources": [{"resource": each.code, "name": each.name} for each in found.resources],
        "offers": [{"reference": each.reference, "accept_by": iso(node, each.accept_by)} for each in found.offers],
    }
