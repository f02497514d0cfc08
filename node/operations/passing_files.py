"""Files that a page sends to the node, and those that it takes away: its own user's, and nobody else's.

An upload is asked for with the bytes of the file, so only by a page of the same process: the local socket carries text.

Source: TRUST.md d09, e03.
"""

from typing import Any

from common.access.person import Person
from common.access.roles import Action
from common.errors import InvalidRequest, TooMuch
from common.text import clean_line
from node.importer.sheet import MOST_BYTES
from node.opened import OpenNode
from node.operations.guarded import Guarded
from node.operations.typed import flag_of

_LONGEST_NAME = 200  # characters
_SHORTEST_NAME = 1


def receive(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """Keep a sheet that is to be imported; `import` then takes its id as `upload`."""
    content = arguments.get("content")
    if not isinstance(content, bytes):
        raise InvalidRequest("file: the bytes of a file are needed; a command names a file of the machine instead")
    if not content:
        raise InvalidRequest("file: it is empty, or none was chosen")
    if len(content) > MOST_BYTES:
        raise TooMuch(f"the file has more than {MOST_BYTES // 1024 // 1024} MiB: split it, and import the parts")
    name = clean_line(arguments.get("name"), "file", _LONGEST_NAME, _SHORTEST_NAME)
    return {"upload": node.passing.keep(person.user_id, name, content), "name": name, "bytes": len(content)}


def leave(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """Remove an upload that is not to be imported."""
    node.passing.drop(person.user_id, str(arguments.get("upload", "")))
    return {}


def take(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """Give a file that was made for whoever asks, as text; with `for_good` it is removed."""
    id_ = str(arguments.get("file", ""))
    name, content = node.passing.get(person.user_id, id_)
    if flag_of(arguments, "for_good"):
        node.passing.drop(person.user_id, id_)
    return {"name": name, "text": content.decode()}


OPERATIONS: dict[str, Guarded] = {
    "import_receive": Guarded(Action.IMPORT_RECORDS, receive, is_long=True),
    "import_leave": Guarded(Action.IMPORT_RECORDS, leave),
    "import_refused": Guarded(Action.IMPORT_RECORDS, take, is_long=True),
    "export_take": Guarded(Action.EXPORT_RECORDS, take, is_long=True),
}
