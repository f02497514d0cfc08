"""The roster: who may support whom now, each supporter's page, and what a coordinator changes about them.

Source: DOMAIN.md 3, "Also at the node".
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.codes import words as every_word
from common.web.choices import choices
from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.texts import marked
from common.wire.v1.codes_pb2 import Language
from node.domain.supporter import Topic

router = APIRouter(prefix="/supporters")
_FIELDS = ("name", "member", "selected_on", "designated_on", "cap")
_LANGUAGES = choices(every_word(Language), without=("english",))


@router.get("")
async def supporters(desk: SignedIn, ended: str = "") -> Response:
    """List the roster."""
    rows = sorted(await desk.ask("supporters", **({"ended": True} if ended else {})), key=in_order)
    owing: dict[str, int] = {}
    for each in await desk.ask("policy outstanding"):
        owing[each["who"]] = owing.get(each["who"], 0) + 1
    return desk.page("supporters.html", rows=rows, owing=owing, ended=ended)


@router.get("/new")
async def new(desk: SignedIn) -> Response:
    """Show the form of a new supporter."""
    return await _new(desk, Form(), None)


@router.post("/new")
async def add(desk: SignedIn) -> Response:
    """Record one."""

    async def store() -> Response:
        made = await desk.ask("supporter add", **_said(desk.sent))
        said = marked("{name} is {code} on the roster. Record the training next.")
        return desk.done(f"/supporters/{made['code']}", said, name=made["name"], code=made["code"])

    return await desk.tried(store, lambda sent, problem: _new(desk, sent, problem))


@router.get("/{code}")
async def supporter(desk: SignedIn, code: str) -> Response:
    """Show one."""
    return await _one(desk, code, Form(), None)


@router.get("/{code}/edit")
async def edit_form(desk: SignedIn, code: str) -> Response:
    """Show the form that changes one."""
    return await _edit(desk, code, Form(), None)


@router.post("/{code}/edit")
async def edit(desk: SignedIn, code: str) -> Response:
    """Change one."""

    async def store() -> Response:
        await desk.ask("supporter edit", supporter=code, **_said(desk.sent))
        return desk.done(f"/supporters/{code}", marked("{code} is changed."), code=code)

    return await desk.tried(store, lambda sent, problem: _edit(desk, code, sent, problem))


@router.post("/{code}/train")
async def train(desk: SignedIn, code: str) -> Response:
    """Record a training."""

    async def store() -> Response:
        said: dict[str, Any] = desk.sent.said("completed", "expires", "provider")
        hours = desk.sent.number("hours")
        said |= {} if hours is None else {"hours": hours}
        await desk.ask("supporter train", supporter=code, topic=desk.sent.all("topic"), **said)
        return desk.done(f"/supporters/{code}", marked("The training of {code} is recorded."), code=code)

    return await desk.tried(store, lambda sent, problem: _one(desk, code, sent, problem))


@router.post("/{code}/pause")
async def pause(desk: SignedIn, code: str) -> Response:
    """Give a break to one who asked for it."""
    said = marked("{code} takes a break: nothing new is given to them until it ends.")
    return await _do(desk, code, "supporter pause", said, **desk.sent.said("until"))


@router.post("/{code}/resume")
async def resume(desk: SignedIn, code: str) -> Response:
    """End the break."""
    return await _do(desk, code, "supporter resume", marked("{code} is available again."))


@router.post("/{code}/end")
async def end(desk: SignedIn, code: str) -> Response:
    """Take one out of office."""
    said = marked("{code} is out of office from that day. Hand over what is still open.")
    return await _do(desk, code, "supporter edit", said, ended_on=desk.sent.get("ended_on") or "today")


@router.post("/{code}/acknowledged")
async def acknowledged(desk: SignedIn, code: str) -> Response:
    """Record what was acknowledged on paper."""
    said = marked("Recorded: {code} acknowledged it on paper.")
    policy = desk.sent.get("policy") or ""
    asked = {"policy": policy, "version": desk.sent.number("version")} | desk.sent.said("on")
    return await _do(desk, code, "policy acknowledge-for", said, **asked)


async def _do(desk: Desk, code: str, operation: str, said: str, **asked: Any) -> Response:
    async def store() -> Response:
        await desk.ask(operation, supporter=code, **asked)
        return desk.done(f"/supporters/{code}", said, code=code)

    return await desk.tried(store, lambda sent, problem: _one(desk, code, sent, problem))


def in_order(supporter: dict[str, Any]) -> tuple[int, str]:
    """Give what a roster is sorted by: S-9 comes before S-10."""
    return len(supporter["code"]), supporter["code"]


def _said(sent: Form) -> dict[str, Any]:
    said: dict[str, Any] = sent.said(*_FIELDS)
    languages = sent.all("languages")
    return said | ({"languages": languages} if languages else {})


async def _new(desk: Desk, sent: Form, problem: Problem | None) -> Response:
    await desk.ask("supporters")
    values: dict[str, Any] = sent.filled() | {"languages": sent.all("languages")}
    return desk.page("supporter_form.html", found={}, values=values, languages=_LANGUAGES, problem=problem)


async def _edit(desk: Desk, code: str, sent: Form, problem: Problem | None) -> Response:
    found = await desk.ask("supporter show", supporter=code)
    held = {name: found.get(name) for name in (*_FIELDS, "languages")}
    held["cap"] = "none" if found.get("cap") is None else str(found["cap"])
    values = held | sent.filled() | ({"languages": sent.all("languages")} if sent.has("languages") else {})
    return desk.page("supporter_form.html", found=found, values=values, languages=_LANGUAGES, problem=problem)


async def _one(desk: Desk, code: str, sent: Form, problem: Problem | None) -> Response:
    found = await desk.ask("supporter show", supporter=code)
    owing = [each for each in await desk.ask("policy outstanding") if each["who"] == found["code"]]
    return desk.page(
        "supporter.html",
        found=found,
        owing=owing,
        topics=choices(Topic),
        values=sent.filled() | {"topic": sent.all("topic")},
        problem=problem,
    )
