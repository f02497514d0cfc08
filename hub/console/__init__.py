"""The hub's console: pages for regional coordinators, the board, auditors and operators.

Source: DOMAIN.md 2, 4, 6.
"""

from typing import TYPE_CHECKING

from common.web.opening import open_console
from common.web.serving import Serving
from hub.console.site import ROUTERS, site_of

if TYPE_CHECKING:
    from hub.process import Hub


def console_of(hub: "Hub") -> Serving:
    """Prepare the console of a hub; raises as `open_console` does."""
    return open_console(site_of(hub), ROUTERS, hub.settings, hub.data)
