"""The hub's audit trail: listed, exported, verified; and the access review."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.access.roles import Action
from common.audit import answers
from common.audit.entry import Entry
from common.audit.review import review_access
from common.rpc.local import Operation
from common.storage.files import write_new
from hub.asking import actor
from hub.operations.answering import get_allowed
from hub.operations.typed import time_typed
from hub.persistence.access import ACCESS
from hub.persistence.audit import TRAIL

if TYPE_CHECKING:
    from hub.process import Hub

Arguments = dict[str, Any]


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operations on the audit trail."""
    return {
        "audit show": partial(_show, hub),
        "audit verify": partial(_verify, hub),
        "audit export": partial(_export, hub),
        "audit review": partial(_review, hub),
    }


async def _show(hub: "Hub", arguments: Arguments) -> Any:
    which = answers.which_lines(arguments, time_typed)
    return await hub.reader.read(lambda connection: answers.page(TRAIL, connection, arguments, which))


async def _export(hub: "Hub", arguments: Arguments) -> Any:
    """Write the trail, or a part, to a new file; the last line of the whole tells of the export."""
    which, write = answers.which_lines(arguments, time_typed), partial(write_new, Path(str(arguments["file"])))
    await _record(hub, "audit export")
    key = hub.ledger_key.public_key()
    return await hub.reader.read(lambda connection: answers.export(TRAIL, connection, key, which, write))


async def _verify(hub: "Hub", arguments: Arguments) -> Any:
    key = hub.ledger_key.public_key()
    return await hub.reader.read(lambda connection: answers.verify(TRAIL, connection, key, arguments))


async def _review(hub: "Hub", arguments: Arguments) -> Any:
    await get_allowed(hub, Action.REVIEW_ACCESS)
    period = answers.reviewed(arguments, hub.clock.now(), time_typed)
    await _record(hub, Action.REVIEW_ACCESS.value)
    return await hub.reader.read(lambda connection: review_access(ACCESS, connection, *period))


async def _record(hub: "Hub", action: str) -> None:
    entry = Entry(actor(), action)
    await hub.writer.submit(lambda tx, now: TRAIL.record(tx.connection, now, entry))
