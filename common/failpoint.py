"""Named places where a fault test ends the process, as a power cut would.

Active only where the environment says `HOLDFAST_FAILPOINT=name:count`: the process kills itself with SIGKILL when it
reaches that place for the `count`-th time. Without the variable, `reach` costs one comparison.

Source: TRUST.md d01.
"""

import os
import signal

VARIABLE = "HOLDFAST_FAILPOINT"


def _from_environment() -> tuple[str, int]:
    name, _, count = os.environ.get(VARIABLE, "").partition(":")
    return name, int(count or "1")


_armed, _remaining = _from_environment()


def reach(name: str) -> None:
    """Pass the place called `name`, such as `node.outbox.after_commit`; here the process may end."""
    global _remaining
    if name != _armed:
        return
    _remaining -= 1
    if _remaining <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
