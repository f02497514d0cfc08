"""Policies as a coordinator keeps them: published, withdrawn, and who has still to acknowledge which.

Source: DOMAIN.md 3, "Also at the node".
"""

from fastapi import APIRouter
from starlette.responses import Response

from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.texts import marked

router = APIRouter(prefix="/program/policies")


@router.get("")
async def policies(desk: SignedIn) -> Response:
    """List them, and what is outstanding."""
    return await _list(desk, None)


@router.get("/new")
async def new(desk: SignedIn) -> Response:
    """Show the form of a new policy, or of a new version of one."""
    return await _form(desk, Form(), None)


@router.post("/new")
async def publish(desk: SignedIn) -> Response:
    """Publish it."""

    async def store() -> Response:
        made = await desk.ask("policy publish", policy=desk.sent.need("policy"), **desk.sent.said(
            "title", "text", "effective_on"
        ))  # fmt: skip
        said = marked("Published: {title}, version {version}. Everybody is asked to acknowledge it.")
        path = f"/program/policies/{made['policy']}/{made['version']}"
        return desk.done(path, said, title=made["title"], version=str(made["version"]))

    return await desk.tried(store, lambda sent, problem: _form(desk, sent, problem))


@router.get("/{code}/{version}")
async def policy(desk: SignedIn, code: str, version: int) -> Response:
    """Show one version with its text, and who lacks it."""
    found = await desk.ask("policy show", policy=code, version=version)
    owing = [each for each in await _owing(desk) if (each["policy"], each["version"]) == (code, version)]
    return desk.page("program_policy.html", found=found, owing=owing)


@router.post("/{code}/withdraw")
async def withdraw(desk: SignedIn, code: str) -> Response:
    """Withdraw one."""

    async def store() -> Response:
        gone = await desk.ask("policy withdraw", policy=code)
        said = marked("Withdrawn: {title}. Nobody is asked to acknowledge it any more.")
        return desk.done("/program/policies", said, title=gone["title"])

    return await desk.tried(store, lambda _, problem: _list(desk, problem))


async def _owing(desk: Desk) -> list[dict[str, object]]:
    owing: list[dict[str, object]] = await desk.ask("policy outstanding")
    return owing


async def _list(desk: Desk, problem: Problem | None) -> Response:
    owing = await _owing(desk)  # first: who is no coordinator is refused here
    rows = await desk.ask("policy list")
    rows.sort(key=lambda each: (not each["in_force"], each["title"], -each["version"]))
    return desk.page("program_policies.html", rows=rows, owing=owing, problem=problem)


async def _form(desk: Desk, sent: Form, problem: Problem | None) -> Response:
    await _owing(desk)
    asked = {name: said for name in ("policy", "title") if (said := desk.request.query_params.get(name))}
    return desk.page("program_policy_new.html", values=asked | sent.filled(), problem=problem)
