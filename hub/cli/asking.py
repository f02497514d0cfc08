"""How a command reaches a hub: the process that runs on the data directory, or the stopped hub's store itself."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

from common.access.token_file import TokenFile
from common.rpc.local import call_local
from common.side import AsJson as AsJson
from common.side import Side, data_option, default_data
from common.storage.integrity import damage_told
from common.storage.lock import DirectoryHeld
from common.terminal import Yes as Yes
from common.terminal import make_sure as make_sure
from hub.operations import operations_of
from hub.process import open_hub

Data = Annotated[Path, data_option("hub")]
DEFAULT_DATA = default_data("hub")
SOON_S, LONGEST_S = 60.0, 600.0
_SIGNING_IN = ("sign in", "set up")
_LONG = ("doctor store", "verify", "audit verify", "audit export")  # they read a whole store


def token_file(data: Path) -> TokenFile:
    """Give where a session's token is kept: `$HOLDFAST_HUB_SESSION` when it is set, else in the data directory."""
    return TokenFile(data, "HOLDFAST_HUB_SESSION")


def ask(data: Path, operation: str, /, **arguments: Any) -> Any:
    """Have a hub do something, and give its answer; under the name of who signed in here, if somebody did.

    Raises:
        HoldfastError: what the hub answered, or why it cannot be reached.
    """
    if operation not in _SIGNING_IN and (token := token_file(data).find()) is not None:
        arguments["session"] = token
    try:
        with damage_told():
            hub = open_hub(data)
    except DirectoryHeld:
        return call_local(data, operation, arguments, LONGEST_S if operation in _LONG else SOON_S)

    async def directly() -> Any:
        await hub.start()
        try:
            return await operations_of(hub)[operation](arguments)
        finally:
            await hub.stop()

    with damage_told():
        return asyncio.run(directly())


SIDE = Side("hub", ask, token_file)
