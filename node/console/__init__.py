"""The node's console: pages for members, supporters, coordinators, clinicians, leaders, auditors and operators.

Source: DOMAIN.md 2; DESIGN.md 6.
"""

from common.web.opening import open_console
from common.web.serving import Serving
from node.console import api
from node.console.serving import NodeSide
from node.console.site import LARGER, ROUTERS, site_of


def console_of(node: NodeSide) -> Serving:
    """Prepare the console of a node; raises as `open_console` does."""
    opened = node.opened
    return open_console(site_of(node), ROUTERS, opened.settings, opened.data, larger=LARGER, more=[api.install])
