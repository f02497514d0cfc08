"""Check-ins: a supporter's own, and for a coordinator everybody's.

1. A supporter reaches nothing but their own: another's is refused, and the refusal is recorded.
2. What is changed is what was looked at: whose it is was read at a version, and the change holds on that version alone.

Source: DOMAIN.md 2, 3; TRUST.md i03.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from common.access.person import Person
from common.access.roles import Action
from common.errors import InvalidRequest
from common.followup.reference import read_reference
from node.domain import local_follow_up as rules
from node.domain.check_in_plan import goes_on_after
from node.domain.hand_over import check_receiver
from node.domain.local_follow_up import LocalFollowUp, Outcome, check_seen
from node.domain.local_number import CHECK_IN, read_number
from node.domain.words import read_word
from node.opened import OpenNode
from node.operations.check_in_words import Shown
from node.operations.guarded import Guarded
from node.operations.refusing import refuse
from node.operations.typed import due_of, flag_of, seen_version_of
from node.persistence import local_follow_ups
from node.persistence.bodies import Flagged, subject_of
from node.persistence.local_follow_up_tables import TABLE
from node.persistence.local_follow_ups import StoredFollowUp
from node.use_cases import check_in_plans
from node.use_cases import local_follow_ups as use_case
from node.use_cases.activations import get_incident
from node.use_cases.doing import Doing
from node.use_cases.local_follow_ups import NewFollowUp
from node.use_cases.local_owners import get_receiver
from node.use_cases.members import get_by_code
from node.use_cases.supporters import get_by_name

Arguments = dict[str, Any]
Do = Callable[[OpenNode, Person, Arguments], Any]
MOST_LISTED = 500
_ID_BYTES = 16
SEE_OWN, WORK_OWN, ASSIGN = Action.SEE_OWN_FOLLOW_UPS, Action.WORK_OWN_FOLLOW_UP, Action.ASSIGN_FOLLOW_UP


def own_id(node: OpenNode, person: Person, action: Action) -> bytes:
    """Give which supporter somebody is; refuses who is none."""
    if person.supporter_id is None:
        refuse(node, person, action, "", "you are not linked to a supporter of the roster: ask the coordinator")
    return person.supporter_id


def _list(action: Action) -> Do:
    def do(node: OpenNode, person: Person, arguments: Arguments) -> Any:
        """List open check-ins, the first due first."""
        own = own_id(node, person, action) if action is SEE_OWN else None
        said = arguments.get("reference")
        reference = None if said is None else read_reference(str(said))
        limit, after = _page(arguments)

        def read(connection: Connection) -> Any:
            of = own
            if own is None and arguments.get("supporter"):
                of = get_by_name(connection, node.vault, str(arguments["supporter"])).id
            incident = get_incident(connection, arguments["incident"]).id if arguments.get("incident") else None
            found = local_follow_ups.list_follow_ups(
                connection,
                node.vault,
                supporter_id=of,
                is_unassigned=own is None and flag_of(arguments, "unassigned"),
                incident_id=incident,
                hub_reference=reference,
                has_ended=flag_of(arguments, "ended"),
                after=after,
                limit=limit,
            )
            return Shown(node, connection).rows(person, action, found)

        return node.write("check_ins", read)  # a read of members' records is recorded

    return do


def _show(action: Action) -> Do:
    def do(node: OpenNode, person: Person, arguments: Arguments) -> Any:
        """Give one check-in, with every version of it."""
        stored = _held(node, person, action, arguments)

        def read(connection: Connection) -> Any:
            shown = Shown(node, connection)
            versions = local_follow_ups.list_versions(connection, node.vault, stored.id)
            [newest, *every] = shown.rows(person, action, [stored, *versions])
            told = ("version", "written_at", "state", "owner", "due_at", "member", "reference", "outcome", "flag")
            return newest | {"versions": [{name: each[name] for name in told} for each in every]}

        return node.write("check_ins", read)

    return do


def _open(action: Action) -> Do:
    def do(node: OpenNode, person: Person, arguments: Arguments) -> Any:
        """Open a check-in: one's own, or as a coordinator for a supporter or nobody yet."""
        now, zone = node.clock.now(), node.settings.zone
        own = own_id(node, person, action) if action is WORK_OWN else None
        said = arguments.get("reference")
        reference = None if said is None else read_reference(str(said))
        due_at = None if arguments.get("due") is None else due_of(node, arguments["due"], "due")
        if due_at is not None and due_at < now:
            raise InvalidRequest("due: lies in the past")

        def write(connection: Connection) -> Any:
            owner, doing = own, Doing.of(person, action, now)
            if own is None and arguments.get("supporter"):
                owner = get_by_name(connection, node.vault, str(arguments["supporter"])).id
            about = arguments.get("member")
            member_id = None if about is None else get_by_code(connection, node.vault, str(about)).id
            due = due_at or use_case.due_by_cadence(connection, 0, zone, now)
            new = NewFollowUp(due, owner, member_id, hub_reference=reference)
            [opened] = use_case.open_follow_ups(connection, node.vault, doing, [new], node.settings.pack, zone)
            return Shown(node, connection).one(person, action, opened)

        return node.write("check_ins", write)

    return do


def _change(action: Action) -> Do:
    def do(node: OpenNode, person: Person, arguments: Arguments) -> Any:
        """Record that one was made, close it, open it again, give it another day, link it to the region's."""
        step, now = _step(node, arguments), node.clock.now()
        stored = _held(node, person, action, arguments)
        is_done, next_due = arguments["verb"] == "done", arguments.get("next_due")
        next_at = None if next_due is None else due_of(node, next_due, "next_due")
        wants_next = is_done and (next_at is not None or flag_of(arguments, "by_cadence"))

        def write(connection: Connection) -> Any:
            doing, shown = Doing.of(person, action, now), Shown(node, connection)
            changed = use_case.change(connection, node.vault, doing, stored.id, stored.version, step)
            told = shown.one(person, action, changed) | {"next": None, "plan_ended": False}
            if wants_next:
                following = use_case.open_next(
                    connection, node.vault, doing, changed, next_at, node.settings.pack, node.settings.zone
                )
                told["next"] = shown.one(person, action, following)
            told["plan_ended"] = _ends_plan(node, connection, doing, changed)
            return told

        return node.write("check_ins", write)

    return do


def assign(node: OpenNode, person: Person, arguments: Arguments) -> Any:
    """Give a check-in to a supporter, or back to the coordinator's list."""
    now, zone = node.clock.now(), node.settings.zone
    stored = _held(node, person, ASSIGN, arguments)

    def write(connection: Connection) -> Any:
        said, held = arguments.get("supporter"), use_case.intact(stored)
        owner = None if said is None else get_by_name(connection, node.vault, str(said)).id
        warnings: list[str] = []
        if owner is not None:
            receiver = get_receiver(connection, node.vault, owner, [held], zone, now)
            warnings = check_receiver(receiver, [held], node.settings.pack)
        doing = Doing.of(person, ASSIGN, now)
        changed = use_case.change(
            connection, node.vault, doing, held.id, held.version, lambda it: rules.assigned(it, owner)
        )
        return Shown(node, connection).one(person, ASSIGN, changed) | {"warnings": warnings}

    return node.write("check_ins", write)


OPERATIONS: dict[str, Guarded] = {
    "own_followups": Guarded(SEE_OWN, _list(SEE_OWN)),
    "own_followup": Guarded(SEE_OWN, _show(SEE_OWN)),
    "own_followup_open": Guarded(WORK_OWN, _open(WORK_OWN)),
    "own_followup_change": Guarded(WORK_OWN, _change(WORK_OWN)),
    "check_ins": Guarded(ASSIGN, _list(ASSIGN)),
    "check_in": Guarded(ASSIGN, _show(ASSIGN)),
    "check_in_open": Guarded(ASSIGN, _open(ASSIGN)),
    "check_in_change": Guarded(ASSIGN, _change(ASSIGN)),
    "check_in_assign": Guarded(ASSIGN, assign),
}


def _held(node: OpenNode, person: Person, action: Action, arguments: Arguments) -> StoredFollowUp:
    """Fetch the one that is meant, when this person may reach it, and at the version that they saw (1, 2)."""
    number = read_number(CHECK_IN, arguments.get("check_in"), "check-in")
    stored = node.read(lambda connection: use_case.get_by_number(connection, node.vault, number))
    if action is not ASSIGN and stored.supporter_id != own_id(node, person, action):
        refuse(node, person, action, subject_of(TABLE, stored.id), "it is not yours: it may have been handed over")
    if not isinstance(stored.follow_up, Flagged):
        check_seen(stored.follow_up, seen_version_of(arguments))
    return stored


def _page(arguments: Arguments) -> tuple[int, bytes | None]:
    """Read how many are listed at most, and the id of the one after which a list goes on."""
    limit, said = arguments.get("limit", MOST_LISTED), arguments.get("after")
    if type(limit) is not int or not 1 <= limit <= MOST_LISTED:
        raise InvalidRequest(f"limit: must be 1 to {MOST_LISTED}")
    try:
        after = None if said is None else bytes.fromhex(str(said))
    except ValueError:
        after = b""
    if after is not None and len(after) != _ID_BYTES:
        raise InvalidRequest("after: must be the id of a check-in")
    return limit, after


def _step(node: OpenNode, arguments: Arguments) -> use_case.Change:
    verb, now = str(arguments.get("verb")), node.clock.now()
    if verb == "done":
        return lambda held: rules.done(held, now)
    if verb == "close":
        outcome = read_word(Outcome, arguments.get("outcome"), "outcome")
        return lambda held: rules.closed(held, outcome, now)
    if verb == "reopen":
        return lambda held: rules.reopened(held, now)
    if verb == "link":
        reference = read_reference(str(arguments.get("reference")))
        return lambda held: rules.linked(held, reference)
    if verb == "postpone":
        due_at = due_of(node, arguments.get("due"), "due")
        if due_at < now:
            raise InvalidRequest("due: lies in the past")
        return lambda held: rules.postponed(held, due_at)
    raise InvalidRequest("verb: is not one of done, close, reopen, link, postpone")


def _ends_plan(node: OpenNode, connection: Connection, doing: Doing, changed: LocalFollowUp) -> bool:
    """End the plan of somebody who declined, was referred on, or needs no more (check_in_plan, 6)."""
    if changed.is_open or changed.step is None or goes_on_after(changed.outcome):
        return False
    return check_in_plans.ends_with(connection, node.vault, doing, changed)
