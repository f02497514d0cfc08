"""The node's JSON interface, `/api/v1`: the agency's own CAD or RMS may link incidents and ask for check-ins.

A call decodes, asks the node's operations, and encodes; who may call what is decided there.

Source: issue "two consoles"; node/operations/api_calls.py.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, Path, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from node.console.api_answering import ApiRoute, Caller, Limits, no_such_call
from node.console.api_document import API_TITLE, REFUSALS, bearer, document_of
from node.console.api_models import (
    CheckInSaid,
    CheckInTold,
    Id,
    IncidentsAsked,
    IncidentsTold,
    IncidentTold,
    NumbersSaid,
    NumbersTold,
    RosterSaid,
    RosterTold,
    System,
)

PATH = "/api/v1"
router = APIRouter(route_class=ApiRoute, dependencies=[Depends(bearer)])


def _caller(request: Request) -> Caller:
    found: Caller = request.state.caller
    return found


Calling = Annotated[Caller, Depends(_caller)]
IncidentId = Annotated[Id, Path()]
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[A-Za-z0-9_-]{8,64}$",
        min_length=8,
        max_length=64,
        description="The caller's own name for this check-in: the same again makes no second one.",
    ),
]


@router.get("/incidents", responses=REFUSALS)
async def incidents(calling: Calling, asked: Annotated[IncidentsAsked, Query()]) -> IncidentsTold:
    """List the incidents that the region told this node of, the newest first. Permission: read_incidents."""
    wanted = {name: value for name, value in asked.model_dump().items() if value is not None}
    return IncidentsTold(**await calling.ask("api incidents", **wanted))


@router.get("/incidents/{incident}", responses=REFUSALS)
async def incident(calling: Calling, incident: IncidentId) -> IncidentTold:
    """Give one incident. Permission: read_incidents."""
    return IncidentTold(**await calling.ask("api incident", incident=incident))


@router.put("/incidents/{incident}/numbers/{system}", responses=REFUSALS)
async def set_numbers(
    calling: Calling, incident: IncidentId, system: Annotated[System, Path()], said: NumbersSaid
) -> NumbersTold:
    """Say which numbers an incident has in one of the agency's systems. Safe to repeat. Permission: link_incidents.

    They take the place of those that it had in that system; an empty list takes them away. A number that belongs to
    another incident is refused (409). Numbers never leave the node.
    """
    asked = {"incident": incident, "system": system, "numbers": said.numbers}
    return NumbersTold(**await calling.ask("api incident numbers", **asked))


@router.put("/incidents/{incident}/roster", responses=REFUSALS)
async def set_roster(calling: Calling, incident: IncidentId, said: RosterSaid) -> RosterTold:
    """Record which of the agency's own supporters were at an incident. Safe to repeat. Permission: set_rosters.

    They take the place of those recorded before. In some places such a supporter may not own its follow-ups.
    """
    present = [each.model_dump() for each in said.supporters]
    return RosterTold(**await calling.ask("api incident roster", incident=incident, supporters=present))


@router.post("/check-ins", status_code=201, response_model=CheckInTold, responses=REFUSALS | {200: {
    "model": CheckInTold, "description": "It was made before, under the same Idempotency-Key."
}})  # fmt: skip
async def create_check_in(calling: Calling, said: CheckInSaid, key: Key) -> Any:
    """Ask for a check-in with a member; it stands on the coordinator's list. Permission: create_check_ins.

    Safe to repeat with the same Idempotency-Key and the same body; another body under that key is refused (409).
    """
    made = await calling.ask("api check in create", key=key, **said.model_dump())
    told = CheckInTold(id=made["id"], state=made["state"])
    return JSONResponse(told.model_dump(), 201 if made["is_new"] else 200)


@router.get("/check-ins/{check_in}", responses=REFUSALS)
async def check_in(calling: Calling, check_in: Annotated[Id, Path()]) -> CheckInTold:
    """Tell whether a check-in that this token made is open or ended. Permission: create_check_ins."""
    return CheckInTold(**await calling.ask("api check in", check_in=check_in))


@router.get("/openapi.json", include_in_schema=False)
async def description(calling: Calling) -> Response:
    """Give the description of the interface."""
    await calling.ask("api document")
    return JSONResponse(document())


def document() -> dict[str, Any]:
    """Describe the interface as OpenAPI."""
    return document_of(_application(), PATH)


def install(app: FastAPI) -> None:
    """Add the interface to a console."""
    interface = _application()
    interface.state.site = app.state.site
    interface.state.limits = Limits(app.state.site)
    app.mount(PATH, interface)


def _application() -> FastAPI:
    interface = FastAPI(title=API_TITLE, docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    interface.include_router(router)
    interface.add_exception_handler(HTTPException, no_such_call)
    return interface
