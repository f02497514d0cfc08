"""How a side opens its console: with the certificate that its settings say, on their address; and tells so."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fastapi import APIRouter

from common.web.app import Installed, console
from common.web.certificate import CERTIFICATE_NAME, fingerprint, own_certificate, until
from common.web.serving import Listener, Serving
from common.web.settings import ConsoleSettings
from common.web.site import Site

FOLDER = "console"  # of the data directory; holds the certificate of the console's own


def open_console(
    site: Site,
    routers: Sequence[APIRouter],
    settings: ConsoleSettings,
    data: Path,
    *,
    larger: Mapping[str, int] | None = None,
    more: Sequence[Installed] = (),
) -> Serving | None:
    """Bind a console's socket; None where its settings want none.

    Args:
        data: the side's data directory.
        larger, more: as `common.web.app.console` has them.

    Raises:
        InvalidRequest: the settings contradict each other.
        WrongState: the address cannot be listened on.
    """
    if not settings.console_listen:
        return None
    certificate, key = settings.console_certificate, settings.console_key
    if settings.console_tls == "off":
        certificate = key = None
    elif certificate is None:
        folder = data / FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        certificate, key = own_certificate(folder, settings.console_origin, site.now())
    app = console(site, routers, larger=larger, more=more)
    return Serving(app, Listener(settings.console_listen, certificate, key, settings.console_proxy))


def console_standing(settings: ConsoleSettings, data: Path) -> dict[str, Any]:
    """Tell where people open a console, and what its certificate is; None: there is none, or the proxy has one."""
    certificate = settings.console_certificate or data / FOLDER / CERTIFICATE_NAME
    has_own = bool(settings.console_listen) and settings.console_tls == "on" and certificate.exists()
    return {
        "address": settings.console_origin if settings.console_listen else None,
        "fingerprint": fingerprint(certificate) if has_own else None,
        "certificate_until": until(certificate).isoformat() if has_own else None,
    }


def console_lines(found: dict[str, Any]) -> list[str]:
    """Say for people what `console_standing` tells."""
    if found["address"] is None:
        return ["console      none: console_listen is empty"]
    if found["fingerprint"] is None:
        return [f"console      {found['address']}"]
    told = f"console      {found['address']}, certificate until {found['certificate_until']}"
    return [told, f"             SHA-256 {found['fingerprint']}"]
