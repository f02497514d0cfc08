"""How the hub stands, as each page says it that depends on it; and the short wait for its answer after a step.

Source: DESIGN.md 3: "Commands get their answer as a notice; the console shows 'waiting for the hub' until it comes,
offline included."
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from common.web.desk import Desk

_LOOKS, _BETWEEN_S = 12, 0.1  # an answer mostly comes within a blink: then nobody sees that they waited


async def link_of(desk: Desk) -> dict[str, Any]:
    """Tell whether there is a hub, whether it is heard, and how much waits for it."""
    status = await desk.ask_by_itself("uplink")
    link = status["link"]
    return {
        "has_hub": status["region"] is not None,
        "missed_since": (link.get("last_heard_at") or link.get("trouble_since")) if link.get("trouble") else None,
        "because": link.get("trouble") or "",
        "heard_at": link.get("last_heard_at"),
        "skew": link.get("skew") or "",
        "waiting": status["waiting"] or 0,
        "stopped": status["sending_stopped_because"] or "",
    }


async def wait_for_answer(desk: Desk, is_waiting: Callable[[], Awaitable[bool]]) -> None:
    """Wait for the hub's answer a moment, where it is heard; the page says what waits still."""
    link = await link_of(desk)
    if link["missed_since"] or link["stopped"]:
        return
    for _ in range(_LOOKS):
        if not await is_waiting():
            return
        await asyncio.sleep(_BETWEEN_S)
