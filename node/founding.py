"""Makes a node that works without a hub; it can join one later, with everything that it holds.

Source: DESIGN.md 6, "The node is useful alone".
"""

import json
from pathlib import Path

from pydantic import ValidationError

from common.errors import AlreadyExists, InvalidRequest
from common.storage.lock import DirectoryLock
from node.keys import NodeKeys
from node.opened import make_store, prepare
from node.settings import SETTINGS_NAME, NodeSettings


def found(data: Path, agency_name: str, time_zone: str, jurisdiction: str) -> None:
    """Make a node's directory, keys and empty store.

    Raises:
        AlreadyExists: there is a node in this directory.
        InvalidRequest: the name is empty, or there is no such time zone.
        WrongState: the directory holds something else.
    """
    if not agency_name.strip():
        raise InvalidRequest("agency: what is it called?")
    told = {"agency_name": agency_name.strip(), "time_zone": time_zone, "jurisdiction": jurisdiction}
    try:
        settings = NodeSettings(**told)  # type: ignore[arg-type]
    except ValidationError as error:
        wrong = error.errors(include_url=False)
        raise InvalidRequest(
            "; ".join(f"{item['loc'][0]}: {item['msg'].removeprefix('Value error, ')}" for item in wrong)
        ) from None
    if (data / SETTINGS_NAME).exists():
        raise AlreadyExists(f"there is a node in {data.name!r} already: nothing was changed")
    files = prepare(data)
    with DirectoryLock(data, "holdfast node init"):
        files.make_bound_key()
        make_store(data, files, NodeKeys.make(data, settings).database_key)
        lines = [f"{name} = {json.dumps(value)}" for name, value in told.items()]
        with (data / SETTINGS_NAME).open("a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")  # last: from now on there is a node
