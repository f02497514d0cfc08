"""The hub as `holdfast hub run` puts it together, with the scenario's clock: what takes days comes in a demo's seconds.

python -m deploy.demo.hub_at_scenario_time --data DIR --clock FILE

Certificates go by the machine's clock. TLS judges them by that, and one that begins in the scenario's future would be
"not yet valid" for every node.
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


def main(words: Sequence[str] | None = None) -> None:
    """Run the hub until it is told to stop."""
    parser = argparse.ArgumentParser(description="Run a hub at a scenario's time.")
    parser.add_argument("--data", type=Path, required=True, help="The hub's data directory.")
    parser.add_argument("--clock", type=Path, required=True, help="File that says how far the clock is moved on.")
    asked = parser.parse_args(words)
    hub = open_hub(asked.data, ScenarioClock(asked.clock), certificate_clock=SystemClock())
    log_to(level=logging.getLevelNamesMapping()[hub.settings.log_level])
    asyncio.run(serve_until_stopped(hub))


if __name__ == "__main__":
    main()
