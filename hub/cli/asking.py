"""How a command reaches a hub: the process that runs on the data directory, or the stopped hub's store itself.

What opens a store is loaded for a stopped hub alone: a command to a running one starts in a fraction of the time.
"""

from pathlib import Path
from typing import Annotated, Any

from common.access.token_file import TokenFile
from common.rpc.local import answers, call_local
from common.side import AsJson as AsJson
from common.side import Side, data_option, default_data
from common.storage.lock import DirectoryHeld
from common.terminal import Yes as Yes
from common.terminal import make_sure as make_sure

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
    if not answers(data):
        from hub.cli import stopped

        try:
            return stopped.ask(data, operation, arguments)
        except DirectoryHeld:
            pass  # it starts just now
    return call_local(data, operation, arguments, LONGEST_S if operation in _LONG else SOON_S)


SIDE = Side("hub", ask, token_file)
