"""The writer's transaction, and what others must be told once it is committed."""

from dataclasses import dataclass, field

from sqlalchemy import Connection


@dataclass
class Transaction:
    """One unit of work of the hub's one writer.

    Use cases read and write through `connection`. What has to happen after the commit, and only then, is noted
    here: a notice is handed to its watchers, a removed agency's calls end.
    """

    connection: Connection
    new_mail: dict[bytes, list[tuple[int, bytes]]] = field(default_factory=dict)  # agency id -> (cursor, notice body)
    allow_list_changed: bool = False
