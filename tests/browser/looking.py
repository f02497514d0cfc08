"""A person at a browser, who also looks for what no page may do: console errors, requests elsewhere, barred code, axe.

One Chromium for all; each person has a context of their own, as on a device of their own.
"""

from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request, Response

from common.web.tickets import SESSION_COOKIE

CHROMIUM = "/usr/bin/chromium"
# Nothing that Chromium would fetch for itself: these tests are about what the pages ask for.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
_NOT_NOW = 503  # an answer like another: not now, and what else there is
_REFUSED = tuple(f"Failed to load resource: the server responded with a status of {each}" for each in ("4", _NOT_NOW))
_AXE = files("axe_playwright_python") / "axe.min.js"
# What it passed takes longer to tell than to find: only what is wrong is asked for.
_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
_VIOLATIONS = "rules => axe.run(document, rules).then((found) => found.violations)"


@dataclass
class Faults:
    """What pages did that they may not."""

    origin: str
    found: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()

    def watch(self, page: Page) -> None:
        """Begin to look at a page."""
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.found.append(f"error: {error}"))
        page.on("request", self._asked)
        page.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        refused = message.text.startswith(_REFUSED)
        if message.type in ("error", "warning") and not refused:
            self.found.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        asked = urlsplit(request.url)
        if asked.scheme not in ("data", "blob", "otpauth") and f"{asked.scheme}://{asked.netloc}" != self.origin:
            self.found.append(f"asked elsewhere: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500 and response.status != _NOT_NOW:
            self.found.append(f"{response.status} at {response.url}")


class Visitor:
    """Somebody at a browser of their own.

    Args:
        origin: the console's.
        token: of a session; empty: nobody is signed in.
    """

    def __init__(self, browser: Browser, origin: str, token: str = "", **context: Any) -> None:
        self.origin = origin
        self.token = token
        self.context: BrowserContext = browser.new_context(**({"viewport": PHONE, "locale": "en-US"} | context))
        self.context.set_default_timeout(30_000)
        if token:
            self.keep(token)
        self.page: Page = self.context.new_page()
        self.faults = Faults(origin)
        self.faults.watch(self.page)

    def keep(self, token: str) -> None:
        """Have the browser hold a session's token."""
        cookie = {"name": SESSION_COOKIE, "value": token, "url": "https://localhost", "secure": True, "httpOnly": True}
        self.context.add_cookies([{**cookie, "sameSite": "Strict"}])  # type: ignore[typeddict-item]

    def held(self, cookie: str) -> str | None:
        """Give what the browser holds in a cookie of the console."""
        held = self.context.cookies("https://localhost")
        return next((each["value"] for each in held if each["name"] == cookie), None)

    def go(self, path: str) -> Page:
        """Open a page of the console."""
        self.page.goto(self.origin + path)
        return self.page

    def click(self, name: str, role: str = "button") -> None:
        """Click a button, or what else has this name."""
        self.page.get_by_role(role, name=name, exact=True).click()  # type: ignore[arg-type]

    def choose(self, group: str, value: str) -> None:
        """Choose one of a few in a form."""
        self.page.get_by_role("group", name=group).get_by_label(value, exact=True).check()

    def check(self) -> None:
        """Look at the page as it stands: nothing that no page may do, and axe-core finds nothing."""
        told = [
            f"{each['id']}: {each['help']}: {[node['target'] for node in each['nodes']][:4]}"
            for each in self._violations()
        ]
        assert not told, f"{self.page.url}: axe-core: {told}"
        assert not self.faults.found, f"{self.page.url}: {self.faults.found}"
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.page.url}: {wide} px wider than the screen"

    def _violations(self) -> list[dict[str, Any]]:
        """Run axe-core; where the page leaves meanwhile, as one does whose subject is gone, on the page after it."""
        for tries_left in (2, 1, 0):
            try:
                if not self.page.evaluate("typeof axe === 'object'"):
                    self.page.evaluate(_AXE.read_text("utf-8"))
                found: list[dict[str, Any]] = self.page.evaluate(_VIOLATIONS, _RULES)
                break
            except Error:
                if not tries_left:
                    raise
                self.page.wait_for_load_state()
        return found

    def shoot(self, path: Path) -> None:
        """Take a picture of the whole page."""
        self.page.screenshot(path=path, full_page=True)
