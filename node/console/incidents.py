"""Incidents: listed, and one with its live board, the own status, the roster, follow-ups and check-ins.

Source: DOMAIN.md 4.
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.codes import words
from common.web.choices import choices
from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.texts import marked
from common.wire.v1.codes_pb2 import CountBand, DeclineReason
from node.console.link import link_of, wait_for_answer
from node.domain.incident_roster import Presence

router = APIRouter(prefix="/incidents")
MOST_LINES = 100  # of a board: more are shown when asked for
_CLOSED_SHOWN = 20
_BANDS = ("people_exposed", "contacts_made")
_NUMBERS = ("supporters_deployed", "supporters_for_mutual_aid")
_SAID = {  # status -> what was done, said once
    "acknowledged": marked("Told the others: your agency has seen it."),
    "active": marked("Told the others: your team is active."),
    "monitoring": marked("Told the others: your team is monitoring."),
    "stood_down": marked("Told the others: your team has stood down."),
    "declined": marked("Told the others: your agency declines."),
    "unable": marked("Told the others: your agency is unable."),
}


@router.get("")
async def incidents(desk: SignedIn, closed: str = "", number: str = "") -> Response:
    """List the incidents, those that are not closed first; with a number of the agency's own, those that have it."""
    number = number.strip()
    rows = await desk.ask("incidents", **({"number": number} if number else {}))
    over = [row for row in rows if row["status"] == "closed"]
    shown = over if closed == "all" else over[:_CLOSED_SHOWN]
    running = sorted((row for row in rows if row["status"] != "closed"), key=lambda row: row["status"] != "open")
    return desk.page(
        "incidents.html",
        running=running,
        closed=shown,
        more=len(over) - len(shown),
        number=number,
        has_numbers=any(row["numbers"] for row in rows),
        link=await link_of(desk),
    )


@router.get("/{incident}")
async def incident(desk: SignedIn, incident: str, every: bool = False) -> Response:
    """Show one; with every line of a board that is very long."""
    return await _page(desk, incident, every=every)


@router.get("/{incident}/live")
async def live(desk: SignedIn, incident: str, every: bool = False) -> Response:
    """Send its board again and again, as it changes."""
    await desk.ask("board", incident=incident)  # raises before the stream begins

    async def part() -> str:
        found = await desk.ask_by_itself("board", incident=incident)
        return desk.render("incident_board.html", found=_own_first(found), every=every, link=await link_of(desk))

    return desk.site.changes.stream(
        ("incident", incident, every), part, lambda: desk.ask_by_itself("board", incident=incident)
    )


@router.post("/{incident}/status")
async def report(desk: SignedIn, incident: str) -> Response:
    """Report the own status."""

    async def do() -> Response:
        status = desk.sent.need("status")
        counts: dict[str, Any] = {name: desk.sent.number(name) for name in _NUMBERS}
        said = desk.sent.said(*_BANDS, "seen") | (desk.sent.said("decline_reason") if status == "declined" else {})
        answer = await desk.ask("activate", incident=incident, status=status, **counts, **said)
        await wait_for_answer(desk, lambda: _is_waiting(desk, incident))
        if answer["withheld"]:
            more = marked("{told} Not told, as the law here asks: {names}.")
            names = ", ".join(answer["withheld"]).replace("_", " ")
            return desk.done(f"/incidents/{incident}", more, told=desk.text(_SAID[status]), names=names)
        return desk.done(f"/incidents/{incident}", _SAID.get(status, ""))

    return await desk.tried(do, lambda sent, problem: _page(desk, incident, sent, problem))


@router.get("/{incident}/roster")
async def roster(desk: SignedIn, incident: str) -> Response:
    """Show who of the own supporters was there."""
    return await _roster(desk, incident, Form(), None)


@router.post("/{incident}/roster")
async def set_roster(desk: SignedIn, incident: str) -> Response:
    """Record it."""

    async def do() -> Response:
        said: dict[str, Any] = {each.value: [] for each in Presence}
        for name in desk.sent.values:
            code, is_presence, _ = name.partition("-was-")
            if is_presence and (presence := desk.sent.get(name)) in said:
                said[str(presence)].append(code)
        nobody = not any(said.values())
        await desk.ask("incident roster set", incident=incident, nobody=nobody, **said)
        return desk.done(f"/incidents/{incident}", marked("Recorded who of your supporters was at the incident."))

    return await desk.tried(do, lambda sent, problem: _roster(desk, incident, sent, problem))


def _own_first(found: dict[str, Any]) -> dict[str, Any]:
    return found | {"lines": sorted(found["lines"], key=lambda line: not line["is_own"]), "most": MOST_LINES}


async def _page(
    desk: Desk, incident: str, sent: Form | None = None, problem: Problem | None = None, *, every: bool = False
) -> Response:
    found = _own_first(await desk.ask("board", incident=incident))
    made = await desk.ask("check ins", incident=incident, ended=True)
    return desk.page(
        "incident.html",
        found=found,
        every=every,
        link=await link_of(desk),
        roster=await desk.ask("incident roster list", incident=incident),
        follow_ups=await desk.ask("followups needed", incident=incident),
        check_ins=[row for row in made if row["state"] == "open"],
        check_ins_ended=sum(row["state"] != "open" for row in made),
        reasons=choices(words(DeclineReason)),
        bands=[("", desk.text(marked("not known"))), *choices(words(CountBand))],
        values=dict((sent or Form()).carried()),
        problem=problem,
    )


async def _roster(desk: Desk, incident: str, sent: Form, problem: Problem | None) -> Response:
    held = await desk.ask("incident roster list", incident=incident)
    supporters = await desk.ask("supporters")
    return desk.page(
        "incident_roster.html",
        incident=incident,
        title=held["title"],
        is_recorded=held["is_recorded"],
        was={row["supporter"]: row["presence"] for row in held["supporters"]},
        supporters=supporters,
        presences=[("none", desk.text(marked("Not there"))), *choices(Presence)],
        values=dict(sent.carried()),
        problem=problem,
    )


async def _is_waiting(desk: Desk, incident: str) -> bool:
    found = await desk.ask_by_itself("board", incident=incident)
    return bool(found["own"]["waiting"])
