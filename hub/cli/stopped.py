"""A stopped hub's store, opened by a command itself."""

import asyncio
from pathlib import Path
from typing import Any

from common.storage.integrity import damage_told
from hub.operations import operations_of
from hub.process import open_hub


def ask(data: Path, operation: str, arguments: dict[str, Any]) -> Any:
    """Do one operation; raises DirectoryHeld where a process has the store."""
    with damage_told():
        hub = open_hub(data)

        async def directly() -> Any:
            await hub.start()
            try:
                return await operations_of(hub)[operation](arguments)
            finally:
                await hub.stop()

        return asyncio.run(directly())
