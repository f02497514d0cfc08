"""A hub or a node as `holdfast hub run` and `holdfast node run` put it together, with the scenario's clock.

python -m deploy.demo.at_scenario_time hub|node --data DIR --clock FILE

So what takes days comes in a demo's seconds, and both sides tell the same time. A hub's certificates go by the
machine's clock: TLS judges them by that, and one that begins in the scenario's future would be "not yet valid" for
every node.
"""

import argparse
import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

from common.clock import SystemClock
from common.log import log_to
from deploy.demo.clock import ScenarioClock
from hub.cli.process import serve_until_stopped
from hub.process import open_hub
from node import process as node_process


def main(words: Sequence[str] | None = None) -> None:
    """Run one until it is told to stop."""
    parser = argparse.ArgumentParser(description="Run a hub or a node at a scenario's time.")
    parser.add_argument("side", choices=("hub", "node"))
    parser.add_argument("--data", type=Path, required=True, help="Its data directory.")
    parser.add_argument("--clock", type=Path, required=True, help="File that says how far the clock is moved on.")
    asked = parser.parse_args(words)
    clock = ScenarioClock(asked.clock)
    if asked.side == "node":
        node_process.run(asked.data, clock)
        return
    hub = open_hub(asked.data, clock, certificate_clock=SystemClock())
    log_to(level=logging.getLevelNamesMapping()[hub.settings.log_level])
    asyncio.run(serve_until_stopped(hub))


if __name__ == "__main__":
    main()
