"""One request at a console: who asks, how the side is asked for it, and how the answer is given.

1. Whoever is signed in is known by the session's cookie; the side itself decides what they may do.
2. A form needs the ticket of its cookie (`tickets.py`).
3. What was done is answered by the way to the page that shows it, and said there once.

Source: DOMAIN.md 2; TRUST.md e02.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from common.access.roles import Role
from common.errors import HoldfastError, NotAllowed, NotAuthenticated
from common.web.form import Entered, Form, read_form
from common.web.moments import by_clocks
from common.web.problems import Problem, problem_of
from common.web.rate import Rate
from common.web.site import Progress, Site
from common.web.texts import marked, texts_in
from common.web.tickets import FORM_COOKIE, SESSION_COOKIE, is_ticket, new_form_key, ticket_for, whose_of

if TYPE_CHECKING:
    from common.web.progress import Works

SAID_COOKIE = "__Host-holdfast-said"
_SAID_FOR_S = 60
STALE_FORM = marked("this page was opened before you signed in, or too long ago. Nothing was changed: open it again")


class Desk:
    """Serves one request."""

    def __init__(self, site: Site, pages: Environment, tries: Rate, works: "Works", request: Request) -> None:
        self.site = site
        self.works = works
        self.request = request
        self.token = request.cookies.get(SESSION_COOKIE)
        self.who: dict[str, Any] | None = None
        self.sent = Form()
        self.is_stale = False  # the form that was sent is of a page from before somebody signed in or out
        self._pages = pages
        self._tries = tries
        self._form_key = request.cookies.get(FORM_COOKIE) or new_form_key()
        self._by_itself = request.headers.get("x-by-itself") == "1"

    @property
    def roles(self) -> frozenset[Role]:
        """The roles of who is signed in; none otherwise."""
        return frozenset(Role(each) for each in (self.who or {}).get("roles", ()))

    @property
    def name(self) -> str:
        """The name of who is signed in; empty: nobody is."""
        return str((self.who or {}).get("name", ""))

    async def sign(self) -> None:
        """Find who is signed in (1); raises NotAuthenticated where nobody is."""
        if not self.token:
            raise NotAuthenticated(marked("Sign in first."))
        self.who = await self.ask("whoami")

    async def greet(self) -> None:
        """Find who is signed in, if anybody is."""
        try:
            await self.sign()
        except NotAuthenticated:
            self.who = None

    async def ask(self, operation: str, /, **arguments: Any) -> Any:
        """Have the side do something for who is signed in; raises what it answers."""
        return await self.ask_long(operation, None, **arguments)

    async def ask_long(self, operation: str, on_progress: Progress | None, /, **arguments: Any) -> Any:
        """The same of what takes a while, hearing how far it is."""
        said = arguments | ({"session": self.token} if self.token else {})
        if self._by_itself:
            said["by_itself"] = True
        return await self.site.ask(operation, said, on_progress)

    async def ask_as_nobody(self, operation: str, /, **arguments: Any) -> Any:
        """Have the side do what needs no session."""
        return await self.site.ask(operation, arguments)

    async def ask_by_itself(self, operation: str, /, **arguments: Any) -> Any:
        """The same where nobody asks but a page that renews itself: no word of who is signed in."""
        return await self.ask(operation, by_itself=True, **arguments)

    def count_try(self) -> None:
        """Count one try of an address without a session; raises TooMuch."""
        self._tries.take(self.request.client.host if self.request.client else "")

    async def form(self) -> Form:
        """Read the form that was sent, and check its ticket (2); raises NotAllowed."""
        self.sent = await read_form(self.request)
        if not is_ticket(self.sent.ticket, self._cookie()):
            self.is_stale = True
            raise NotAllowed(STALE_FORM)
        return self.sent

    @property
    def whose(self) -> str:
        """The id of the user whose page the form that was sent stood on; empty: nobody was signed in."""
        return whose_of(self.sent.ticket)

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """Make a page."""
        answer = HTMLResponse(self.render(template, said=self._said(), **values), status)
        if self.token is None and FORM_COOKIE not in self.request.cookies:
            _set(answer, FORM_COOKIE, self._form_key)
        if SAID_COOKIE in self.request.cookies:
            answer.delete_cookie(SAID_COOKIE, path="/", secure=True, httponly=True, samesite="strict")
        return answer

    def render(self, template: str, **values: Any) -> str:
        """Fill a template, a whole page's or a part's."""
        own = {
            "desk": self,
            "who": self.who,
            "roles": self.roles,
            "path": self.request.url.path,
            "places": self.site.places_of(self.roles),
            "home": self.site.home_of(self.roles) if self.who else self.site.start,
            "ticket": ticket_for(self._cookie(), str((self.who or {}).get("user_id", ""))),
            "now": self.site.now(),
            "to_tell": self.works.to_tell(self.name) if self.who else (),
            "problem": None,
            "values": {},
        }
        told = own | values
        return self._pages.get_template(template).render(told | {"values": Entered(told["values"])})

    def text(self, text: str) -> str:
        """Give a marked text in the page's language."""
        return texts_in(self.site.language).gettext(text)

    def done(self, path: str, said: str = "", **more: str) -> Response:
        """Answer what was done by the way to a page (3).

        Args:
            path: of this console.
            said: what was done, a marked text.
            more: what stands in it, by name.
        """
        answer = RedirectResponse(path, 303)
        if said:
            told = json.dumps(self.text(said).format(**more)).encode()
            _set(answer, SAID_COOKIE, urlsafe_b64encode(told).decode(), _SAID_FOR_S)
        return answer

    async def tried(
        self, doing: Callable[[], Awaitable[Response]], again: Callable[[Form, Problem], Awaitable[Response]]
    ) -> Response:
        """Do what a form asks for; where it is refused, show the form again with what was entered and why.

        Args:
            doing: gives the answer.
            again: gives the form's page, filled; with a problem its status is the problem's.
        """
        try:
            return await doing()
        except HoldfastError as error:
            if isinstance(error, NotAuthenticated):
                await self.sign()  # raises where the session has ended; else a password or a code is wrong
            problem = self.problem(error)
            answer = await again(self.sent, problem)
            answer.status_code = problem.status
            return answer

    def problem(self, error: HoldfastError) -> Problem:
        """Read an error, in the page's language where this console itself says it, and by its clocks."""
        now, zone, texts = self.site.now(), self.site.zone, texts_in(self.site.language)
        return problem_of(error, lambda words: by_clocks(self.text(words), now, zone, texts))

    def signed_in(self, answer: Response, token: str) -> Response:
        """Have the browser keep a new session's token; the cookie of forms before it goes."""
        _set(answer, SESSION_COOKIE, token)
        answer.delete_cookie(FORM_COOKIE, path="/", secure=True, httponly=True, samesite="strict")
        return answer

    def signed_out(self, answer: Response) -> Response:
        """Have the browser forget the session."""
        answer.delete_cookie(SESSION_COOKIE, path="/", secure=True, httponly=True, samesite="strict")
        return answer

    def _cookie(self) -> str:
        return self.token or self._form_key

    def _said(self) -> str:
        try:
            told = json.loads(urlsafe_b64decode(self.request.cookies.get(SAID_COOKIE, "")))
        except (ValueError, RecursionError):
            return ""
        return told if isinstance(told, str) else ""


def _set(answer: Response, name: str, value: str, seconds: int | None = None) -> None:
    answer.set_cookie(name, value, seconds, path="/", secure=True, httponly=True, samesite="strict")


def own_path(said: str | None, usual: str) -> str:
    """Give an address of this console that a browser named, or the usual one where it names another's."""
    if not said or not said.startswith("/") or said.startswith(("//", "/\\")) or any(sign <= " " for sign in said):
        return usual
    return said


def pick(values: Sequence[Any], **like: Any) -> Any | None:
    """Find the first of some rows that has these values."""
    return next((each for each in values if all(each.get(name) == value for name, value in like.items())), None)
