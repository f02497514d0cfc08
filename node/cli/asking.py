"""How a command reaches a node: the process that runs on the data directory, or the stopped node's store itself.

What opens a store is loaded for a stopped node alone: a command to a running one starts in a fraction of the time.
"""

from pathlib import Path
from typing import Annotated, Any

from common.access.token_file import HELD
from common.rpc.local import Progress, answers, call_local
from common.side import AsJson as AsJson
from common.side import Side, data_option, default_data
from common.storage.lock import DirectoryHeld
from node.cli.session import token_file

Data = Annotated[Path, data_option("node")]
DEFAULT_DATA = default_data("node")
LONGEST_S = 600.0  # a ledger of millions takes a while to verify


def ask(data: Path, operation: str, *, on_progress: Progress | None = None, **arguments: Any) -> Any:
    """Have a node do something, running or stopped, and give its answer.

    What needs a session is asked for with the one that `holdfast node sign-in` left here.

    Args:
        on_progress: hears how far an operation is that takes a while, as (done, total).

    Raises:
        HoldfastError: what the node answered, or why it cannot be reached.
    """
    if (token := token_file(data).find()) is not None:
        arguments[HELD] = token
    if not answers(data):
        from node.cli import stopped

        try:
            return stopped.ask(data, operation, arguments, on_progress)
        except DirectoryHeld:
            pass  # it starts just now
    return call_local(data, operation, arguments, LONGEST_S, on_progress)


def ask_status(data: Path) -> dict[str, Any]:
    """Have a node tell how it stands; its `link` says whether it runs."""
    if not answers(data):
        from node.cli import stopped

        try:
            return stopped.ask_status(data)
        except DirectoryHeld:
            pass
    answer: dict[str, Any] = call_local(data, "status", {})
    return answer


def _ask_in_words(data: Path, operation: str, /, **arguments: Any) -> Any:
    return ask(data, operation.replace(" ", "_").replace("-", "_"), **arguments)


SIDE = Side("node", _ask_in_words, token_file)
