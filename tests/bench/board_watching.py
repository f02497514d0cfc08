"""A few real browsers that watch a live board, in which the pixel is awaited."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from statistics import median

from playwright.async_api import Page, async_playwright

from common.web.tickets import SESSION_COOKIE
from tests.browser.looking import CHROMIUM, DESK, FLAGS

# Notes for each number that is looked for when a frame in which the page shows it was painted, by this machine's clock.
_LOOK = """() => {
  window.painted = {};
  const cells = () => new Set([...document.querySelectorAll("#live td")].map(each => each.textContent.trim()));
  new MutationObserver(() => requestAnimationFrame(() => {
    const shown = cells();
    requestAnimationFrame(() => {
      for (const each of shown) if (/^\\d+$/.test(each) && !(each in window.painted))
        window.painted[each] = performance.timeOrigin + performance.now();
    });
  })).observe(document.querySelector("#live"), {childList: true, subtree: true, characterData: true});
}"""


class Pages:
    """Pages of Chromium that show a live board."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._pages = pages

    async def painted(self, number: int) -> list[float]:
        """Give when each had painted a number, by this machine's clock in seconds."""
        shown = "number => window.painted[number]"
        return [(await (await each.wait_for_function(shown, arg=number)).json_value()) / 1000 for each in self._pages]


@asynccontextmanager
async def pages_open(port: int, path: str, tokens: Sequence[str]) -> AsyncIterator[Pages]:
    """Open a page for each of these sessions, each in a browser profile of its own."""
    async with AsyncExitStack() as ended:
        playwright = await ended.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        ended.push_async_callback(browser.close)
        pages = []
        for token in tokens:
            context = await browser.new_context(viewport=DESK)  # type: ignore[arg-type]
            cookie = {"name": SESSION_COOKIE, "value": token, "url": "https://localhost", "secure": True}
            await context.add_cookies([{**cookie, "httpOnly": True, "sameSite": "Strict"}])  # type: ignore[typeddict-item]
            pages.append(await context.new_page())
            await pages[-1].goto(f"http://localhost:{port}{path}")
            await pages[-1].wait_for_selector("[data-live-state=on]")
            await pages[-1].evaluate(_LOOK)
        yield Pages(pages)


def after(moments: Sequence[float], started: float) -> list[float]:
    """Give how many ms after something moments were."""
    return [(each - started) * 1000 for each in moments]


def paint_ms(painted: Sequence[float], came: Sequence[float]) -> list[float]:
    """Give how many ms the pixels came after the bytes, which half of the streams had by then."""
    return after(painted, median(came))
