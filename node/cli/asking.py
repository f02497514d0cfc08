"""How a command reaches a node: the process that runs on the data directory, or the stopped node's store itself."""

from pathlib import Path
from typing import Annotated, Any

from common.errors import NotAuthenticated
from common.rpc.local import call_local
from common.side import AsJson as AsJson
from common.side import Side, data_option, default_data
from common.storage.integrity import damage_told
from common.storage.lock import DirectoryHeld
from node.cli.session import token_file
from node.opened import OpenNode
from node.operations import GUARDED
from node.operations.answering import answer, carries_session
from node.operations.guarded import Progress
from node.operations.sessions import NO_SESSION, SESSION
from node.process import stopped_status

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
    if carries_session(operation):
        token = token_file(data).find()
        if token is None and operation in GUARDED:
            raise NotAuthenticated(NO_SESSION)
        arguments[SESSION] = token
    try:
        with damage_told():
            opened = OpenNode(data)
    except DirectoryHeld:
        return call_local(data, operation, arguments, LONGEST_S, on_progress)
    with opened, damage_told():
        return answer(opened, operation, arguments, on_progress)


def ask_status(data: Path) -> dict[str, Any]:
    """Have a node tell how it stands; its `link` says whether it runs."""
    try:
        opened = OpenNode(data)
    except DirectoryHeld:
        answer: dict[str, Any] = call_local(data, "status", {})
        return answer
    with opened, damage_told():
        return stopped_status(opened)


def _ask_in_words(data: Path, operation: str, /, **arguments: Any) -> Any:
    return ask(data, operation.replace(" ", "_").replace("-", "_"), **arguments)


SIDE = Side("node", _ask_in_words, token_file)
