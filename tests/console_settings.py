"""Settings of a node's or a hub's console for tests, which elsewhere serve none."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.conftest import NO_CONSOLE
from tests.ports import free_port


def where_served(tls: str) -> dict[str, str]:
    """Give the settings of a console at a port that is free."""
    port = free_port()
    scheme = "http" if tls == "off" else "https"
    return {"console_listen": f"localhost:{port}", "console_origin": f"{scheme}://localhost:{port}", "console_tls": tls}


def add_settings(file: Path, settings: dict[str, Any]) -> None:
    """Write settings to the end of a file of them."""
    with file.open("a", encoding="utf-8") as opened:
        opened.write("".join(f"{name} = {value!r}\n" for name, value in settings.items()))


@contextmanager
def consoles_allowed() -> Iterator[None]:
    """Take away what keeps other tests' nodes and hubs from serving a console."""
    with patch.dict(os.environ):
        for name in NO_CONSOLE:
            os.environ.pop(name, None)
        yield
