"""The OpenAPI description of the JSON interface. No page runs it: those that do come from elsewhere."""

from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.security import HTTPBearer

from common.web.problems import PROBLEM
from node.console.api_models import ProblemTold

API_TITLE = "Holdfast node"
_ABOUT = (
    "For an agency's own systems, such as its CAD or RMS. A token may do what its permissions say; no call gives a "
    "record, a note, or the name of a member or supporter. Each call stands in the node's audit trail."
)
_SCHEMA = {"schema": {"$ref": "#/components/schemas/ProblemTold"}}
bearer = HTTPBearer(auto_error=False, scheme_name="token", description="Made by an operator: holdfast-api-...")


def _refusal(description: str) -> dict[str, Any]:
    return {"description": description, "content": {PROBLEM: _SCHEMA}}


REFUSALS: dict[int | str, dict[str, Any]] = {
    401: _refusal("No token came, or one that is unknown, expired or removed."),
    403: _refusal("The token lacks the permission, or a browser sent this from another site."),
    404: _refusal("There is no such thing, or it is not the token's."),
    409: _refusal("It exists and differs, or the record is in a state that does not allow it. Nothing was done."),
    413: _refusal("The body is too large. Nothing was done."),
    421: _refusal("The call names another host than this console's."),
    422: _refusal("What was sent is wrong; `field` names what. Nothing was done."),
    429: _refusal("Too many calls. Wait as long as Retry-After says, then send the same again."),
    500: _refusal("Something went wrong in Holdfast itself."),
    503: _refusal("Not now. Send the same again."),
}


def document_of(interface: FastAPI, path: str) -> dict[str, Any]:
    """Describe an interface.

    Args:
        path: where it stands, below the console's address.
    """
    told = get_openapi(
        title=API_TITLE,
        version=version("holdfast"),
        description=_ABOUT,
        routes=interface.routes,
        servers=[{"url": path}],
    )
    schema = ProblemTold.model_json_schema(ref_template="#/components/schemas/{model}")
    told["components"]["schemas"][ProblemTold.__name__] = schema
    return told
