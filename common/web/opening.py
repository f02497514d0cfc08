"""How a side opens its console: with the certificate that its settings say, on their address."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from fastapi import APIRouter

from common.web.app import Installed, console
from common.web.certificate import own_certificate
from common.web.serving import Listener, Serving
from common.web.settings import ConsoleSettings
from common.web.site import Site
from common.web.standing import FOLDER as FOLDER


def open_console(
    site: Site,
    routers: Sequence[APIRouter],
    settings: ConsoleSettings,
    data: Path,
    *,
    larger: Mapping[str, int] | None = None,
    more: Sequence[Installed] = (),
) -> Serving:
    """Bind a console's socket; its settings name where.

    Args:
        data: the side's data directory.
        larger, more: as `common.web.app.console` has them.

    Raises:
        InvalidRequest: the settings contradict each other.
        WrongState: the address cannot be listened on.
    """
    certificate, key = settings.console_certificate, settings.console_key
    if settings.console_tls == "off":
        certificate = key = None
    elif certificate is None:
        folder = data / FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        certificate, key = own_certificate(folder, settings.console_origin, site.now())
    app = console(site, routers, larger=larger, more=more)
    return Serving(app, Listener(settings.console_listen, certificate, key, settings.console_proxy))
