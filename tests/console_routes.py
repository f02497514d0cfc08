"""Every address of a console, with a word in each gap, and what its store holds."""

import re
from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.routing import APIRoute
from sqlalchemy import Connection, text

from common.web import account, assets, progress, signing_in
from hub.console.site import ROUTERS as HUB
from node.console.site import ROUTERS as NODE

SHARED = (assets.router, signing_in.router, account.router, progress.router)
OF_SIDE: dict[str, Sequence[APIRouter]] = {"node": (*SHARED, *NODE), "hub": (*SHARED, *HUB)}
_GAP = re.compile(r"\{[^}]*\}")
# Who reads a record is recorded, who is seen is noted, a period begins by itself: none of it by what a page says.
ALWAYS_WRITTEN = ("sqlite_", "session", "audit", "reporting_window")


def addresses(side: str, method: str) -> list[str]:
    """List a side's addresses that answer to a method; streams that never end are left out."""
    return sorted(
        {
            _GAP.sub("x", route.path)
            for router in OF_SIDE[side]
            for route in router.routes
            if isinstance(route, APIRoute) and method in (route.methods or ()) and not route.path.endswith("/live")
        }
    )


def rows(connection: Connection) -> dict[str, list[str]]:
    """Give every row of every table that no page writes by being looked at."""
    named = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
    tables = [name for name in named if not name.startswith(ALWAYS_WRITTEN)]
    return {name: sorted(map(repr, connection.execute(text(f'SELECT * FROM "{name}"')))) for name in tables}  # noqa: S608
