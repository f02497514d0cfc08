"""A console, as its pages see it: whose it is, and how its side is asked.

Source: DESIGN.md 2.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from common.access.roles import Role
from common.errors import NotFound
from common.web.live import Changes

Progress = Callable[[int, int], None]


class Ask(Protocol):
    """How a page has its side do an operation, named in words: `sign in`."""

    async def __call__(
        self, operation: str, arguments: dict[str, Any], /, on_progress: Progress | None = None
    ) -> Any: ...


# What either side's pages may ask without a session: without one, an operation is otherwise the machine's owner's.
SIGNING_IN = frozenset(
    {"sign in", "set up", "sign out", "passkey sign-in begin", "passkey sign-in finish", "has operator"}
)


def check_may_ask(operation: str, arguments: Mapping[str, Any], *, is_open: bool, by_machine: Collection[str]) -> None:
    """Check that a page may ask for an operation at all; who may do it, its side decides.

    Args:
        is_open: it may be asked without a session.
        by_machine: what no page may ask.

    Raises:
        NotFound: it may not; said as of one that there is not.
    """
    if operation in by_machine or not (is_open or arguments.get("session")):
        raise NotFound("there is nothing of this name here")


@dataclass(frozen=True)
class Place:
    """One entry of the navigation.

    Args:
        path: the page's address.
        label: its name, a text of the catalogue.
        roles: who sees it.
    """

    path: str
    label: str
    roles: frozenset[Role]


@dataclass(frozen=True)
class Site:
    """One side's console.

    Args:
        side: `node` or `hub`.
        name: the agency's, or the region's.
        origin: where people open it: scheme, host and port.
        zone: times are shown in it.
        now: the side's clock.
        ask: how it is asked.
        templates: packages that hold templates, the side's own first.
        places: the navigation, in its order.
        homes: the page that each role begins with; the first role of a user that is named here decides.
        start: the page for whoever is not signed in.
        changes: wakes pages that renew themselves.
        language: of every page.
        extras: what every template may use besides.
        own_places: pages of one's own account that only this side has.
    """

    side: str
    name: Callable[[], str]
    origin: str
    zone: ZoneInfo
    now: Callable[[], datetime]
    ask: Ask
    templates: Sequence[str]
    places: Sequence[Place]
    homes: Mapping[Role, str]
    start: str
    changes: Changes
    language: str = "en"
    extras: Mapping[str, Any] = field(default_factory=dict)
    own_places: Sequence[Place] = ()

    def places_of(self, roles: frozenset[Role]) -> list[Place]:
        """Give the navigation of somebody with these roles."""
        return [each for each in self.places if not each.roles.isdisjoint(roles)]

    def own_places_of(self, roles: frozenset[Role]) -> list[Place]:
        """Give the pages of the own account of somebody with these roles."""
        return [each for each in self.own_places if not each.roles.isdisjoint(roles)]

    def home_of(self, roles: frozenset[Role]) -> str:
        """Give the page that somebody with these roles begins with."""
        return next((path for role, path in self.homes.items() if role in roles), "/account")
