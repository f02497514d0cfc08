"""`holdfast hub run | status | new-epoch`."""

import asyncio
import gc
import logging
import signal
from typing import TYPE_CHECKING, Annotated

import typer

from common.errors import InvalidRequest
from common.log import log_to
from common.terminal import show
from common.web.told import console_lines
from hub.cli.asking import DEFAULT_DATA, AsJson, Data, ask

if TYPE_CHECKING:
    from hub.process import Hub

COLLECT_AFTER = 10_000  # objects more than went; Python's own 700 would mean a round for every few calls
_log = logging.getLogger(__name__)


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command("run")(run)
    app.command("status")(status)
    app.command("new-epoch")(new_epoch)


def run(data: Data = DEFAULT_DATA) -> None:
    """Run the hub until it is told to stop (SIGTERM or Ctrl-C); then calls under way finish first."""
    from hub.process import open_hub

    hub = open_hub(data)
    log_to(level=logging.getLevelNamesMapping()[hub.settings.log_level])
    asyncio.run(serve_until_stopped(hub))


async def serve_until_stopped(hub: "Hub") -> None:
    """Serve, and drain when a signal asks for it."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    try:
        await hub.start()
        await hub.serve()
        _spare_the_collector()
        await stopping.wait()
        _log.info("the hub stops: calls under way finish first")
    finally:
        await hub.stop()
    _log.info("the hub has stopped")


def _spare_the_collector() -> None:
    """Take what start-up made, which stays, out of the garbage collector's rounds, and make them rarer."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 20, 20)


def status(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show how the hub stands, and where its console is opened, with the fingerprint of its certificate."""
    found = ask(data, "status")
    lines = [
        f"{found['region']} ({found['trust_domain']}), epoch {found['hub_epoch']}",
        *console_lines(found["console"]),
    ]
    show(found, as_json, lines)


def new_epoch(
    confirm: Annotated[bool, typer.Option("--confirm", help="Yes: this hub was restored from a backup.")] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Begin a new epoch after a restore: nodes send again what the backup lacks. Run it on the stopped hub."""
    if not confirm:
        raise InvalidRequest(
            "say --confirm if this hub was restored from a backup; otherwise a new epoch is not needed"
        )
    answer = ask(data, "new epoch")
    show(answer, as_json, [f"the hub is in epoch {answer['hub_epoch']} from its next start"])
