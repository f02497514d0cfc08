"""Where a side's console is opened, told without opening it."""

from pathlib import Path
from typing import Any

from common.web.certificate import CERTIFICATE_NAME, fingerprint, until
from common.web.settings import ConsoleSettings

FOLDER = "console"  # of the data directory; holds the certificate of the console's own


def console_standing(settings: ConsoleSettings, data: Path) -> dict[str, Any]:
    """Tell where people open a console, and what its certificate is; None: there is none, or the proxy has one."""
    certificate = settings.console_certificate or data / FOLDER / CERTIFICATE_NAME
    has_own = bool(settings.console_listen) and settings.console_tls == "on" and certificate.exists()
    return {
        "address": settings.console_origin if settings.console_listen else None,
        "fingerprint": fingerprint(certificate) if has_own else None,
        "certificate_until": until(certificate).isoformat() if has_own else None,
    }
