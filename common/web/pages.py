"""Templates into pages: the frame, the texts, and how values are shown.

Everything is escaped; a value that a template misses is an error, not an empty place.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import cache, lru_cache, partial
from gettext import NullTranslations
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from common.access import passwords
from common.report.figure import said_share
from common.report.lines import text_of
from common.web import moments
from common.web.choices import told
from common.web.dialling import dialled
from common.web.site import Site
from common.web.texts import marked, texts_in

NOTHING = "\u2013"
ASSETS = Path(__file__).parent / "assets"


def pages_of(site: Site) -> Environment:
    """Make the templates of a console."""
    packages = [each for each in (*site.templates, "common.web") if files(each).joinpath("templates").is_dir()]
    loaders = [PackageLoader(package) for package in packages]
    pages = Environment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,
    )
    texts = texts_in(site.language)
    pages.install_gettext_translations(texts, newstyle=True)  # type: ignore[attr-defined]
    pages.globals["_"] = _text(texts.gettext)
    pages.filters |= _filters(site, texts)
    pages.globals |= {"asset": asset, "site": site, "shortest_password": passwords.SHORTEST, **site.extras}
    return pages


@cache
def asset(name: str) -> str:
    """Give the address of a file of `assets`, with what it holds in it: a browser keeps it until it changes."""
    version = hashlib.sha256((ASSETS / name).read_bytes()).hexdigest()[:12]
    return f"/assets/{version}/{name}"


def _text(translate: Callable[[str], str]) -> Callable[..., str]:
    """Give what `_` does in a template, as Jinja's own does; a table says few texts a thousand times: they are kept."""

    def safe(text: str) -> Markup:
        return Markup(translate(text))  # noqa: S704  (a template's own words)

    @lru_cache(4_000)
    def plain(text: str) -> Markup:
        return safe(text) % {}

    def say(text: str, **values: Any) -> str:
        return safe(text) % values if values else plain(text)

    return say


def _filters(site: Site, texts: NullTranslations) -> dict[str, Callable[..., Any]]:
    def at(said: str | datetime | None) -> Markup | str:
        if said is None:
            return NOTHING
        moment = moments.read(said, site.zone)
        return _time(moment, moments.clock_time(moment, site.now(), texts))

    def on_paper(said: str | datetime) -> Markup:
        moment = moments.read(said, site.zone)
        return _time(moment, moments.whole(moment, texts))

    def day(said: str | date | None) -> Markup | str:
        if said is None:
            return NOTHING
        of = date.fromisoformat(said[:10]) if isinstance(said, str) else said
        return Markup('<time datetime="{}">{}</time>').format(
            of.isoformat(), moments.day(of, site.now().astimezone(site.zone).date(), texts)
        )

    def left(said: str | datetime | None) -> str:
        return NOTHING if said is None else moments.left(moments.read(said, site.zone), site.now(), texts)

    def deadline(said: str | datetime | None) -> Markup | str:
        """Say a deadline whole: `14:20, in 1 h 12 min`."""
        return NOTHING if said is None else Markup('{}, <span class="span">{}</span>').format(at(said), left(said))

    def spell(seconds: float) -> str:
        return moments.span(timedelta(seconds=seconds), texts)

    def is_past(said: str | datetime) -> bool:
        return moments.read(said, site.zone) < site.now()

    @lru_cache(2_000)
    def word(code: str | None) -> str:
        if code is None:
            return NOTHING
        return texts.gettext(told(code))

    return {
        "figure": partial(_figure, texts.gettext),
        "share": said_share,
        "at": at,
        "on_paper": on_paper,
        "day": day,
        "left": left,
        "deadline": deadline,
        "is_past": is_past,
        "spell": spell,
        "word": word,
        "by_clocks": lambda words: moments.by_clocks(words, site.now(), site.zone, texts),
        "commas": commas,
        "dialled": dialled,
    }


def _figure(translate: Callable[[str], str], of: dict[str, Any]) -> Markup | str:
    """Say a figure of a report, and why it is no single number."""
    told = text_of(of)
    if told == "-":
        return Markup('<span class="soft">{}</span>').format(translate(marked("not released")))
    if of["shown"] or not of["why_not"] or told == of["why_not"]:
        return told
    return Markup('{} <span class="soft">{}</span>').format(told, of["why_not"])


def commas(values: Sequence[str]) -> str:
    """Put a few words beside each other."""
    return ", ".join(values)


def _time(moment: datetime, told: str) -> Markup:
    title = escape(f"{moment:%Y-%m-%d %H:%M %Z}")
    at = moment.isoformat(timespec="seconds")
    return Markup(f'<time datetime="{at}" title="{title}">{escape(told)}</time>')  # noqa: S704  (a page has hundreds)
