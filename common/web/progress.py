"""Long work that a page starts: it goes on in the process, and its own page shows how far it is.

1. A page begins it and leads to its page at once. Whoever leaves it finds the way back on every other page.
2. The bar renews itself (`live.py`); the page is asked for again every few seconds, scripts or not, and so heals.
3. It is seen by who began it, and by nobody else. What came of it is kept for an hour.
4. It ends with the process: what it writes must stand such an end, as every operation does.

    async def make(told: Progress) -> Ended:
        answer = await desk.ask_long("backup make", told)
        return Ended(desk.text(marked("The backup is made.")), "/backups", marked("To the backups"))

    return begin(desk, marked("Making a backup"), make, back="/backups")

What a form sent is read before `begin`: a file that came with it is gone once the request is answered.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.errors import HoldfastError, NotFound, TooMuch
from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.live import Changes, Over
from common.web.problems import Problem, problem_of
from common.web.site import Progress
from common.web.texts import marked

router = APIRouter(prefix="/progress")
KEPT_FOR = timedelta(hours=1)
MOST_AT_ONCE = 4
_EVERY_S = 0.2
_REFRESH_S = "4"
_FULL = marked("Too much is under way here already. Wait until one of them has ended; nothing was begun.")
_GONE = marked(
    "This is not under way here: it ended more than an hour ago, or Holdfast was started anew meanwhile. "
    "Look whether it was done before you begin it again."
)
_FAILED = marked("It failed in Holdfast itself. Tell your operator when: the log has the details.")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ended:
    """What came of it.

    Args:
        said: in words, in the page's language.
        to: the page where one goes on.
        link: what the way there is called, a marked text.
        template: a part that shows more; empty: there is no more.
        values: what the part is filled with.
    """

    said: str
    to: str
    link: str
    template: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


Doing = Callable[[Progress], Awaitable[Ended]]


@dataclass
class Work:
    """One piece of long work.

    Args:
        owner: the name of who began it.
        title: what is done, a marked text.
        back: the page that it was begun on.
        ended: what came of it; None: it is under way, or failed.
        problem: why it failed.
        is_told: its end was shown.
    """

    id: str
    owner: str
    title: str
    back: str
    done: int = 0
    total: int = 0
    ended_at: datetime | None = None
    ended: Ended | None = None
    problem: Problem | None = None
    is_told: bool = False


class Works:
    """The long work of one console. Used on the event loop only, but for what tells how far it is."""

    def __init__(self, now: Callable[[], datetime], changes: Changes) -> None:
        self.changes = changes
        self._now = now
        self._all: dict[str, Work] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, owner: str, title: str, doing: Doing, back: str) -> Work:
        """Begin a piece of work; raises TooMuch."""
        self._forget()
        if len(self._tasks) >= MOST_AT_ONCE:
            raise TooMuch(_FULL)
        work = Work(secrets.token_hex(8), owner, title, back)
        self._all[work.id] = work
        task = asyncio.create_task(self._see_through(work, doing))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return work

    def get(self, owner: str, work_id: str) -> Work:
        """Give somebody's own (3); raises NotFound."""
        self._forget()
        work = self._all.get(work_id)
        if work is None or work.owner != owner:
            raise NotFound(_GONE)
        return work

    def to_tell(self, owner: str) -> list[Work]:
        """Give somebody's own that are under way, or whose end was not shown yet (1)."""
        self._forget()
        return [work for work in self._all.values() if work.owner == owner and not work.is_told]

    async def _see_through(self, work: Work, doing: Doing) -> None:
        try:
            work.ended = await doing(self._teller(work))
        except HoldfastError as error:
            work.problem = problem_of(error)
        except Exception:
            _log.exception("long work of a page failed")
            work.problem = Problem("", _FAILED, 500)
        work.ended_at = self._now()
        self.changes.happened()

    def _teller(self, work: Work) -> Progress:
        loop, last = asyncio.get_running_loop(), 0.0

        def tell(done: int, total: int) -> None:
            nonlocal last
            work.done, work.total = done, total
            if loop.time() - last >= _EVERY_S:
                last = loop.time()
                loop.call_soon_threadsafe(self.changes.happened)

        return tell

    def _forget(self) -> None:
        before = self._now() - KEPT_FOR
        self._all = {each.id: each for each in self._all.values() if each.ended_at is None or each.ended_at > before}


def begin(desk: Desk, title: str, doing: Doing, back: str) -> Response:
    """Begin long work for who is signed in, and lead to its page.

    Args:
        title: what is done, a marked text.
        doing: does it; what it raises of the contract is shown as the reason why it failed.
        back: the page that it was begun on.
    """
    return desk.done(f"/progress/{desk.works.begin(desk.name, title, doing, back).id}")


@router.get("/{work_id}")
async def work(desk: SignedIn, work_id: str) -> Response:
    """Show how far it is, or what came of it."""
    found = desk.works.get(desk.name, work_id)
    found.is_told = found.ended_at is not None
    answer = desk.page("work.html", work=found)
    if found.ended_at is None:
        answer.headers["Refresh"] = _REFRESH_S
    return answer


@router.get("/{work_id}/live")
async def live(desk: SignedIn, work_id: str) -> Response:
    """Send the bar, again and again (2)."""
    found = desk.works.get(desk.name, work_id)

    async def bar() -> str:
        if found.ended_at is not None:
            raise Over
        return desk.render("work_bar.html", work=found)

    return desk.works.changes.stream(("work", work_id), bar, desk.sign)
